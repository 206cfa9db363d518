// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "partition/hyperslab.hpp"

namespace scatterfold {

/// The shape of an input, and what its dimensions are called; empty where one has no name.
struct NamedShape {
  std::string input;  ///< for errors
  std::vector<std::int64_t> lengths;
  std::vector<std::string> names;
};

/// The shape that several inputs have together.
struct Broadcast {
  std::vector<std::int64_t> lengths;
  std::vector<std::string> names;              ///< empty where no input has one
  std::vector<std::vector<std::size_t>> axes;  ///< of each input: which dimensions of the whole its own are
  std::optional<std::size_t> full;             ///< the first input that is all of it, dimension by dimension
};

/// Inputs all of whose dimensions have names meet by these; the dimensions of the whole are then in the order of the
/// first such input that has all of them, else in that of their first appearance. All others are aligned from the last
/// dimension, as in NumPy. Lengths are equal, or 1. Errors: InputError naming two inputs and their shapes.
Broadcast broadcast(const std::vector<NamedShape>& inputs);

/// What an input has of a box of the whole, in coordinates of the input: of a dimension of length 1 its only index.
Hyperslab part_of_box(const Hyperslab& box, const std::vector<std::int64_t>& input,
                      const std::vector<std::size_t>& axes);

/// "t (time 12, lat 3)", "t (12, 3)", "t (a single number)".
std::string shape_text(const NamedShape& shape);

}  // namespace scatterfold
