// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/damaged_chunk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "io/handle.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t most_chunks_tried = 100'000;

std::string coordinates(const std::vector<std::int64_t>& index) { return fmt::format("({})", fmt::join(index, ", ")); }

}  // namespace

std::optional<Hdf5Error> read_slab(hid_t dataset, hid_t memory_type, const Hyperslab& slab, void* out) {
  const SpaceHandle stored(H5Dget_space(dataset));
  const auto elements = static_cast<hsize_t>(slab.elements());
  const SpaceHandle memory(H5Screate_simple(1, &elements, nullptr));
  if (!stored || !memory) return last_hdf5_error();
  const std::size_t rank = slab.start.size();
  if (rank > 0) {
    std::array<hsize_t, H5S_MAX_RANK> start{}, count{}, step{};
    for (std::size_t d = 0; d < rank; ++d) {
      start[d] = static_cast<hsize_t>(slab.start[d]);
      count[d] = static_cast<hsize_t>(slab.count[d]);
      step[d] = static_cast<hsize_t>(slab.count[d] > 1 ? slab.step[d] : 1);
    }
    if (H5Sselect_hyperslab(stored.get(), H5S_SELECT_SET, start.data(), step.data(), count.data(), nullptr) < 0) {
      return last_hdf5_error();
    }
  }
  // The stack is read here: closing the dataspaces would clear it.
  if (H5Dread(dataset, memory_type, memory.get(), stored.get(), H5P_DEFAULT, out) < 0) return last_hdf5_error();
  return std::nullopt;
}

std::string damaged_place(hid_t dataset, hid_t memory_type, const DatasetInfo& info, const Hyperslab& slab,
                          void* scratch) {
  const std::size_t rank = slab.start.size();
  const std::string start = "from index " + coordinates(slab.start);
  if (info.chunk.size() != rank || rank == 0) return rank == 0 ? "its only element" : start;
  std::vector<std::int64_t> first(rank), last(rank);  // of the chunks that the slab meets, by grid coordinate
  for (std::size_t d = 0; d < rank; ++d) {
    first[d] = slab.start[d] / info.chunk[d];
    last[d] = (slab.start[d] + (slab.count[d] - 1) * slab.step[d]) / info.chunk[d];
  }
  std::vector<std::int64_t> at = first;
  for (std::int64_t tried = 0; tried < most_chunks_tried; ++tried) {
    std::vector<std::int64_t> low(rank), high(rank);
    for (std::size_t d = 0; d < rank; ++d) {
      low[d] = at[d] * info.chunk[d];
      high[d] = low[d] + info.chunk[d];
    }
    const Hyperslab inside = intersect(slab, low, high);
    if (inside.elements() > 0 && read_slab(dataset, memory_type, inside, scratch)) {
      return "chunk " + coordinates(at);
    }
    std::size_t d = rank;
    while (d > 0 && ++at[d - 1] > last[d - 1]) --d, at[d] = first[d];
    if (d == 0) break;
  }
  return start;
}

}  // namespace scatterfold
