// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "fold/exact_sum.hpp"
#include "folds/moments/central.hpp"

namespace scatterfold::moments {

/// Mean and sums of powers of the deviations from it, of elements that are counted elsewhere.
template <int order>
struct About {
  double mean, m2, m3, m4;

  SCATTERFOLD_HD Central<double, order> central(double n) const { return {n, mean, m2, m3, m4}; }
  SCATTERFOLD_HD void set(const Central<double, order>& c) {
    mean = c.mean;
    m2 = c.m2;
    m3 = c.m3;
    m4 = c.m4;
  }
};
template <>
struct About<2> {
  double mean, m2;

  SCATTERFOLD_HD Central<double, 2> central(double n) const { return {n, mean, m2}; }
  SCATTERFOLD_HD void set(const Central<double, 2>& c) {
    mean = c.mean;
    m2 = c.m2;
  }
};

template <class T, int order>
struct State : About<order> {
  std::int64_t count;  ///< numbers, infinities included; neither NaN nor missing
  std::int64_t missing, nan, inf;
  std::int64_t low, high;  ///< ordered keys
  std::conditional_t<std::is_integral_v<T>, ExactSum, double> sum;

  SCATTERFOLD_HD Central<double, order> central() const { return About<order>::central(static_cast<double>(count)); }
};

}  // namespace scatterfold::moments
