// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "fold/exact_sum.hpp"

namespace scatterfold::moments {

template <class T, int order>
struct State {
  std::int64_t count;  ///< numbers, infinities included; neither NaN nor missing
  std::int64_t missing, nan, inf;
  std::int64_t low, high;  ///< ordered keys
  std::conditional_t<std::is_integral_v<T>, ExactSum, double> sum;
  double mean, m2;  ///< sum of squared deviations from the mean
  double m3, m4;    ///< third and fourth powers; untouched by order 2
};

}  // namespace scatterfold::moments
