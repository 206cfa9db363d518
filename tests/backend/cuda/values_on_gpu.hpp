// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "base/host_device.hpp"
#include "base/math.hpp"
#include "math/error_function.hpp"
#include "math/exponential.hpp"
#include "math/hyperbolic.hpp"
#include "math/inverse_trigonometric.hpp"
#include "math/logarithm.hpp"
#include "math/power.hpp"
#include "math/rounding.hpp"
#include "math/trigonometric.hpp"
#include "source/field.hpp"

/// Functions of one number that both sides have, called by kernels. Pointers are those of the device.
namespace scatterfold::conformance {

/// The elements of a generated field at these flattened indices.
cudaError_t field_values(const Field& field, const long long* indices, std::int64_t count, double* values);

#define SCATTERFOLD_UNARY_FUNCTIONS(F)                                                                          \
  F(sqrt)                                                                                                       \
  F(exp) F(exp2) F(expm1) F(log) F(log2) F(log10) F(log1p) F(sin) F(cos) F(tan) F(asin) F(acos) F(atan) F(sinh) \
      F(cosh) F(tanh) F(cbrt) F(erf) F(erfc) F(floor) F(ceil) F(round) F(trunc) F(fabs)
#define SCATTERFOLD_BINARY_FUNCTIONS(F) F(atan2) F(pow) F(hypot) F(fmod) F(fmin) F(fmax)

/// Each of float64, then each of float32, then what only generated fields need.
#define SCATTERFOLD_COUNT(name) +1
inline constexpr int unary_functions = 0 SCATTERFOLD_UNARY_FUNCTIONS(SCATTERFOLD_COUNT);
inline constexpr int both_functions = unary_functions SCATTERFOLD_BINARY_FUNCTIONS(SCATTERFOLD_COUNT);
inline constexpr int own_functions = 2 * both_functions + 3;
#undef SCATTERFOLD_COUNT

/// A second argument: of every other one any bits, else one that is not far.
SCATTERFOLD_HD double beside(double x) {
  const math::Bits bits = math::to_bits(x);
  return bits % 2 != 0 ? math::from_bits(bits << 23 | bits >> 41) : x * 0.375 + 1;
}

template <class T>
SCATTERFOLD_HD T function_of(int which, T x) {
  const T y = static_cast<T>(beside(static_cast<double>(x)));
  int number = 0;
#define SCATTERFOLD_CALL_UNARY(name) \
  if (which == number++) return math::name(x);
#define SCATTERFOLD_CALL_BINARY(name) \
  if (which == number++) return math::name(x, y);
  SCATTERFOLD_UNARY_FUNCTIONS(SCATTERFOLD_CALL_UNARY)
  SCATTERFOLD_BINARY_FUNCTIONS(SCATTERFOLD_CALL_BINARY)
#undef SCATTERFOLD_CALL_UNARY
#undef SCATTERFOLD_CALL_BINARY
  return x;
}

SCATTERFOLD_HD double own_function(int which, double x) {
  if (which < both_functions) return function_of(which, x);
  if (which < 2 * both_functions)
    return static_cast<double>(function_of(which - both_functions, math::float_result(x)));
  switch (which - 2 * both_functions) {
    case 0: return math::sin_pi(x);
    case 1: return math::cos_pi(x);
    default: return math::fma(x, beside(x), -x) + static_cast<double>(math::to_int<long long>(x));
  }
}

/// One of them of every argument.
cudaError_t own_function_values(int which, const double* arguments, std::int64_t count, double* values);

}  // namespace scatterfold::conformance
