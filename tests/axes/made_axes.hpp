// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "axes/coordinate.hpp"
#include "io/scratch.hpp"

namespace scatterfold {

/// One dimension of a file that a test makes; without values only its name.
struct MadeAxis {
  std::string name;
  hsize_t length = 0;
  std::vector<double> values = {};
  std::vector<std::pair<std::string, std::string>> texts = {};  ///< attributes
  std::vector<double> bounds = {};
};

inline MadeAxis made_axis(const std::string& name, const std::vector<double>& values,
                          const std::vector<std::pair<std::string, std::string>>& texts = {},
                          const std::vector<double>& bounds = {}) {
  return {name, values.size(), values, texts, bounds};
}

/// A file with the dataset /x over the axes, which are attached to it as scales.
inline void make_file(const std::string& file, const std::vector<MadeAxis>& axes) {
  Maker maker(file);
  std::vector<hsize_t> shape;
  std::vector<std::string> scales;
  for (const MadeAxis& axis : axes) {
    shape.push_back(axis.length);
    scales.push_back(axis.name.empty() ? "" : "/" + axis.name);
    if (axis.name.empty()) continue;
    const bool stand_in = axis.values.empty() && axis.length > 0;
    const DatasetHandle scale = maker.dataset(axis.name, stand_in ? H5T_IEEE_F32BE : H5T_NATIVE_DOUBLE, {axis.length},
                                              H5T_NATIVE_DOUBLE, stand_in ? nullptr : axis.values.data());
    Maker::text(scale.get(), "CLASS", "DIMENSION_SCALE");
    if (stand_in) Maker::text(scale.get(), "NAME", "This is a netCDF dimension but not a netCDF variable         3");
    for (const auto& [name, text] : axis.texts) Maker::text(scale.get(), name, text);
    if (axis.bounds.empty()) continue;
    Maker::text(scale.get(), "bounds", axis.name + "_bnds");
    maker.dataset(axis.name + "_bnds", H5T_NATIVE_DOUBLE, {axis.length, 2}, H5T_NATIVE_DOUBLE, axis.bounds.data());
  }
  const DatasetHandle x = maker.counting<float>("x", shape);
  maker.attach(x.get(), scales);
}

inline DatasetInfo info_of(const std::string& file, const std::string& path = "/x") {
  return Dataset(file, path, true).info();
}

}  // namespace scatterfold
