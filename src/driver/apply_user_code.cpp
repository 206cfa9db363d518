// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/apply_user_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "driver/inputs.hpp"
#include "driver/job.hpp"
#include "fold/kernels.hpp"
#include "team/team.hpp"
#include "user/compiler.hpp"
#include "user/device_compiler.hpp"
#include "user/device_mapped_source.hpp"
#include "user/mapped_source.hpp"

namespace scatterfold {
namespace {

// A target is what code is compiled for: an instruction set ("avx2") or an architecture of GPUs ("sm_90").

bool is_gpu(const std::string& target) { return target.starts_with("sm_"); }

/// This, where the GPU can compute the values: of elements of one input, whose places nobody asks for. Else empty.
std::string able(const std::string& architecture, const Job& job, const Inputs& inputs) {
  return inputs.all.size() == 1 && !uses_place(job.code) ? architecture : "";
}

std::vector<std::byte> compiled(const Job& job, const Inputs& inputs, const std::string& target) {
  std::vector<UserInput> user_inputs;
  for (std::size_t i = 0; i < inputs.all.size(); ++i)
    user_inputs.push_back({inputs.names[i], inputs.all[i].source->decoding().value});
  return is_gpu(target) ? compile_for_device(job.code, user_inputs, target) : compile(job.code, user_inputs, target);
}

void load(const Job& job, Inputs& inputs, const std::string& target, std::vector<std::byte> program) {
  const bool selects = !job.code.where.empty();
  if (is_gpu(target)) {
    inputs.mapped = std::make_unique<DeviceMappedSource>(*inputs.sources().front(), std::move(program), selects);
  } else {
    inputs.map = std::make_unique<LoadedMap>(program);
    inputs.mapped = std::make_unique<MappedSource>(inputs.sources(), *inputs.places, *inputs.map, selects, job.seed);
  }
}

/// The targets of all ranks, by rank 0: the plainest instruction set of those without a GPU, and architectures. Where
/// nothing compiles for GPUs, no rank has one.
std::string targets_of(const std::vector<std::vector<std::byte>>& ranks) {
  const std::vector<std::string> from_plainest = {"portable", "avx2", "avx512"};
  auto least = from_plainest.end();
  std::set<std::string> targets;
  for (const std::vector<std::byte>& bytes : ranks) {
    std::istringstream words(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    std::string instruction_set, architecture;
    words >> instruction_set >> architecture;
    if (!architecture.empty() && has_device_compiler()) {
      targets.insert(architecture);
    } else {
      least = std::min(least, std::ranges::find(from_plainest, instruction_set));
    }
  }
  if (least != from_plainest.end()) targets.insert(*least);
  return fmt::format("{}", fmt::join(targets, " "));
}

/// What rank 0 compiles for. Team: collective.
std::vector<std::string> agree_on_targets(Team& team, const std::string& architecture) {
  const std::string mine = fmt::format("{} {}", host_instruction_set(), architecture);
  const auto ranks = team.gather(std::as_bytes(std::span(mine)));
  std::vector<std::byte> agreed;
  if (team.rank() == 0) {
    const std::string targets = targets_of(ranks);
    const auto bytes = std::as_bytes(std::span(targets));
    agreed.assign(bytes.begin(), bytes.end());
  }
  team.broadcast(agreed);
  std::istringstream words(std::string(reinterpret_cast<const char*>(agreed.data()), agreed.size()));
  return {std::istream_iterator<std::string>(words), {}};
}

}  // namespace

void apply_user_code(const Job& job, const std::string& gpu, Team& team, Inputs& inputs) {
  if (!job.code.given()) return;
  const std::string architecture = able(gpu, job, inputs);
  const std::vector<std::string> targets = agree_on_targets(team, architecture);
  const bool on_gpu = std::ranges::find(targets, architecture) != targets.end();
  for (const std::string& target : targets) {
    std::vector<std::byte> program;
    team.phase("plan", [&] {
      if (team.rank() == 0) program = compiled(job, inputs, target);
    });
    team.broadcast(program);
    team.phase("plan", [&] {
      if (on_gpu ? target == architecture : !is_gpu(target)) load(job, inputs, target, std::move(program));
    });
  }
}

void apply_user_code(const Job& job, const std::string& gpu, Inputs& inputs) {
  if (!job.code.given()) return;
  const std::string architecture = able(gpu, job, inputs);
  const std::string target = !architecture.empty() && has_device_compiler() ? architecture : host_instruction_set();
  load(job, inputs, target, compiled(job, inputs, target));
}

}  // namespace scatterfold
