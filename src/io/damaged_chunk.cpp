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

using Index = std::vector<std::int64_t>;

std::string coordinates(const Index& index) { return fmt::format("({})", fmt::join(index, ", ")); }

/// The grid coordinate of the first chunk under `slab` for which `is_it(coordinate, first index)` is true.
template <class Predicate>
std::optional<Index> first_chunk(const DatasetInfo& info, const Hyperslab& slab, const Predicate& is_it) {
  const std::size_t rank = slab.start.size();
  if (rank == 0 || info.chunk.size() != rank) return std::nullopt;
  Index first(rank), last(rank), low(rank);
  for (std::size_t d = 0; d < rank; ++d) {
    first[d] = slab.start[d] / info.chunk[d];
    last[d] = (slab.start[d] + (slab.count[d] - 1) * slab.step[d]) / info.chunk[d];
  }
  Index at = first;
  while (true) {
    for (std::size_t d = 0; d < rank; ++d) low[d] = at[d] * info.chunk[d];
    if (is_it(at, low)) return at;
    std::size_t d = rank;
    while (d > 0 && ++at[d - 1] > last[d - 1]) {
      --d;
      at[d] = first[d];
    }
    if (d == 0) return std::nullopt;
  }
}

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
  if (slab.start.empty()) return "its only element";
  std::int64_t tried = 0;
  const auto damaged = first_chunk(info, slab, [&](const Index&, const Index& low) {
    Index high(low);
    for (std::size_t d = 0; d < low.size(); ++d) high[d] += info.chunk[d];
    const Hyperslab inside = intersect(slab, low, high);
    if (++tried > most_chunks_tried || inside.elements() == 0) return false;
    return read_slab(dataset, memory_type, inside, scratch).has_value();
  });
  return damaged ? "chunk " + coordinates(*damaged) : "from index " + coordinates(slab.start);
}

std::optional<std::string> chunk_without_checksum(hid_t dataset, const DatasetInfo& info, const Hyperslab& slab) {
  constexpr hsize_t checksum_bytes = 4;
  std::size_t place = 0;  // of the checksum in the pipeline, which is also its bit in a chunk's mask
  while (place < info.filters.size() && info.filters[place].id != H5Z_FILTER_FLETCHER32) ++place;
  if (place == info.filters.size()) return std::nullopt;
  const auto damaged = first_chunk(info, slab, [&](const Index&, const Index& low) {
    const std::vector<hsize_t> offset(low.begin(), low.end());
    hsize_t bytes = 0;
    if (H5Dget_chunk_storage_size(dataset, offset.data(), &bytes) < 0 || bytes >= checksum_bytes) return false;
    std::array<unsigned char, checksum_bytes> raw{};
    std::uint32_t skipped = 0;
    // Fails for a chunk that was never written, which is sound.
    if (H5Dread_chunk(dataset, H5P_DEFAULT, offset.data(), &skipped, raw.data()) < 0) return false;
    return (skipped >> place & 1) == 0;
  });
  H5Eclear2(H5E_DEFAULT);
  if (!damaged) return std::nullopt;
  return "chunk " + coordinates(*damaged);
}

}  // namespace scatterfold
