// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
// What the sources take from C++20: compiles where scatterfold does.
#include <bit>
#include <concepts>
#include <numbers>
#include <span>
#include <vector>

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 12
#error "GCC 12 or newer is needed"
#endif

template <std::unsigned_integral T>
constexpr bool aligned(T value) {
  return std::has_single_bit(value);
}

int main() {
  static_assert(aligned(4096u) && std::numbers::pi > 3);
  const std::vector<int> values(3);
  return static_cast<int>(std::span(values).size()) - 3;
}
