// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "backend/cuda_devices.hpp"
#include "base/error.hpp"
#include "driver/combine.hpp"
#include "fold/result.hpp"
#include "measure/arguments.hpp"
#include "measure/fill.hpp"
#include "measure/rounds.hpp"
#include "measure/types.hpp"
#include "multi_gpu/resident_share.hpp"
#include "team/nccl.hpp"
#include "team/run_on_team.hpp"
#include "team/team.hpp"

/// The fold of a dataset that lies on the GPUs of a team, and the combining of their partials.
///   mpirun -np N bench_multi_gpu [--gib 64] [--rounds 20]
/// Rank 0 prints CSV, one line per measured thing: `fold,<what>,<ranks>,<ms>,<GB/s>,<digest>` and
/// `combine,<what>,<ranks>,<us>`; ./run makes a table of several N. Times are of the slowest rank, medians of the
/// rounds.
namespace scatterfold::bench {
namespace {

/// The largest of the ranks' values, on rank 0, per round.
std::vector<double> slowest(Team& team, const std::vector<double>& mine) {
  std::vector<double> most = mine;
  for (const std::vector<std::byte>& bytes : team.gather(std::as_bytes(std::span(mine)))) {
    std::vector<double> theirs(mine.size());
    std::memcpy(theirs.data(), bytes.data(), bytes.size());
    for (std::size_t i = 0; i < most.size(); ++i) most[i] = std::max(most[i], theirs[i]);
  }
  return most;
}

/// Median over the rounds of the slowest rank's seconds; `prepare` is not timed. On rank 0.
template <class Prepare, class Work>
double team_median(Team& team, int rounds, const Prepare& prepare, const Work& work) {
  std::vector<double> seconds;
  for (int round = -3; round < rounds; ++round) {
    prepare();
    team.barrier();
    const double taken = seconds_of(work);
    if (round >= 0) seconds.push_back(taken);
  }
  return median(slowest(team, seconds));
}

void print_combine(const Team& team, const std::string& what, double seconds) {
  if (team.rank() == 0) fmt::print("combine,{},{},{:.1f}\n", what, team.size(), seconds * 1e6);
}

/// Every round gives the bits of the first. At the full speed of the memory this finds races that no tool shows.
void check_bits(const Team& team, const char* step, const std::string& what, const std::vector<Result>& results,
                std::string& digest) {
  if (team.rank() != 0) return;
  const std::string found = result_digest(results);
  if (digest.empty()) digest = found;
  if (found != digest) throw Error(ExitCode::internal, fmt::format("{} of {} gave other bits this time", step, what));
}

/// Folds and combines `rounds` times: one line for the fold with its combine, one for the driver's combine step alone.
void bench_fold(Team& team, GpuTeam* gpus, const std::string& what, const Fold& fold, ResidentShare& share,
                int rounds) {
  // The combine step changes the tables it adds: every round starts from a copy.
  std::vector<Partial> folded, partials;
  std::vector<Result> results;
  std::string digest;
  auto fresh = [&] {
    partials.clear();
    partials.emplace_back(fold);
  };
  std::vector<double> fold_seconds, total_seconds;
  for (int round = -1; round < rounds; ++round) {
    fresh();
    double folding = 0;
    team.barrier();
    const double total = seconds_of([&] {
      team.phase("fold", [&] { folding = share.fold(fold, partials[0]); });
      if (round < 0) folded = partials;
      results = combine(team, nullptr, {&fold}, partials);
    });
    check_bits(team, "fold", what, results, digest);
    if (round >= 0) {
      fold_seconds.push_back(folding);
      total_seconds.push_back(total);
    }
  }
  const double fold_s = median(slowest(team, fold_seconds)), total_s = median(slowest(team, total_seconds));
  if (team.rank() == 0) {
    fmt::print("fold,{},{},{:.4f},{:.4f},{:.1f},{}\n", what, team.size(), fold_s * 1e3, total_s * 1e3,
               static_cast<double>(share.total_bytes()) / fold_s * 1e-9, result_digest(results));
  }
  auto start_over = [&] { partials = folded; };
  print_combine(team, what + " host",
                team_median(team, rounds, start_over, [&] { results = combine(team, nullptr, {&fold}, partials); }));
  if (gpus == nullptr) return;
  print_combine(team, what + " nccl",
                team_median(team, rounds, start_over, [&] { results = combine(team, gpus, {&fold}, partials); }));
  check_bits(team, "NCCL's combine", what, results, digest);
}

/// The bare operations under the combine step, tables of several sizes.
void bench_sums(Team& team, GpuTeam* gpus, int rounds) {
  for (const std::int64_t cells : {206, 4102, 1 << 20}) {
    std::vector<std::int64_t> table;
    auto fresh = [&] { table.assign(static_cast<std::size_t>(cells), 1); };
    print_combine(team, fmt::format("bare sum of {} cells host", cells),
                  team_median(team, rounds, fresh, [&] { team.sum(table); }));
    if (gpus == nullptr) continue;
    print_combine(team, fmt::format("bare sum of {} cells nccl", cells),
                  team_median(team, rounds, fresh, [&] { gpus->sum(table); }));
  }
}

int run(Team& team, int argc, char** argv) {
  const std::vector<CudaDevice> devices = cuda_devices();
  std::int64_t without_gpu[] = {devices.empty() ? 1 : 0};
  team.sum(without_gpu);
  if (without_gpu[0] > 0) {
    if (team.rank() == 0)
      fmt::print("bench_multi_gpu: skipped: {} rank(s) without a GPU ({})\n", without_gpu[0], cuda_trouble());
    return 0;
  }
  const CudaDevice& device = devices[static_cast<std::size_t>(team.local_rank()) % devices.size()];
  const auto total_bytes = static_cast<std::int64_t>(number_argument(argc, argv, "--gib", 64) * 0x1p30);
  const int rounds = static_cast<int>(number_argument(argc, argv, "--rounds", 20));
  if (team.rank() == 0) {
    fmt::print("# {} rank(s), first on {}, {:.2f} GiB in all, {} rounds\n", team.size(), device.describe(),
               static_cast<double>(total_bytes) * 0x1p-30, rounds);
    if (team.local_size() > static_cast<int>(devices.size()))
      fmt::print("# ranks share GPUs: no scaling to be seen here\n");
  }
  std::unique_ptr<GpuTeam> gpus;
  team.phase("device", [&] { cuda::check(cudaSetDevice(device.index), "choosing it"); });
  if (nccl_version().empty() || team.local_size() > static_cast<int>(devices.size())) {
    if (team.rank() == 0)
      fmt::print("# without NCCL: {}\n", nccl_version().empty() ? "not in this build" : "GPUs are shared");
  } else {
    gpus = make_gpu_team(team, device.index);
  }
  for (const ElementType type : {ElementType::float32, ElementType::float64}) {
    std::unique_ptr<ResidentShare> share;
    team.phase("fill", [&] {
      share = std::make_unique<ResidentShare>(type, total_bytes / size_of(type), team.rank(), team.size());
    });
    const std::string name(name_of(type));
    bench_fold(team, gpus.get(), "moments " + name, *bind_moments(type, 2), *share, rounds);
    if (type != ElementType::float32) continue;
    bench_fold(team, gpus.get(), "moments of order 4 " + name, *bind_moments(type, 4), *share, rounds);
    const Values range = values_of(type);
    for (const std::int64_t bins : {200, 4096}) {
      bench_fold(team, gpus.get(), fmt::format("histogram of {} bins {}", bins, name),
                 *bind_histogram(type, bins, range.low, range.high), *share, rounds);
    }
  }
  bench_sums(team, gpus.get(), rounds);
  return 0;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  using namespace scatterfold;
  const Launch launch = detect_launch();
  const std::unique_ptr<Team> team = launch.mpi ? make_mpi_team(launch) : make_solo_team();
  return run_on_team(*team, [&] { return bench::run(*team, argc, argv); });
}
