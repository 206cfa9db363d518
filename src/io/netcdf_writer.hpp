// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "io/handle.hpp"
#include "io/raw_values.hpp"

namespace scatterfold {

struct NetcdfDimension {
  std::string name;
  std::int64_t length;
};

/// A variable of the root with all its values.
struct NetcdfVariable {
  std::string name;
  std::vector<std::size_t> dimensions;  ///< indices of the writer's dimensions
  RawValues values;
  std::vector<NamedValues> attributes;
};

/// Makes an HDF5 file that netCDF-4 takes for its own: dimensions are HDF5's dimension scales, attached to variables by
/// references both ways, in the order they were made. Written with the plain library; H5DS functions are in another
/// one, which may be absent.
/// Source: "The NetCDF-4 Format" (NetCDF File Format Specifications, Unidata); "HDF5 Dimension Scale Specification".
/// Errors: OutputError. The caller holds `hdf5_mutex()` from beginning to end.
class NetcdfWriter {
 public:
  /// Creates the file, over what is there.
  explicit NetcdfWriter(std::string path);

  hid_t file() const { return file_.get(); }

  /// Makes the dimensions, in this order. One whose name is that of a variable over it alone has it as its coordinate.
  void add_dimensions(const std::vector<NetcdfDimension>& dimensions, const std::vector<NetcdfVariable>& variables);

  /// Makes a variable over `dimensions` and leaves its data alone. Group "": the root. `creation` is HDF5's, as
  /// `storage_properties` makes it.
  DatasetHandle add_variable(const std::string& group, const std::string& name, hid_t type,
                             const std::vector<std::size_t>& dimensions, const std::vector<NamedValues>& attributes,
                             PropertyHandle creation);
  /// The same with its values, unless it is a dimension's coordinate, which is there already.
  void add_variable(const NetcdfVariable& variable);

  /// Opens a group, or makes it.
  GroupHandle group(const std::string& name);

  /// Tells the scales who uses them, and writes everything to the file.
  void finish();

 private:
  struct Use {
    hobj_ref_t dataset;
    int dimension;
    int padding = 0;  // goes to the file too
  };

  bool is_coordinate(const NetcdfVariable& variable) const;
  DatasetHandle create(hid_t group, const std::string& name, hid_t type, const std::vector<std::size_t>& dimensions,
                       PropertyHandle creation);
  void add_bare_dimension(std::size_t dimension);
  void add_coordinate(std::size_t dimension, const NetcdfVariable& variable);
  void make_scale(hid_t dataset, std::size_t dimension, const std::string& title);
  void attach(hid_t dataset, const std::vector<std::size_t>& dimensions, const std::string& name);
  void write_uses(std::size_t dimension);
  hobj_ref_t reference_to(hid_t group, const std::string& name);

  std::string path_;
  FileHandle file_;
  std::vector<NetcdfDimension> dimensions_;
  std::vector<DatasetHandle> scales_;
  std::vector<hobj_ref_t> references_;  ///< to the scales
  std::vector<std::vector<Use>> uses_;  ///< per scale
};

}  // namespace scatterfold
