// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "io/array_file.hpp"
#include "io/array_writer.hpp"
#include "io/attributes.hpp"
#include "io/dimension_names.hpp"
#include "scratch.hpp"

namespace scatterfold {

inline ArrayDimension dimension(const std::string& name, std::int64_t length) {
  ArrayDimension made;
  made.name = name;
  made.length = length;
  return made;
}

inline ArrayDimension dimension(const std::string& name, const std::vector<double>& values, const std::string& units) {
  ArrayDimension made = dimension(name, static_cast<std::int64_t>(values.size()));
  made.values = values;
  made.attributes = {{"units", units}};
  return made;
}

inline ArrayDimension dimension(const std::string& name, const std::vector<CoordinatePiece>& pieces) {
  ArrayDimension made = dimension(name, 0);
  for (const CoordinatePiece& piece : pieces) made.length += piece.count;
  made.copied = pieces;
  return made;
}

inline ArrayVariable variable(const std::string& name, ElementType type, const std::vector<std::size_t>& dimensions) {
  ArrayVariable made;
  made.name = name;
  made.type = type;
  made.dimensions = dimensions;
  return made;
}

inline Hyperslab box_of(const std::vector<std::int64_t>& start, const std::vector<std::int64_t>& count) {
  return {start, count, std::vector<std::int64_t>(start.size(), 1)};
}

/// The whole of a variable.
inline Hyperslab all_of(const ArrayLayout& layout, std::size_t variable) {
  const std::vector<std::int64_t> shape = layout.shape_of(variable);
  return box_of(std::vector<std::int64_t>(shape.size(), 0), shape);
}

/// Writes a box, with a writer of its own.
inline void write_box(const std::string& path, const ArrayLayout& layout, const std::vector<std::int64_t>& offsets,
                      std::size_t variable, const Hyperslab& box, const ArrayValues& values,
                      std::span<const std::uint8_t> missing) {
  ArrayWriter writer(path, layout, offsets);
  writer.write(variable, box, values, missing);
  writer.settle();
}

/// Writes a file whose variables hold 0, 1, 2, ...
inline void write_counting(const std::string& path, const ArrayLayout& layout) {
  const std::vector<std::int64_t> offsets = create_array_file(path, layout);
  ArrayWriter writer(path, layout, offsets);
  for (std::size_t v = 0; v < layout.variables.size(); ++v) {
    const Hyperslab box = all_of(layout, v);
    std::vector<double> values(static_cast<std::size_t>(box.elements()));
    std::iota(values.begin(), values.end(), 0.0);
    writer.write(v, box, std::span<const double>(values), {});
  }
  writer.settle();
  finish_array_file(path, layout, offsets, "digest");
}

/// A model's output on its own grid: tas(time, y, x) with 2-D coordinates, their corners, a height and a grid mapping.
inline ArrayLayout curvilinear(std::int64_t times) {
  ArrayLayout layout;
  layout.dimensions = {dimension("time", times), dimension("y", 3), dimension("x", 4), dimension("vertices", 4)};
  layout.variables = {
      variable("tas", ElementType::float32, {0, 1, 2}), variable("lat", ElementType::float32, {1, 2}),
      variable("lon", ElementType::float32, {1, 2}),    variable("lat_vertices", ElementType::float32, {1, 2, 3}),
      variable("height", ElementType::float64, {}),     variable("crs", ElementType::int32, {})};
  layout.variables[0].attributes = {{"units", "K"}, {"coordinates", "lat lon height"}, {"grid_mapping", "crs"}};
  layout.variables[1].attributes = {{"units", "degrees_north"}, {"bounds", "lat_vertices"}};
  layout.variables[2].attributes = {{"units", "degrees_east"}};
  layout.variables[4].attributes = {{"units", "m"}};
  layout.variables[5].attributes = {{"grid_mapping_name", "rotated_latitude_longitude"}};
  return layout;
}

/// What a test looks up in a file.
class Look {
 public:
  explicit Look(const std::string& file) : file_(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)) {}

  std::string text(const std::string& object, const std::string& name) const {
    const ObjectHandle at(H5Oopen(file_.get(), object.c_str(), H5P_DEFAULT));
    return text_attribute(at.get(), name).value_or("(none)");
  }
  std::vector<std::string> dimensions(const std::string& path, std::size_t rank) const {
    const DatasetHandle at(H5Dopen2(file_.get(), path.c_str(), H5P_DEFAULT));
    return dimension_names(at.get(), path, rank);
  }
  double number(const std::string& object, const std::string& name) const {
    const ObjectHandle at(H5Oopen(file_.get(), object.c_str(), H5P_DEFAULT));
    return number_attribute(at.get(), name, 1)->values.at(0).as_double();
  }
  bool has(const std::string& path) const { return H5Lexists(file_.get(), path.c_str(), H5P_DEFAULT) > 0; }

 private:
  Hdf5Scope quiet_;
  FileHandle file_;
};

template <class T>
std::vector<T> values_of(const std::string& file, const std::string& path) {
  return read_all<T>(Dataset(file, path, false));
}

}  // namespace scatterfold
