// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "partition/reduction.hpp"

namespace scatterfold {

using Coordinates = std::vector<std::int64_t>;

/// The coordinates of a box, row-major.
inline std::vector<Coordinates> coordinates_of(const Hyperslab& box) {
  std::vector<Coordinates> all;
  for (std::int64_t i = 0; i < box.elements(); ++i) {
    Coordinates at(box.count.size());
    std::int64_t rest = i;
    for (std::size_t d = at.size(); d-- > 0;) {
      at[d] = box.start[d] + rest % box.count[d] * box.step[d];
      rest /= box.count[d];
    }
    all.push_back(at);
  }
  return all;
}

struct MadeReduction {
  const char* name;
  Hyperslab selection;
  std::vector<bool> reduced;
  std::optional<Grouping> grouping;

  Reduction make() const { return {selection, reduced, grouping}; }
};

/// Dimensions in every place, with steps and groups whose members lie apart.
inline std::vector<MadeReduction> made_reductions() {
  const Hyperslab plain{{0, 0, 0}, {5, 4, 6}, {1, 1, 1}}, steps{{2, 1, 3}, {4, 3, 5}, {3, 2, 1}};
  const Grouping first{0, {1, 0, 1, 2, 0}, 3}, middle{1, {0, 1, 1}, 2}, last{2, {2, 0, 1, 0, 2}, 3};
  return {{"first", plain, {true, false, false}, {}},
          {"middle", plain, {false, true, false}, {}},
          {"last", plain, {false, false, true}, {}},
          {"outer", plain, {true, false, true}, {}},
          {"all", plain, {true, true, true}, {}},
          {"none", plain, {false, false, false}, {}},
          {"with steps", steps, {true, false, true}, {}},
          {"groups of the first", plain, {true, false, false}, first},
          {"groups of the first, all reduced", plain, {true, true, true}, first},
          {"groups of the middle", steps, {false, true, false}, middle},
          {"groups of the middle and others", steps, {true, true, true}, middle},
          {"groups of the last", steps, {false, false, true}, last},
          {"groups of the last and others", steps, {true, false, true}, last},
          {"many", {{0, 0}, {3000, 20}, {1, 1}}, {true, false}, {}},
          {"long", {{0, 0}, {3, 300000}, {1, 1}}, {false, true}, {}},
          {"no elements", {{0, 0}, {0, 20}, {1, 1}}, {true, false}, {}},
          {"no positions", {{0, 0}, {7, 0}, {1, 1}}, {true, false}, {}},
          {"no groups", {{0, 0}, {0, 20}, {1, 1}}, {true, false}, Grouping{0, {}, 0}},
          {"one number", {{}, {}, {}}, {}, {}}};
}

}  // namespace scatterfold
