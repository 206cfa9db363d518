// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "backend/conformance.hpp"
#include "backend/cuda/handles.hpp"
#include "backend/cuda/values_on_gpu.hpp"
#include "backend/cuda_devices.hpp"

/// What `generate` writes and the functions it is made of: the GPU gives the bits of the CPU.
namespace scatterfold::conformance {
namespace {

using cuda::Buffer;
using cuda::check;

constexpr long long stretch = 1ll << 18;

/// What `compute` makes of these arguments on the GPU; its pointers are those of the device.
template <class Argument, class Compute>
std::vector<double> on_gpu(const std::vector<Argument>& arguments, const Compute& compute) {
  const Buffer from(Buffer::Kind::device, arguments.size() * sizeof(Argument));
  const Buffer to(Buffer::Kind::device, arguments.size() * sizeof(double));
  std::vector<double> values(arguments.size());
  check(cudaMemcpy(from.data(), arguments.data(), from.bytes(), cudaMemcpyHostToDevice), "copying arguments");
  check(compute(from.as<Argument>(), static_cast<std::int64_t>(arguments.size()), to.as<double>()), "computing");
  check(cudaMemcpy(values.data(), to.data(), to.bytes(), cudaMemcpyDeviceToHost), "fetching values");
  return values;
}

/// Every value of the GPU has the bits that `expected` gives for its argument; tells the first that has not.
template <class Argument, class Expected>
void expect_bits(const std::vector<Argument>& arguments, const std::vector<double>& found, const Expected& expected) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    ASSERT_EQ(math::to_bits(found[i]), math::to_bits(expected(arguments[i]))) << std::hexfloat << arguments[i];
  }
}

/// Stretches from 0, across 2^31, 2^32, 2^40 and 2^53, and a stretch of any below 2^59.
std::vector<long long> indices() {
  std::vector<long long> all;
  for (const long long middle : {stretch / 2, 1ll << 31, 1ll << 32, 1ll << 40, 1ll << 53}) {
    for (long long i = 0; i < stretch; ++i) all.push_back(middle - stretch / 2 + i);
  }
  for (long long i = 0; i < stretch; ++i) {
    all.push_back(static_cast<long long>(scramble(static_cast<std::uint64_t>(i)) >> 5));
  }
  return all;
}

class GpuField : public testing::TestWithParam<FieldKind> {};

TEST_P(GpuField, gives_the_bits_of_the_cpu) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  const std::vector<long long> all = indices();
  // One dimension; a grid of days, as large as the indices; the most dimensions, short ones.
  const std::vector<std::vector<long long>> shapes = {
      {1ll << 59}, {1ll << 40, 721, 1440}, {1ll << 44, 2, 3, 2, 5, 7, 19, 37}};
  for (const auto& shape : shapes) {
    // The last bounds are neighbours: rounding may not take uniform values to the upper one.
    for (const auto& [seed, center, spread] :
         {std::tuple{42ull, 288.0, 1.5}, {~0ull, -1.0, 2.0}, {0ull, 1.0, std::nextafter(1.0, 2.0)}}) {
      SCOPED_TRACE(testing::Message() << shape.size() << " dimensions, seed " << seed);
      Field field{GetParam(), seed, center, spread, static_cast<int>(shape.size()), {}};
      std::copy(shape.begin(), shape.end(), field.shape);
      const std::vector<double> found = on_gpu(all, [&](const long long* from, std::int64_t count, double* to) {
        return field_values(field, from, count, to);
      });
      expect_bits(all, found, [&](long long index) { return field.value(index); });
    }
  }
}

std::string name_of_kind(const testing::TestParamInfo<FieldKind>& info) {
  return std::vector<std::string>{"normal", "uniform", "ramp", "climate"}[static_cast<std::size_t>(info.param)];
}
INSTANTIATE_TEST_SUITE_P(Kinds, GpuField,
                         testing::Values(FieldKind::normal, FieldKind::uniform, FieldKind::ramp, FieldKind::climate),
                         name_of_kind);

/// Any bits at all (every exponent, NaN, infinities, subnormals), and the ranges in which most is computed.
std::vector<double> arguments() {
  std::vector<double> all = {0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 0x1p-1074, 0x1p-1022};
  for (long long i = 0; i < stretch; ++i) {
    const std::uint64_t bits = scramble(static_cast<std::uint64_t>(i));
    const double unit = static_cast<double>(bits >> 11) * 0x1p-52 - 1;  // [-1, 1)
    for (const double x : {math::from_bits(bits), unit, unit * 750, unit * 0x1p22}) all.push_back(x);
  }
  return all;
}

class GpuMath : public testing::TestWithParam<int> {};

TEST_P(GpuMath, gives_the_bits_of_the_cpu) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  const std::vector<double> all = arguments();
  const std::vector<double> found = on_gpu(all, [](const double* from, std::int64_t count, double* to) {
    return own_function_values(GetParam(), from, count, to);
  });
  expect_bits(all, found, [](double x) { return own_function(GetParam(), x); });
}

std::string name_of_function(const testing::TestParamInfo<int>& info) {
#define SCATTERFOLD_NAME(name) #name,
  const std::vector<std::string> names = {SCATTERFOLD_UNARY_FUNCTIONS(SCATTERFOLD_NAME)
                                              SCATTERFOLD_BINARY_FUNCTIONS(SCATTERFOLD_NAME)};
#undef SCATTERFOLD_NAME
  const std::vector<std::string> others = {"sin_pi", "cos_pi", "fma_and_to_int"};
  const auto number = static_cast<std::size_t>(info.param);
  if (number >= 2 * names.size()) return others.at(number - 2 * names.size());
  return number < names.size() ? names[number] : names[number - names.size()] + "_of_float32";
}
INSTANTIATE_TEST_SUITE_P(Functions, GpuMath, testing::Range(0, own_functions), name_of_function);

}  // namespace
}  // namespace scatterfold::conformance
