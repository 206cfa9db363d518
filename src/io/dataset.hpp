// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/element_type.hpp"
#include "io/stored_chunk.hpp"
#include "partition/hyperslab.hpp"

namespace scatterfold {

/// netCDF-4 semantics of a variable, in terms of its stored values (native byte order, as bits of the stored type,
/// zero-extended). Order: stored value -> missing? -> value * scale + offset in float64, rounded twice.
struct ValueRules {
  std::vector<std::uint64_t> missing;                 ///< _FillValue and missing_value, without duplicates
  bool nan_is_missing = false;                        ///< a _FillValue or missing_value of NaN
  std::optional<std::uint64_t> valid_min, valid_max;  ///< inclusive
  bool packed = false;                                ///< scale_factor or add_offset given
  double scale = 1, offset = 0;

  bool operator==(const ValueRules&) const = default;
  bool any() const { return !missing.empty() || nan_is_missing || valid_min || valid_max || packed; }
};

enum class StorageLayout { contiguous, chunked, compact, virtual_dataset, external };

struct Filter {
  int id;
  std::string name;
  std::vector<unsigned> parameters;
  bool available;
};

/// What a file says about one of its datasets.
struct DatasetInfo {
  std::string file, path;
  std::vector<std::int64_t> shape;              ///< empty: a scalar
  std::vector<std::string> dimension_names;     ///< netCDF dimension or HDF5 label; empty where there is none
  ElementType type = ElementType::float64;      ///< `_Unsigned` applied when semantics are on
  std::string units, standard_name, long_name;  ///< the attributes of these names; empty where there is none
  bool boolean = false;                         ///< an enumeration of FALSE and TRUE
  bool swapped = false;                         ///< stored bytes are in the other byte order
  bool converted = false;  ///< a type that only the library can turn into `type`; raw bytes are of no use
  StorageLayout layout = StorageLayout::contiguous;
  std::int64_t file_offset = -1;  ///< of contiguous data; -1 where none is allocated
  std::vector<std::int64_t> chunk;
  std::vector<Filter> filters;
  bool edges_unfiltered = false;  ///< chunks that reach past the edge of the dataset went through no filter
  std::int64_t stored_bytes = 0;
  std::uint64_t fill_bits = 0;  ///< the value of elements never written
  ValueRules rules;

  std::int64_t elements() const;
};

/// One dataset of one file, open for reading. Not copyable; one thread at a time (HDF5's rule) except `info`.
class Dataset {
 public:
  /// Errors: InputError, one line each, for: file absent or unreadable, a directory, empty, netCDF-3 (remedy: nccopy
  /// -k nc4), not HDF5, truncated (size found, size the header says), dataset absent (near names listed), a group,
  /// string/compound/complex/other types, a filter that is not available (id, name, where plugins were looked for).
  /// `semantics` false leaves `rules` empty and the type as stored.
  Dataset(const std::string& file, const std::string& path, bool semantics);
  ~Dataset();
  Dataset(const Dataset&) = delete;
  Dataset& operator=(const Dataset&) = delete;

  const DatasetInfo& info() const noexcept { return info_; }

  /// Reads the elements of `slab`, row-major, native byte order, into `out` (elements * size_of(type) bytes).
  /// Errors: InputError naming dataset, coordinate and what HDF5 says.
  void read(const Hyperslab& slab, void* out) const;
  /// Gives back the memory in which the library keeps chunks that were read. Errors: InputError.
  void forget_chunks() const;

  /// All chunks by their number in the grid, row-major, of chunked data; with file offsets where the library lists
  /// them. Errors: InputError where the file's index is damaged.
  std::vector<StoredChunk> chunk_index() const;
  /// One of them, by the index of its first element; without offset. Errors: InputError.
  StoredChunk stored_chunk(const std::vector<std::int64_t>& first) const;
  /// Reads `chunk.bytes` stored bytes through the library and returns the mask of skipped filters. Errors: InputError.
  std::uint32_t read_stored_chunk(const std::vector<std::int64_t>& first, const StoredChunk& chunk, void* out) const;

 private:
  void check_not_cut() const;

  struct Handles;
  std::unique_ptr<Handles> handles_;
  DatasetInfo info_;
};

}  // namespace scatterfold
