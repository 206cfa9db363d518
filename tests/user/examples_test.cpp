// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/instruction_set.hpp"
#include "user/map_values.hpp"

/// The kernels of inputs/kernels that take several inputs, against the same done here. tests/cli/kernel_test.cpp has
/// the others.
namespace scatterfold {
namespace {

UserCode example(const std::string& name, const std::vector<UserParameter>& parameters = {}) {
  const std::string path = SCATTERFOLD_SOURCE_DIR "/inputs/kernels/" + name;
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return {"", "", {path, "", text.str()}, parameters};
}

std::vector<float> numbers(std::size_t count, float from, float step) {
  std::vector<float> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = from + static_cast<float>(i * 7919 % count) * step;
  return all;
}

TEST(Examples, vector_add_and_saxpy) {
  const Elements<float> x{"x", numbers(5000, -3, 0.01f)}, y{"y", numbers(5000, 11, -0.3f)};
  const auto sums = map_values<float>(example("vector_add.hpp"), 5000, {}, x, y);
  const auto scaled = map_values<float>(example("saxpy.hpp", {{"a", 2.5}}), 5000, {}, x, y);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    ASSERT_EQ(sums[i], x.values[i] + y.values[i]);
    ASSERT_EQ(scaled[i], 2.5f * x.values[i] + y.values[i]);
  }
}

TEST(Examples, heat_index_is_that_of_the_weather_service) {
  // Fahrenheit, percent, and the table of weather.gov/safety/heat-index, which has whole degrees.
  const float table[][3] = {{80, 40, 80},  {90, 70, 105}, {100, 60, 129}, {110, 40, 136},
                            {96, 50, 108}, {88, 85, 110}, {70, 50, 69}};
  Elements<float> t{"t", {}}, rh{"rh", {}};
  for (const auto& row : table) {
    t.values.push_back((row[0] - 32) / 1.8f + 273.15f);
    rh.values.push_back(row[1]);
  }
  const auto found =
      map_values<float>(example("heat_index.hpp", {{"limit", std::int64_t{0}}}), std::size(table), {}, t, rh);
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR((found[i] - 273.15f) * 1.8f + 32, table[i][2], 1.0) << table[i][0] << " F, " << table[i][1] << " %";
  const auto cool = map_values<float>(example("heat_index.hpp", {{"limit", 400.0}}), std::size(table), {}, t, rh);
  EXPECT_EQ(cool, t.values) << "below the limit";
}

TEST(Examples, have_the_same_bits_with_every_instruction_set) {
  const Elements<float> t{"t", numbers(5000, 273, 0.01f)}, rh{"rh", numbers(5000, 0, 0.02f)};
  const UserCode code = example("heat_index.hpp", {{"limit", std::int64_t{290}}});
  const auto portable = map_values<float>(code, 5000, {}, t, rh);
  for (const char* set : {"avx2", "avx512"}) {
    if (!processor_has(set)) continue;
    EXPECT_EQ(map_values<float>(code, 5000, {.shape = {}, .instruction_set = set}, t, rh), portable) << set;
  }
}

}  // namespace
}  // namespace scatterfold
