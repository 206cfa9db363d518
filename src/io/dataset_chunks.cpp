// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <optional>

#include "base/error.hpp"
#include "io/chunk_iter.hpp"
#include "io/dataset.hpp"
#include "io/dataset_handles.hpp"
#include "io/hdf5_error.hpp"
#include "io/hdf5_lock.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

using Index = std::vector<std::int64_t>;

std::array<hsize_t, H5S_MAX_RANK> offsets(const Index& first) {
  std::array<hsize_t, H5S_MAX_RANK> at{};
  for (std::size_t d = 0; d < first.size(); ++d) at[d] = static_cast<hsize_t>(first[d]);
  return at;
}

[[noreturn]] void throw_unreadable(const DatasetInfo& info, const Index& first, const std::string& why) {
  Index grid;
  for (std::size_t d = 0; d < first.size(); ++d) grid.push_back(first[d] / info.chunk[d]);
  throw InputError(
      fmt::format("cannot read {} ({}, chunk ({})): HDF5 says \"{}\"; the file is damaged there, get a "
                  "fresh copy",
                  printable(info.path), printable(info.file, 1000), fmt::join(grid, ", "), why));
}

/// The stored size, as the library looks it up; nothing where it finds none, which HDF5 1.10 takes for an error. The
/// caller holds `hdf5_mutex()`.
std::optional<StoredChunk> look_up(hid_t dataset, const Index& first) {
  hsize_t bytes = 0;
  const bool found = H5Dget_chunk_storage_size(dataset, offsets(first).data(), &bytes) >= 0;
  H5Eclear2(H5E_DEFAULT);
  if (!found) return std::nullopt;
  return StoredChunk{static_cast<std::int64_t>(bytes), -1, 0, 0};
}

std::int64_t chunks_in_file(hid_t dataset, const DatasetInfo& info) {
  const SpaceHandle all(H5Dget_space(dataset));
  hsize_t count = 0;
  if (H5Dget_num_chunks(dataset, all.get(), &count) < 0) {
    throw InputError(fmt::format("damaged dataset ({} in {}): HDF5 says \"{}\"", printable(info.path),
                                 printable(info.file, 1000), last_hdf5_error().text));
  }
  return static_cast<std::int64_t>(count);
}

/// File offsets of chunks count from the end of a user block in some versions of the library, and not in others.
bool starts_at_zero(hid_t dataset) {
  const FileHandle file(H5Iget_file_id(dataset));  // of an external link, the one behind it
  const PropertyHandle creation(H5Fget_create_plist(file.get()));
  hsize_t block = 0;
  return creation && H5Pget_userblock(creation.get(), &block) >= 0 && block == 0;
}

}  // namespace

std::vector<StoredChunk> Dataset::chunk_index() const {
  const Hdf5Scope scope;
  Index grid;
  std::int64_t count = 1;
  for (std::size_t d = 0; d < info_.shape.size(); ++d) {
    grid.push_back(info_.shape[d] / info_.chunk[d] + (info_.shape[d] % info_.chunk[d] != 0 ? 1 : 0));
    count *= grid.back();
  }
  std::vector<StoredChunk> index(static_cast<std::size_t>(count));
  const bool listed = starts_at_zero(handles_->dataset.get()) &&
                      for_each_stored_chunk(handles_->dataset.get(), static_cast<int>(grid.size()),
                                            [&](const Index& first, const StoredChunk& chunk) {
                                              std::int64_t number = 0;
                                              for (std::size_t d = 0; d < grid.size(); ++d) {
                                                const std::int64_t at = first[d] / info_.chunk[d];
                                                if (first[d] < 0 || at >= grid[d])
                                                  return;  // shrunk since it was written
                                                number = number * grid[d] + at;
                                              }
                                              index[static_cast<std::size_t>(number)] = chunk;
                                            });
  if (listed) return index;
  Index at(grid.size(), 0), first(grid.size(), 0);
  std::int64_t found = 0;
  const std::int64_t in_file = info_.stored_bytes > 0 ? chunks_in_file(handles_->dataset.get(), info_) : 0;
  for (std::size_t i = 0; i < index.size() && found < in_file; ++i) {
    index[i] = look_up(handles_->dataset.get(), first).value_or(StoredChunk{});
    found += index[i].bytes > 0 ? 1 : 0;
    for (std::size_t d = grid.size(); d-- > 0;) {
      if (++at[d] == grid[d]) at[d] = 0;
      first[d] = at[d] * info_.chunk[d];
      if (at[d] != 0) break;
    }
  }
  // What was not found and what cannot be found look the same; the number tells them apart.
  if (found != in_file) {
    throw InputError(
        fmt::format("damaged dataset ({} in {}): it has {} stored chunks and {} are found; get a fresh copy",
                    printable(info_.path), printable(info_.file, 1000), in_file, found));
  }
  return index;
}

StoredChunk Dataset::stored_chunk(const Index& first) const {
  const Hdf5Scope scope;
  const auto found = look_up(handles_->dataset.get(), first);
  if (found && found->bytes > 0) return *found;
  // This tells an absent chunk from a damaged index, by a walk through all of it.
  unsigned mask = 0;
  haddr_t address = HADDR_UNDEF;
  hsize_t bytes = 0;
  if (H5Dget_chunk_info_by_coord(handles_->dataset.get(), offsets(first).data(), &mask, &address, &bytes) < 0 ||
      address != HADDR_UNDEF) {
    throw_unreadable(info_, first, "chunk is in the index and cannot be found");
  }
  return {};
}

std::uint32_t Dataset::read_stored_chunk(const Index& first, const StoredChunk& chunk, void* out) const {
  const Hdf5Scope scope;
  // The library writes as many bytes as it finds: none more than were asked for room for.
  const auto now = look_up(handles_->dataset.get(), first);
  if (!now || now->bytes != chunk.bytes) {
    throw InputError(fmt::format("{} changed while it was read ({}): run again when nobody writes to it",
                                 printable(info_.path), printable(info_.file, 1000)));
  }
  std::uint32_t mask = 0;
  if (H5Dread_chunk(handles_->dataset.get(), H5P_DEFAULT, offsets(first).data(), &mask, out) < 0) {
    throw_unreadable(info_, first, last_hdf5_error().text);
  }
  check_not_cut();
  return mask;
}

}  // namespace scatterfold
