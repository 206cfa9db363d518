// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/dataset.hpp"

namespace scatterfold {

/// Reads the weights of a box of their dimensions, in coordinates of the dataset, row-major. Threads may call it at
/// once.
using WeightReader = std::function<void(const Hyperslab& box, double* out)>;

/// Weights of elements: a dense array over some of the dataset's dimensions, the others do not matter.
struct Weights {
  std::vector<std::size_t> dimensions;  ///< of the dataset, ascending
  std::vector<std::int64_t> shape;      ///< their whole lengths; a selection is the caller's
  std::vector<double> values;           ///< row-major, finite, none negative; no unit: only their ratios count
  WeightReader read;                    ///< in the place of `values` where they are too many to keep
  std::string description;              ///< "areas of the cells of lat and lon"
};

/// `--weights area`: the areas of the cells of a grid of latitudes and longitudes, |sin b1 - sin b0| times the width in
/// longitude in radians, which is the area on a unit sphere. Cells end where the bounds of the file say, else half-way
/// to the neighbours, the outermost being as wide behind as in front, and at the pole where that is past 88 degrees.
/// Longitude is a dimension of the weights only where its cells differ in width by more than 10^-6; a single latitude
/// or longitude without bounds weighs 1.
/// `parts`: several files are joined along dimension `joined`; the coordinates of all others are the first one's.
/// Errors: InputError where no dimension is a latitude or two are (also of curvilinear and unstructured grids), for
/// units that are no angles, latitudes past a pole, and values that are missing or, without bounds, neither rise nor
/// fall.
/// Source: CF conventions 7.1 (sides of cells are parallels and meridians). CDO 2.1.1 has the same corners and joins
/// them by great circles: its cells differ by 5e-3 at 10 degrees of longitude, 5e-5 at 1 and 3e-6 at 0.25.
Weights area_weights(const std::vector<const DatasetInfo*>& parts, std::optional<std::size_t> joined = {});

/// `--weights FILE:/dataset`: its values, unpacked; a missing one is 0. Its dimensions are those of `info` with the
/// same names; where names are missing, those counted from the last one, as NumPy broadcasts. A dimension of length 1
/// counts for nothing.
/// More than `most_bytes` of values are not kept but read when they are wanted.
/// Errors: InputError where the dataset cannot be read, a dimension is not among those of `info` or has another length,
/// and, when it is read, for a weight that is negative, NaN or infinite.
Weights dataset_weights(const std::string& file, const std::string& path, const DatasetInfo& info,
                        std::int64_t most_bytes);

}  // namespace scatterfold
