// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/dataset.hpp"

namespace scatterfold {

/// Weights of elements: a dense array over some of the dataset's dimensions, the others do not matter.
struct Weights {
  std::vector<std::size_t> dimensions;  ///< of the dataset, ascending
  std::vector<std::int64_t> shape;      ///< their whole lengths; a selection is the caller's
  std::vector<double> values;           ///< row-major, finite, none negative; no unit: only their ratios count
  std::string description;              ///< "areas of the cells of lat and lon"
};

/// `--weights area`: the areas of the cells of a grid of latitudes and longitudes, |sin b1 - sin b0| times the width in
/// longitude in radians, which is the area on a unit sphere. Cells end where the bounds of the file say, else half-way
/// to the neighbours, the outermost being as wide behind as in front and no latitude past a pole. Longitude is a
/// dimension of the weights only where its cells differ in width by more than 10^-6; a single latitude or longitude
/// weighs 1. `parts`: several files are joined along dimension `joined`; all others are the first one's. Errors:
/// InputError where there is no latitude among the dimensions, two of them, or one of two dimensions; units that are no
/// angles; latitudes past a pole; values that are missing or, without bounds, neither rising nor falling. Source: the
/// bounds are CDO's (2.1.1); CDO takes great circles for the sides, we take parallels, as CF's bounds say.
Weights area_weights(const std::vector<const DatasetInfo*>& parts, std::optional<std::size_t> joined = {});

/// `--weights FILE:/dataset`: its values, unpacked; a missing one is 0. Its dimensions are those of `info` with the
/// same names; where names are missing, those counted from the last one, as NumPy broadcasts. A dimension of length 1
/// counts for nothing. Errors: InputError where the dataset cannot be read, a dimension is not among those of `info` or
/// has another length, and for a weight that is negative, NaN or infinite.
Weights dataset_weights(const std::string& file, const std::string& path, const DatasetInfo& info);

}  // namespace scatterfold
