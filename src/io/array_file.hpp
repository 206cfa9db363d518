// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/element_type.hpp"
#include "partition/hyperslab.hpp"

namespace scatterfold {

/// `count` values of a one-dimensional dataset in an input file, `step` >= 1 apart.
struct CoordinatePiece {
  std::string file, path;
  std::int64_t start = 0, count = 0, step = 1;
};

/// A dimension of the output. Its coordinate is copied from the input, or made of `values`, or absent.
struct ArrayDimension {
  std::string name;  ///< unique in the file: "lat", "month", or "dim_1" where the input has no name
  std::int64_t length = 0;

  /// The pieces of the coordinate, more than one where files are joined; empty: none is copied. A dataset that cannot
  /// be a coordinate (netCDF's placeholder for a dimension without one, compounds, references) is none.
  std::vector<CoordinatePiece> copied;

  std::vector<double> values;  ///< a coordinate of its own, such as months; empty: none
  ElementType values_type = ElementType::float64;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< of the coordinate of its own
  std::vector<double> bounds;  ///< two per value, or empty; written as <name>_bnds(name, nv)

  /// The dimension of `source_dataset` that this one is a slice of, which decides about 2-D coordinates and the like.
  /// -1: the one of the same name, taken whole or as `copied` says, if there is one.
  std::int64_t source_dimension = -1;
  std::int64_t source_start = 0, source_step = 1;
};

struct ArrayVariable {
  std::string name, group;  ///< group "": the root
  /// As stored. float16 is good HDF5, but netCDF has no such type: 4.9 reads it as float, other tools may not.
  ElementType type = ElementType::float64;
  std::vector<std::size_t> dimensions;  ///< indices into ArrayLayout::dimensions, in order; empty: a scalar
  std::vector<std::pair<std::string, std::string>> attributes;
  bool has_fill = false;
  double fill = 0;  ///< _FillValue, rounded to `type`
};

/// Arrays over named dimensions, as one HDF5 file that is netCDF-4 too.
struct ArrayLayout {
  std::vector<ArrayDimension> dimensions;
  std::vector<ArrayVariable> variables;
  std::vector<std::int64_t> chunk;  ///< per dimension; empty: contiguous, or chunks of about 1 MiB where `deflate` asks
  int deflate = -1;                 ///< level 0 to 9 (with shuffle), or -1 for none

  /// Of the input. Its global attributes are copied, its `history` goes behind ours; so are the grid mapping and the
  /// auxiliary coordinates (such as 2-D latitudes) of `source_dataset` whose dimensions are all kept. Empty: nothing.
  std::string source_file, source_dataset;
  std::string history;                                          ///< our line, without a line end
  std::vector<std::pair<std::string, std::string>> provenance;  ///< attributes of the group /provenance

  std::vector<std::int64_t> shape_of(std::size_t variable) const;
  /// Empty: contiguous, as scalars and variables without elements always are.
  std::vector<std::int64_t> chunk_of(std::size_t variable) const;
};

/// Refuses what may not fit on the disk, and coordinates and chunks that create_array_file would refuse, without
/// touching `path`. Errors: as create_array_file.
void check_array_file(const std::string& path, const ArrayLayout& layout);

/// Refuses what may not fit on the disk (packed data as if it were no smaller), creates the file at `path` (over what
/// is there) with all its metadata, the coordinates and `complete` = 0, and reserves the room of contiguous variables.
/// Gives the file offset of each variable's data, -1 where it is chunked or empty. Errors: OutputError; InputError for
/// a coordinate that only some files have or that differs between them; UsageError for chunks that HDF5 refuses.
std::vector<std::int64_t> create_array_file(const std::string& path, const ArrayLayout& layout);

/// Row-major values of a box, for ArrayWriter (array_writer.hpp).
using ArrayValues =
    std::variant<std::span<const double>, std::span<const std::int64_t>, std::span<const std::uint64_t>>;

/// Writes root attribute `result_digest`, sets `complete` = 1, then opens the file anew and checks that everything is
/// there. Does not fsync or rename: that is OutputClaim's. Errors: OutputError.
void finish_array_file(const std::string& path, const ArrayLayout& layout, const std::vector<std::int64_t>& offsets,
                       const std::string& digest);

}  // namespace scatterfold
