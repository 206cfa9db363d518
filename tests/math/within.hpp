// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>

#include "math/ulp.hpp"

namespace scatterfold::math_test {

/// Arguments of each kind; the errors that the headers of src/math/ state come from 10^7.
inline constexpr int draws = 150000;

inline constexpr float float_inf = std::numeric_limits<float>::infinity();

template <class T>
using Word = std::conditional_t<std::is_same_v<T, double>, std::uint64_t, std::uint32_t>;

/// The 2001 numbers around a finite one that is not 0.
template <class T>
auto around(T middle) {
  return [=](Random& random) {
    return __builtin_bit_cast(T, static_cast<Word<T>>(bits_of(middle) + random() % 2001 - 1000));
  };
}

/// The worst error of `function` of one or two drawn arguments is within `bound`; NaN and infinity only where due.
template <class T, class Function, class Exact, class... Draw>
void expect_within(double bound, const Function& function, const Exact& exact, const Draw&... draw) {
  Random random(20240101);
  for (int i = 0; i < draws; ++i) {
    const auto error_at = [&](auto... x) {
      return ulp_error<T>(function(x...), exact(static_cast<long double>(x)...));
    };
    const auto told = [](auto... x) {
      testing::Message message;
      ((message << std::hexfloat << x << ' '), ...);
      return message;
    };
    const std::tuple<decltype(static_cast<T>(draw(random)))...> at{static_cast<T>(draw(random))...};
    const double error = std::apply(error_at, at);
    ASSERT_LE(error, bound) << "at " << std::apply(told, at);
  }
}

/// A function of one argument, of the first of two.
template <class Function>
auto first(Function function) {
  return [=](auto x, auto) { return function(x); };
}

/// A hash (FNV-1a) of the bits that functions of two arguments give of 10^5 pairs each, any numbers and usual ones: the
/// same whatever compiled this.
template <class... Function>
std::uint64_t hash_of_bits(const Function&... function) {
  Random random(99);
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&](auto... values) { ((hash = (hash ^ bits_of(values)) * 0x100000001b3u), ...); };
  for (int i = 0; i < 50000; ++i) {
    const double x = any_double(random), y = any_double(random);
    const double p = between(-2, 2)(random), q = between(-200, 200)(random);
    add(function(x, y)..., function(p, q)..., function(static_cast<float>(p), static_cast<float>(q))...);
  }
  return hash;
}

}  // namespace scatterfold::math_test
