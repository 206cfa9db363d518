// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/run.hpp"

#include <optional>
#include <utility>

#include "backend/backend.hpp"
#include "driver/agree_on_share.hpp"
#include "driver/apply_user_code.hpp"
#include "driver/array_pass.hpp"
#include "driver/choose_backend.hpp"
#include "driver/combine.hpp"
#include "driver/deliver.hpp"
#include "driver/first_pass.hpp"
#include "driver/inputs.hpp"
#include "driver/prepared_arrays.hpp"
#include "driver/run_account.hpp"
#include "driver/run_arrays.hpp"
#include "driver/stopwatch.hpp"
#include "fold/analysis.hpp"
#include "io/result_file.hpp"
#include "team/nccl.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// Tables smaller than this reach the other ranks through the host before NCCL has started.
constexpr std::int64_t nccl_table_bytes = std::int64_t{1} << 20;

bool wants_nccl(const Job& job, const Team& team, const Backend& backend, const std::vector<const Fold*>& folds) {
  if (job.combine != Combine::automatic) return job.combine == Combine::nccl;
  std::int64_t cells = 0;
  for (const Fold* fold : folds) cells += fold->slots();
  return backend.on_gpu() && team.size() > 1 && !job.share_gpus && !nccl_version().empty() &&
         cells * static_cast<std::int64_t>(sizeof(std::int64_t)) >= nccl_table_bytes;
}

/// Refuses what a run on this dataset would before it reads data, but for what ranks see differently. `compiles`: one
/// rank's compiler is enough; the others look at the input.
void check_dataset(const Job& job, const InputFiles& files, const ChosenBackend& chosen, bool compiles) {
  Inputs inputs = open_inputs(job, files, {chosen.memory_bytes, 1});
  if (job.code.given() && !compiles) return;
  apply_user_code(job, chosen.architecture, inputs);
  const Folds folds = bind_folds(job, values_of(job, inputs), {});
  if (job.with_arrays()) PreparedArrays(job, inputs.all.front(), folds, chosen.memory_bytes, "").settle(folds, "");
}

/// The run on one dataset, top to bottom. Team: collective.
RunAccount run_dataset(const Job& job, Team& team, const ChosenBackend& chosen, const InputFiles& files,
                       std::optional<Delivery>& delivery, const std::string& command_line) {
  Stopwatch watch;
  Inputs inputs;
  team.phase("open", [&] { inputs = open_inputs(job, files, {chosen.memory_bytes, chosen.backend->threads()}); });
  watch.lap("open");
  const Share share = agree_on_share(team, inputs, *chosen.backend);
  apply_user_code(job, chosen.architecture, team, inputs);
  const ValueKind values = values_of(job, inputs);

  // What can be refused is refused before any data is read; first passes tell the folds more.
  Folds folds;
  std::optional<PreparedArrays> arrays;
  std::vector<std::int64_t> positions;  // of the passes of arrays
  bool look_first = false;
  team.phase("plan", [&] {
    folds = bind_folds(job, values, {});
    look_first = has_first_pass(job, values);
    if (job.with_arrays()) arrays.emplace(job, inputs.all.front(), folds, chosen.memory_bytes, command_line);
  });
  if (arrays) {
    const std::string path = delivery && delivery->claim ? delivery->claim->partial_path() : "";
    positions = agree_on_positions(team, *arrays, folds, path);
  }

  // Every pass goes the same way: fold the rank's share, combine the partials.
  RankWork work;
  auto pass = [&](const std::vector<const Fold*>& folds) {
    std::unique_ptr<GpuTeam> gpus;
    if (wants_nccl(job, team, *chosen.backend, folds)) gpus = make_gpu_team(team, chosen.device);
    std::vector<Partial> partials;
    team.phase("fold", [&] {
      for (const Fold* fold : folds) partials.emplace_back(*fold);
      fold_with_progress(job, team, inputs.values(), folds, share, *chosen.backend, partials, work);
    });
    watch.lap("fold");
    std::vector<Result> results = combine(team, gpus.get(), folds, partials);
    watch.lap("combine");
    return results;
  };

  if (look_first) {
    const FirstResults first = first_pass(job, values, team, pass);
    team.phase("plan", [&] {
      folds = bind_folds(job, values, first);
      if (arrays) arrays->bind(folds);
    });
  }
  Outcome outcome;
  if (arrays) {
    std::unique_ptr<GpuTeam> gpus;
    if (job.combine == Combine::nccl) gpus = make_gpu_team(team, chosen.device);
    outcome =
        run_arrays(job, team, gpus.get(), inputs.all.front(), chosen, folds, *arrays, positions, delivery, watch, work);
  } else {
    std::vector<const Fold*> all;
    for (const auto& fold : folds) all.push_back(fold.get());
    outcome.results = pass(all);
    outcome.digest = result_digest(outcome.results);
  }
  return account_of_dataset(job, team, inputs, chosen, work, watch, std::move(outcome));
}

}  // namespace

void run_job(const Job& job, Team& team, const std::string& command_line, const CheckedInput& checked) {
  const Stopwatch watch;
  const InputFiles& files = checked.found.files;
  std::optional<Delivery> delivery;
  team.phase("open", [&] {
    if (checked.trouble) std::rethrow_exception(checked.trouble);
    if (team.rank() == 0) delivery.emplace(job, files);
  });
  const std::vector<GroupMember> members = agree_on_members(team, checked.found.members);
  const std::vector<Job> jobs = dataset_jobs(job, members);

  ChosenBackend chosen;
  team.phase("plan", [&] { chosen = choose_backend(job, team); });
  if (job.mode == Mode::cuda || job.mode == Mode::automatic) check_gpu_sharing(team, chosen, job.share_gpus);
  show_header(job, team, chosen, command_line);
  if (job.of_group()) {
    team.phase("plan", [&] {
      for (const Job& one : jobs) check_dataset(one, files, chosen, team.rank() == 0);
    });
  }

  std::vector<RunAccount> accounts;
  for (const Job& one : jobs) accounts.push_back(run_dataset(one, team, chosen, files, delivery, command_line));
  RunAccount account = job.of_group()
                           ? account_of_group(job, team, chosen, passed_over_note(job, members), std::move(accounts))
                           : std::move(accounts.front());
  deliver(job, team, std::move(account), watch, delivery, command_line);
}

}  // namespace scatterfold
