// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/damaged_chunk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
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

constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t scale_offset_header =
    21;  // how many bits (4 bytes), the width of the minimum (1), the minimum (16)

/// The stored bytes of a chunk and its mask. Nothing where it was never written, or HDF5 fails, as it will again.
std::optional<std::vector<unsigned char>> stored_bytes(hid_t dataset, const std::vector<hsize_t>& offset, hsize_t bytes,
                                                       std::uint32_t& mask) {
  std::vector<unsigned char> stored(std::max<std::size_t>(bytes, 8));
  if (H5Dread_chunk(dataset, H5P_DEFAULT, offset.data(), &mask, stored.data()) < 0) return std::nullopt;
  return stored;
}

/// Fewest bytes that `elements` of `bits` each are packed in.
std::uint64_t packed_bytes(std::uint64_t elements, std::uint64_t bits) { return (elements * bits + 7) / 8; }

/// What is missing of a chunk, nullptr where all is there or nothing can be told.
const char* what_is_cut(hid_t dataset, const DatasetInfo& info, const std::vector<hsize_t>& offset) {
  const auto checksum = std::find_if(info.filters.begin(), info.filters.end(),
                                     [](const Filter& filter) { return filter.id == H5Z_FILTER_FLETCHER32; });
  if (info.filters.empty()) return nullptr;
  const Filter& last = info.filters.back();
  const std::vector<unsigned>& p = last.parameters;
  const bool scaled = last.id == H5Z_FILTER_SCALEOFFSET && p.size() > 4;
  const bool packed = last.id == H5Z_FILTER_NBIT && p.size() > 6 && p[1] == 0 && p[3] == 1;  // 1: plain numbers
  if (checksum == info.filters.end() && !scaled && !packed) return nullptr;
  hsize_t bytes = 0;
  if (H5Dget_chunk_storage_size(dataset, offset.data(), &bytes) < 0) return nullptr;
  const auto skipped = [](std::uint32_t mask, std::size_t filter) { return (mask >> filter & 1) != 0; };
  std::uint32_t mask = 0;
  if (checksum != info.filters.end() && bytes < checksum_bytes) {
    const auto place = static_cast<std::size_t>(checksum - info.filters.begin());  // also its bit in the mask
    return stored_bytes(dataset, offset, bytes, mask) && !skipped(mask, place) ? "its checksum is cut off" : nullptr;
  }
  if (packed && bytes < packed_bytes(p[2], p[6])) {
    return stored_bytes(dataset, offset, bytes, mask) && !skipped(mask, info.filters.size() - 1)
               ? "its packed bits are cut off"
               : nullptr;
  }
  // Their number stands in the chunk. What is as long as the raw chunk has room for any number of them.
  if (scaled && bytes < scale_offset_header + std::uint64_t{p[2]} * p[4]) {
    const auto stored = stored_bytes(dataset, offset, bytes, mask);
    if (!stored || skipped(mask, info.filters.size() - 1)) return nullptr;
    std::uint64_t bits = 0;
    for (int i = 3; i >= 0; --i) bits = bits << 8 | (*stored)[static_cast<std::size_t>(i)];
    if (bytes < scale_offset_header || bits > 8 * std::uint64_t{p[4]} ||
        bytes < scale_offset_header + packed_bytes(p[2], bits)) {
      return "its packed bits are cut off";
    }
  }
  return nullptr;
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

std::optional<CutChunk> cut_chunk(hid_t dataset, const DatasetInfo& info, const Hyperslab& slab) {
  const char* what = nullptr;
  const auto damaged = first_chunk(info, slab, [&](const Index&, const Index& low) {
    what = what_is_cut(dataset, info, std::vector<hsize_t>(low.begin(), low.end()));
    return what != nullptr;
  });
  H5Eclear2(H5E_DEFAULT);
  if (!damaged) return std::nullopt;
  return CutChunk{"chunk " + coordinates(*damaged), what};
}

}  // namespace scatterfold
