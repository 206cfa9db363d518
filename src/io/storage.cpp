// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/storage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.hpp"
#include "io/handle.hpp"
#include "io/hdf5_error.hpp"
#include "io/printable.hpp"
#include "io/storage_sources.hpp"
#include "io/stored_chunk.hpp"

namespace scatterfold {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

std::string where(const DatasetInfo& info) { return printable(info.path) + " in " + printable(info.file, 1000); }

[[noreturn]] void throw_damaged(const DatasetInfo& info) {
  throw InputError(fmt::format("damaged dataset ({}): HDF5 says \"{}\"", where(info), last_hdf5_error().text));
}

void describe_shape(hid_t dataset, DatasetInfo& info) {
  const SpaceHandle space(H5Dget_space(dataset));
  const H5S_class_t kind = space ? H5Sget_simple_extent_type(space.get()) : H5S_NO_CLASS;
  if (kind == H5S_NO_CLASS) throw_damaged(info);
  if (kind == H5S_NULL) info.shape = {0};  // nothing at all: zero elements, unlike a scalar
  if (kind != H5S_SIMPLE) return;
  std::array<hsize_t, H5S_MAX_RANK> extent{};
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0 || rank > H5S_MAX_RANK || H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr) < 0) {
    throw_damaged(info);
  }
  for (int d = 0; d < rank; ++d) {
    if (extent[d] > most) throw InputError(fmt::format("dataset is too large ({}): over 2^63 elements", where(info)));
    info.shape.push_back(static_cast<std::int64_t>(extent[d]));
  }
  info.elements();  // throws where the product is too large
}

/// As The HDF Group has registered them, for files that do not say.
std::string registered_name(int id) {
  switch (id) {
    case 307: return "bzip2";
    case 32000: return "lzf";
    case 32001: return "blosc";
    case 32004: return "lz4";
    case 32008: return "bitshuffle";
    case 32013: return "zfp";
    case 32015: return "zstd";
    case 32017: return "sz";
    case 32024: return "sz3";
    case 32026: return "blosc2";
    default: return "unnamed";
  }
}

std::vector<Filter> filters_of(hid_t properties) {
  std::vector<Filter> filters;
  const int count = H5Pget_nfilters(properties);
  for (int i = 0; i < count && i < H5Z_MAX_NFILTERS; ++i) {
    unsigned flags = 0, config = 0;
    std::array<unsigned, 256> parameters{};
    std::array<char, 256> name{};
    std::size_t n = parameters.size();
    const H5Z_filter_t id = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &n, parameters.data(),
                                           name.size() - 1, name.data(), &config);
    if (id < 0) continue;
    Filter filter{id, printable(name.data()), {}, false};
    filter.parameters.assign(parameters.begin(), parameters.begin() + std::min(n, parameters.size()));
    // Asking also loads a plugin, where there is one.
    filter.available = H5Zfilter_avail(id) > 0 && H5Zget_filter_info(id, &config) >= 0 &&
                       (config & H5Z_FILTER_CONFIG_DECODE_ENABLED) != 0;
    if (filter.name.empty()) filter.name = registered_name(id);
    filters.push_back(std::move(filter));
  }
  H5Eclear2(H5E_DEFAULT);
  return filters;
}

bool edges_unfiltered(hid_t properties) {
  unsigned options = 0;
  return H5Pget_chunk_opts(properties, &options) >= 0 && (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0;
}

void describe_chunks(hid_t properties, DatasetInfo& info) {
  std::array<hsize_t, H5S_MAX_RANK> extent{};
  const int rank = H5Pget_chunk(properties, H5S_MAX_RANK, extent.data());
  if (rank != static_cast<int>(info.shape.size())) throw_damaged(info);
  for (int d = 0; d < rank; ++d) {
    // The file format keeps them in 32 bits; anything else is a damaged header.
    if (extent[d] == 0 || extent[d] > std::numeric_limits<std::uint32_t>::max()) throw_damaged(info);
    info.chunk.push_back(static_cast<std::int64_t>(extent[d]));
  }
}

std::string plugin_folders() {
  unsigned count = 0;
  std::string text;
  if (H5PLsize(&count) < 0) return "no folder";
  for (unsigned i = 0; i < count && i < 8; ++i) {
    std::array<char, 1024> folder{};
    if (H5PLget(i, folder.data(), folder.size()) <= 0) continue;
    if (!text.empty()) text += ':';
    text += folder.data();
  }
  return text.empty() ? "no folder" : text;
}

/// A few chunks are looked at one by one, each in as much time as all before it.
constexpr hsize_t most_chunks_named = 2000;

/// The grid coordinate of the first chunk that is not stored in `bytes`, for people; nothing where it is not found
/// soon.
std::string chunk_of_other_size(hid_t dataset, const DatasetInfo& info, hsize_t count, hsize_t bytes) {
  const SpaceHandle all(H5Dget_space(dataset));
  for (hsize_t i = 0; i < std::min(count, most_chunks_named); ++i) {
    std::array<hsize_t, H5S_MAX_RANK> first{};
    unsigned mask = 0;
    haddr_t address = 0;
    hsize_t stored = 0;
    if (H5Dget_chunk_info(dataset, all.get(), i, first.data(), &mask, &address, &stored) < 0) break;
    if (stored == bytes) continue;
    std::vector<std::int64_t> grid;
    for (std::size_t d = 0; d < info.chunk.size(); ++d)
      grid.push_back(static_cast<std::int64_t>(first[d]) / info.chunk[d]);
    return fmt::format(", chunk ({}) in {}", fmt::join(grid, ", "), stored);
  }
  return {};
}

/// Chunks without filters all have their full size. Some versions of the library take that for granted when they make
/// room, and the index at its word when they read: what lies would be read from, or written to, behind the room.
void check_chunk_sizes(hid_t dataset, const DatasetInfo& info, std::int64_t stored_element_bytes) {
  if (info.layout != StorageLayout::chunked || (!info.filters.empty() && info.stored_bytes > 0)) return;
  const SpaceHandle all(H5Dget_space(dataset));
  hsize_t count = 0;
  if (H5Dget_num_chunks(dataset, all.get(), &count) < 0) throw_damaged(info);
  std::int64_t bytes = stored_element_bytes, expected = 0;
  for (const std::int64_t n : info.chunk) {
    if (__builtin_mul_overflow(bytes, n, &bytes)) throw_damaged(info);
  }
  if (count == 0 ||
      (info.filters.empty() && !__builtin_mul_overflow(bytes, static_cast<std::int64_t>(count), &expected) &&
       expected == info.stored_bytes)) {
    return;
  }
  const std::string which =
      info.filters.empty() ? chunk_of_other_size(dataset, info, count, static_cast<hsize_t>(bytes)) : "";
  H5Eclear2(H5E_DEFAULT);
  throw InputError(
      fmt::format("damaged dataset ({}): its {} chunks of {} bytes are stored in {} bytes{}; get a fresh copy",
                  where(info), count, bytes, info.stored_bytes, which));
}

}  // namespace

void describe_storage(hid_t dataset, DatasetInfo& info) {
  describe_shape(dataset, info);
  const PropertyHandle properties(H5Dget_create_plist(dataset));
  if (!properties) throw_damaged(info);
  const hsize_t stored = H5Dget_storage_size(dataset);
  info.stored_bytes = static_cast<std::int64_t>(std::min<hsize_t>(stored, most));
  switch (H5Pget_layout(properties.get())) {
    case H5D_COMPACT: info.layout = StorageLayout::compact; break;
    case H5D_CONTIGUOUS:
      if (H5Pget_external_count(properties.get()) > 0) {
        info.layout = StorageLayout::external;
      } else {
        info.layout = StorageLayout::contiguous;
        const haddr_t offset = H5Dget_offset(dataset);
        // Behind a user block HDF5 1.10 gives an offset for what was never written, too.
        const bool written = stored > 0 && offset != HADDR_UNDEF && offset <= most;
        info.file_offset = written ? static_cast<std::int64_t>(offset) : -1;
      }
      break;
    case H5D_CHUNKED:
      info.layout = StorageLayout::chunked;
      describe_chunks(properties.get(), info);
      info.filters = filters_of(properties.get());
      info.edges_unfiltered = edges_unfiltered(properties.get());
      break;
    case H5D_VIRTUAL: info.layout = StorageLayout::virtual_dataset; break;
    default: throw_damaged(info);
  }
  H5Eclear2(H5E_DEFAULT);
}

void check_storage(hid_t dataset, const DatasetInfo& info, std::int64_t stored_element_bytes) {
  if (info.stored_bytes > 0 && (only_library() || !decodes_here(info))) {
    for (const Filter& filter : info.filters) {
      if (filter.available) continue;
      throw InputError(
          fmt::format("filter {} \"{}\" is not available ({}; plugins looked for in {}): install its plugin "
                      "and set HDF5_PLUGIN_PATH to its folder",
                      filter.id, filter.name, where(info), plugin_folders()));
    }
  }
  check_chunk_sizes(dataset, info, stored_element_bytes);
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(info.elements(), stored_element_bytes, &bytes)) {
    throw InputError(fmt::format("dataset is too large ({}): over 2^63 bytes", where(info)));
  }
  if (info.layout == StorageLayout::contiguous && info.file_offset >= 0 && bytes > 0) {
    struct stat status {};
    std::int64_t end = 0;
    if (info.stored_bytes < bytes || __builtin_add_overflow(info.file_offset, bytes, &end)) {
      throw InputError(fmt::format("damaged dataset ({}): {} bytes stored, its shape needs {}", where(info),
                                   info.stored_bytes, bytes));
    }
    if (stat(info.file.c_str(), &status) == 0 && status.st_size < end) {
      throw InputError(
          fmt::format("truncated file ({}): it has {} bytes and the dataset's data end at byte {}; get a "
                      "fresh copy",
                      where(info), static_cast<std::int64_t>(status.st_size), end));
    }
  }
  check_sources(dataset, info);
}

}  // namespace scatterfold
