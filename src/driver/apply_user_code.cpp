// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/apply_user_code.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "driver/job.hpp"
#include "driver/open_input.hpp"
#include "fold/kernels.hpp"
#include "team/team.hpp"
#include "user/compiler.hpp"

namespace scatterfold {
namespace {

std::vector<std::byte> compiled(const Job& job, const Input& input, const std::string& instruction_set) {
  return compile(job.code, {{"x", input.source->decoding().value}}, instruction_set);
}

/// In the whole dataset, or in those of all files together.
ElementPlaces places_of(const Input& input) {
  std::vector<std::int64_t> begins = {0};
  for (const auto& part : input.source->parts()) {
    const std::vector<std::int64_t>& shape = part->info().shape;
    begins.push_back(begins.back() + (shape.empty() ? 1 : shape[input.along]));
  }
  return {input.source->partition(), input.info.shape, input.along, begins};
}

void load(const Job& job, Input& input, std::span<const std::byte> shared_object) {
  input.map = std::make_unique<LoadedMap>(shared_object);
  if (input.map->uses_place()) input.places = std::make_unique<ElementPlaces>(places_of(input));
  input.mapped = std::make_unique<MappedSource>(*input.source, *input.map, !job.code.where.empty(),
                                                MapPlaces{input.places.get(), job.seed});
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

void apply_user_code(const Job& job, Team& team, Input& input) {
  if (!job.code.given()) return;
  const std::string instruction_set = common_instruction_set(team);
  std::vector<std::byte> shared_object;
  team.phase("plan", [&] {
    if (team.rank() == 0) shared_object = compiled(job, input, instruction_set);
  });
  team.broadcast(shared_object);
  team.phase("plan", [&] { load(job, input, shared_object); });
}

void apply_user_code(const Job& job, Input& input) {
  if (job.code.given()) load(job, input, compiled(job, input, host_instruction_set()));
}

}  // namespace scatterfold
