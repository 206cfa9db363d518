// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "fold/extent.hpp"
#include "fold/geometry.hpp"
#include "folds/moments/state.hpp"

namespace scatterfold {

/// The moments of one position in the order of columns: blocks of at most 64 elements, one number at a time. What every
/// instruction set and the GPU are held against.
template <class T, int order>
class ReferenceColumn {
 public:
  using State = moments::State<T, order>;

  void fold(const std::vector<T>& block, const MissingMark& mark) {
    Block b;
    if (!quick(b, block, mark)) careful(b = Block{}, block, mark);
    missing_ += b.missing;
    nan_ += b.nan;
    inf_ += b.inf;
    exact_ += b.exact;
    sum_ = sum_ + b.sum;
    low_ = std::min(low_, b.low);
    high_ = std::max(high_, b.high);
    if (b.n == 0) return;
    if (all_.n == 0) {
      all_ = b;
    } else {
      join(b);
    }
  }

  State state() const {
    State s{};
    s.count = static_cast<std::int64_t>(all_.n);
    s.missing = missing_;
    s.nan = nan_;
    s.inf = inf_;
    s.low = no_low_key;
    s.high = no_high_key;
    if constexpr (integers) {
      s.sum = {static_cast<std::uint64_t>(exact_), static_cast<std::int64_t>(exact_ >> 64)};
    } else {
      s.sum = sum_;
    }
    if (s.count == 0) return s;
    s.low = low_;
    s.high = high_;
    s.mean = all_.mean;
    s.m2 = all_.m2;
    if constexpr (order > 2) {
      s.m3 = all_.m3;
      s.m4 = all_.m4;
    }
    return s;
  }

 private:
  static constexpr bool integers = std::is_integral_v<T>, narrow = integers && sizeof(T) <= 2;
  __extension__ using Wide = __int128;

  struct Block {
    double n = 0, mean = 0, m2 = 0, m3 = 0, m4 = 0;
    double sum = -0.0;
    Wide exact = 0;
    std::int64_t missing = 0, nan = 0, inf = 0, low = no_low_key, high = no_high_key;
  };

  static bool is_missing(T x, const MissingMark& mark) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof x);
    return mark.given && bits == (mark.bits & (~std::uint64_t{0} >> (64 - 8 * sizeof(T))));
  }
  static void extend(Block& b, T x) {
    b.low = std::min(b.low, ordered_key(x));
    b.high = std::max(b.high, ordered_key(x));
  }
  /// Of integers of 16 bits at most: exact, rounded once.
  static double exact_m2(const std::vector<T>& valid) {
    std::int64_t sum = 0, squares = 0;
    const auto n = static_cast<std::int64_t>(valid.size());
    for (const T x : valid) {
      sum += static_cast<std::int64_t>(x);
      squares += static_cast<std::int64_t>(x) * static_cast<std::int64_t>(x);
    }
    return static_cast<double>(n * squares - sum * sum) / static_cast<double>(n);
  }

  /// Deviations from the first element, shifted to the mean. False where an element is missing or no finite number, or
  /// where powers pass float64.
  static bool quick(Block& b, const std::vector<T>& block, const MissingMark& mark) {
    const double c = static_cast<double>(block[0]), n = static_cast<double>(block.size());
    double d1 = 0, d2 = 0, d3 = 0, d4 = 0;
    for (const T x : block) {
      if (is_missing(x, mark)) return false;
      const double d = static_cast<double>(x) - c, square = d * d;
      d1 = d1 + d;
      d2 = d2 + square;
      d3 = d3 + square * d;
      d4 = d4 + square * square;
      if constexpr (integers) b.exact += x;
      extend(b, x);
    }
    b.n = n;
    const double shift = d1 / n, shift2 = shift * shift;
    if constexpr (integers) {
      b.mean = static_cast<double>(b.exact) / n;
    } else {
      if (!std::isfinite(d2 * d2) || !std::isfinite(c * n)) return false;
      b.sum = c * n + d1;
      b.mean = c + shift;
    }
    b.m2 = narrow ? exact_m2(block) : std::max(d2 - shift * d1, 0.0);
    if (order == 2) return true;
    b.m3 = d3 - 3.0 * shift * d2 + 2.0 * shift2 * d1;
    b.m4 = std::max(d4 - 4.0 * shift * d3 + 6.0 * shift2 * d2 - 3.0 * shift2 * shift * d1, 0.0);
    return true;
  }

  /// What is valid, and deviations from its mean.
  static void careful(Block& b, const std::vector<T>& block, const MissingMark& mark) {
    std::vector<T> valid;
    for (const T x : block) {
      if (is_missing(x, mark)) {
        ++b.missing;
      } else if (x != x) {
        ++b.nan;
      } else {
        valid.push_back(x);
        extend(b, x);
        if constexpr (integers) {
          b.exact += x;
        } else {
          if (std::isinf(x)) ++b.inf;
          b.sum = b.sum + static_cast<double>(x);
        }
      }
    }
    b.n = static_cast<double>(valid.size());
    if (valid.empty()) return;
    const auto [low, high] = std::minmax_element(valid.begin(), valid.end());
    b.mean = (integers ? static_cast<double>(b.exact) : b.sum) / b.n;
    if (!integers && *low == *high) b.mean = static_cast<double>(*low);
    for (const T x : valid) {
      const double d = static_cast<double>(x) - b.mean, square = d * d;
      b.m2 = b.m2 + square;
      b.m3 = b.m3 + square * d;
      b.m4 = b.m4 + square * square;
    }
    if (narrow) b.m2 = exact_m2(valid);
  }

  /// Chan, Golub, LeVeque (1983), and Pebay (2008) for the higher moments.
  void join(const Block& b) {
    Block& a = all_;
    const double n = a.n + b.n, delta = b.mean - a.mean, shift = delta * (b.n / n), gap = delta * shift * a.n;
    const double fa = a.n / n, fb = b.n / n, d2 = delta * delta;
    if (order > 2) {
      a.m4 = a.m4 + b.m4 + gap * d2 * (fa * fa - fa * fb + fb * fb) + 6.0 * d2 * (fa * fa * b.m2 + fb * fb * a.m2) +
             4.0 * delta * (fa * b.m3 - fb * a.m3);
      a.m3 = a.m3 + b.m3 + gap * delta * (fa - fb) + 3.0 * delta * (fa * b.m2 - fb * a.m2);
    }
    a.m2 = a.m2 + b.m2 + gap;
    a.mean = a.mean + shift;
    a.n = n;
  }

  Block all_;  ///< n, mean and powers of everything so far
  double sum_ = -0.0;
  Wide exact_ = 0;
  std::int64_t missing_ = 0, nan_ = 0, inf_ = 0, low_ = no_low_key, high_ = no_high_key;
};

}  // namespace scatterfold
