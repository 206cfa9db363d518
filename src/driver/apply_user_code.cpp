// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/apply_user_code.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "driver/inputs.hpp"
#include "driver/job.hpp"
#include "fold/kernels.hpp"
#include "team/team.hpp"
#include "user/compiler.hpp"

namespace scatterfold {
namespace {

std::vector<std::byte> compiled(const Job& job, const Inputs& inputs, const std::string& instruction_set) {
  std::vector<UserInput> user_inputs;
  for (std::size_t i = 0; i < inputs.all.size(); ++i)
    user_inputs.push_back({inputs.names[i], inputs.all[i].source->decoding().value});
  return compile(job.code, user_inputs, instruction_set);
}

void load(const Job& job, Inputs& inputs, std::span<const std::byte> shared_object) {
  inputs.map = std::make_unique<LoadedMap>(shared_object);
  inputs.mapped =
      std::make_unique<MappedSource>(inputs.sources(), *inputs.places, *inputs.map, !job.code.where.empty(), job.seed);
}

/// The plainest of all ranks', on rank 0.
std::string common_instruction_set(Team& team) {
  const std::string mine = host_instruction_set();
  const std::vector<std::string> from_plainest = {"portable", "avx2", "avx512"};
  auto least = from_plainest.end() - 1;
  for (const auto& bytes : team.gather(std::as_bytes(std::span(mine)))) {
    const std::string name(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    least = std::min(least, std::ranges::find(from_plainest, name));
  }
  return *least;
}

}  // namespace

void apply_user_code(const Job& job, Team& team, Inputs& inputs) {
  if (!job.code.given()) return;
  const std::string instruction_set = common_instruction_set(team);
  std::vector<std::byte> shared_object;
  team.phase("plan", [&] {
    if (team.rank() == 0) shared_object = compiled(job, inputs, instruction_set);
  });
  team.broadcast(shared_object);
  team.phase("plan", [&] { load(job, inputs, shared_object); });
}

void apply_user_code(const Job& job, Inputs& inputs) {
  if (job.code.given()) load(job, inputs, compiled(job, inputs, host_instruction_set()));
}

}  // namespace scatterfold
