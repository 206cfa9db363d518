// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/apply_user_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
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

/// By target.
using Programs = std::map<std::string, std::vector<std::byte>>;

/// What one rank can compute with.
struct Means {
  std::string instruction_set, architecture;  ///< the latter empty: no GPU, or none that can compute the values
};

/// Of this rank. GPUs compute values of elements of one input, whose places nobody asks for.
Means means_here(const Job& job, const Inputs& inputs, const std::string& gpu) {
  const bool able = inputs.all.size() == 1 && !uses_place(job.code);
  return {host_instruction_set(), able ? gpu : ""};
}

/// For the GPUs of all ranks; empty where one of them has to leave the values to processors.
Programs compiled_for_gpus(const UserCode& code, const std::vector<UserInput>& inputs,
                           const std::vector<Means>& ranks) {
  Programs programs;
  if (!has_device_compiler()) return programs;
  for (const Means& means : ranks) {
    if (means.architecture.empty() || programs.contains(means.architecture)) continue;
    DeviceProgram program = compile_for_device(code, inputs, means.architecture);
    if (program.divides_whole_numbers) return {};
    programs[means.architecture] = std::move(program.bytes);
  }
  return programs;
}

/// For all ranks: those without a GPU share the plainest of their instruction sets.
Programs compiled_for(const Job& job, const Inputs& inputs, const std::vector<Means>& ranks) {
  std::vector<UserInput> user_inputs;
  for (std::size_t i = 0; i < inputs.all.size(); ++i)
    user_inputs.push_back({inputs.names[i], inputs.all[i].source->decoding().value});
  Programs programs = compiled_for_gpus(job.code, user_inputs, ranks);
  const std::vector<std::string> from_plainest = {"portable", "avx2", "avx512"};
  auto least = from_plainest.end();
  for (const Means& means : ranks) {
    if (!programs.contains(means.architecture))
      least = std::min(least, std::ranges::find(from_plainest, means.instruction_set));
  }
  if (least != from_plainest.end()) programs[*least] = compile(job.code, user_inputs, *least);
  return programs;
}

/// Takes the program for this rank.
void load(const Job& job, Inputs& inputs, const Means& mine, Programs programs) {
  const bool selects = !job.code.where.empty();
  if (const auto found = programs.find(mine.architecture); found != programs.end()) {
    inputs.mapped = std::make_unique<DeviceMappedSource>(*inputs.sources().front(), std::move(found->second), selects);
    return;
  }
  for (const auto& [target, program] : programs) {
    if (target.starts_with("sm_")) continue;
    inputs.map = std::make_unique<LoadedMap>(program);
    inputs.mapped = std::make_unique<MappedSource>(inputs.sources(), *inputs.places, *inputs.map, selects, job.seed);
  }
}

std::vector<Means> means_of(const std::vector<std::vector<std::byte>>& ranks) {
  std::vector<Means> all;
  for (const std::vector<std::byte>& bytes : ranks) {
    std::istringstream words(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    words >> all.emplace_back().instruction_set >> all.back().architecture;
  }
  return all;
}

/// Rank 0's programs, to all. Team: collective.
Programs broadcast(Team& team, Programs programs) {
  std::vector<std::byte> names;
  team.phase("plan", [&] {
    for (const auto& [target, program] : programs) {
      const std::string name = target + " ";
      const auto bytes = std::as_bytes(std::span(name));
      names.insert(names.end(), bytes.begin(), bytes.end());
    }
  });
  team.broadcast(names);
  std::vector<std::string> targets;
  team.phase("plan", [&] {
    std::istringstream words(std::string(reinterpret_cast<const char*>(names.data()), names.size()));
    targets.assign(std::istream_iterator<std::string>(words), {});
    for (const std::string& target : targets) programs.try_emplace(target);
  });
  for (const std::string& target : targets) team.broadcast(programs.find(target)->second);
  return programs;
}

}  // namespace

void apply_user_code(const Job& job, const std::string& gpu, Team& team, Inputs& inputs) {
  if (!job.code.given()) return;
  const Means mine = means_here(job, inputs, gpu);
  const std::string words = fmt::format("{} {}", mine.instruction_set, mine.architecture);
  const auto ranks = team.gather(std::as_bytes(std::span(words)));
  Programs programs;
  team.phase("plan", [&] {
    if (team.rank() == 0) programs = compiled_for(job, inputs, means_of(ranks));
  });
  programs = broadcast(team, std::move(programs));
  team.phase("plan", [&] { load(job, inputs, mine, std::move(programs)); });
}

void apply_user_code(const Job& job, const std::string& gpu, Inputs& inputs) {
  if (!job.code.given()) return;
  const Means mine = means_here(job, inputs, gpu);
  load(job, inputs, mine, compiled_for(job, inputs, {mine}));
}

}  // namespace scatterfold
