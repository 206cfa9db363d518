// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/mapped_source.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "source/memory_source.hpp"
#include "user/compiler.hpp"

/// Values of elements, and which of them are missing, against the same done here.
namespace scatterfold {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

Decoding as_stored(ElementType type) {
  Decoding d;
  d.stored = d.value = type;
  return d;
}

template <class T>
MemorySource source_of(const std::vector<T>& elements, Decoding d) {
  const std::int64_t count = std::ssize(elements);
  return MemorySource(Partition({count}, {{0}, {count}, {1}}, {}), d,
                      reinterpret_cast<const std::byte*>(elements.data()));
}

template <class Value>
std::vector<Value> mapped(const Source& source, const UserCode& code, std::uint64_t* mark = nullptr) {
  const LoadedMap map(compile(code, {{"x", source.decoding().value}}, "portable"));
  const ElementPlaces places(source.partition(), {source.partition().elements()});
  const MappedSource values({&source}, places, map, !code.where.empty());
  EXPECT_EQ(values.decoding().mark.given, mark != nullptr);
  if (mark != nullptr) *mark = values.decoding().mark.bits;
  std::vector<Value> out(static_cast<std::size_t>(source.partition().elements()));
  EXPECT_EQ(size_of(values.decoding().value), static_cast<std::int64_t>(sizeof(Value)));
  values.read({0, 0, source.partition().elements()}, reinterpret_cast<std::byte*>(out.data()));
  return out;
}

template <class Value>
bool is_mark(Value value, std::uint64_t mark) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits == mark;
}

TEST(MappedSource, keeps_missing_elements_and_leaves_out_more) {
  std::vector<float> x(10'001);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 7 == 0 ? 1e20f : static_cast<float>(i) / 3;
  Decoding d = as_stored(ElementType::float32);
  d.mark = {__builtin_bit_cast(std::uint32_t, 1e20f), true};
  std::uint64_t mark = 0;
  const auto values = mapped<float>(source_of(x, d), {"x + x", "x > 100"}, &mark);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i % 7 == 0 || !(x[i] > 100)) {
      ASSERT_TRUE(is_mark(values[i], mark)) << i;
    } else {
      ASSERT_EQ(values[i], x[i] + x[i]) << i;
    }
  }
}

TEST(MappedSource, takes_no_other_nan_for_a_missing_element) {
  float odd;
  const std::uint32_t like_ours = 0x7fc05ca7u;
  std::memcpy(&odd, &like_ours, sizeof odd);
  const std::vector<float> x = {1, odd, -1, 0};
  const Decoding d = as_stored(ElementType::float32);
  std::uint64_t mark = 0;
  const auto values = mapped<float>(source_of(x, d), {"", "x != 0"}, &mark);
  EXPECT_FALSE(is_mark(values[1], mark));
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_TRUE(is_mark(values[3], mark));
  const auto roots = mapped<float>(source_of(x, d), {"sqrt(x)", ""});
  EXPECT_TRUE(std::isnan(roots[2]));
}

TEST(MappedSource, nan_that_is_missing_stays_so_whatever_comes_of_it) {
  const std::vector<double> x = {1, nan_value, 3};
  Decoding d = as_stored(ElementType::float64);
  d.nan_is_missing = true;
  std::uint64_t mark = 0;
  const auto values = mapped<double>(source_of(x, d), {"x > 0 ? 5.0 : 7.0", ""}, &mark);
  EXPECT_EQ(values[0], 5);
  EXPECT_TRUE(is_mark(values[1], mark));
  EXPECT_EQ(values[2], 5);
}

TEST(MappedSource, decodes_before) {
  const std::vector<std::int16_t> x = {100, -32768, 300};
  Decoding d = as_stored(ElementType::int16);
  d.value = ElementType::float64;
  d.needed = d.packed = true;
  d.scale = 0.5;
  d.offset = 10;
  d.missing_count = 1;
  d.missing[0] = 0x8000;
  d.mark = {0x7ff8000000005ca7u, true};
  std::uint64_t mark = 0;
  const auto values = mapped<double>(source_of(x, d), {"x * 2", ""}, &mark);
  EXPECT_EQ(values[0], 120);
  EXPECT_TRUE(is_mark(values[1], mark));
  EXPECT_EQ(values[2], 320);
}

TEST(MappedSource, refuses_a_whole_number_that_stands_for_missing_elements) {
  const std::vector<std::int64_t> x = {5, std::numeric_limits<std::int64_t>::min()};
  const Decoding d = as_stored(ElementType::int64);
  EXPECT_EQ(mapped<std::int64_t>(source_of(x, d), {"x", ""})[1], x[1]) << "where none is missing it is a number";
  std::uint64_t mark = 0;
  EXPECT_THROW(mapped<std::int64_t>(source_of(x, d), {"x", "x != 7"}, &mark), NumericError);
  EXPECT_EQ(mapped<std::int64_t>(source_of(x, d), {"x", "x > 0"}, &mark)[0], 5) << "left out, it is no value";
}

TEST(MappedSource, takes_several_inputs_of_different_types_and_rules) {
  const std::int64_t count = 150'001;  // several pieces, and a part of a leaf
  std::vector<float> x(count);
  std::vector<std::int16_t> y(count);
  for (std::int64_t i = 0; i < count; ++i) {
    x[i] = static_cast<float>(i % 1000);
    y[i] = static_cast<std::int16_t>(i % 77);
  }
  Decoding with_mark = as_stored(ElementType::float32), packed = as_stored(ElementType::int16);
  with_mark.mark = {__builtin_bit_cast(std::uint32_t, 999.0f), true};
  packed.value = ElementType::float64;
  packed.needed = packed.packed = true;
  packed.scale = 0.25;
  packed.missing_count = 1;
  packed.missing[0] = 5;
  packed.mark = {0x7ff8000000005ca7u, true};
  const MemorySource first = source_of(x, with_mark), second = source_of(y, packed);
  const std::vector<UserInput> inputs = {{"x", ElementType::float32}, {"y", ElementType::float64}};
  const LoadedMap map(compile({"x * y + index()", "y > 1"}, inputs, "portable"));
  const ElementPlaces places(first.partition(), {count});
  const MappedSource values({&first, &second}, places, map, true);
  std::vector<double> out(count);
  EXPECT_EQ(values.read({0, 0, count}, reinterpret_cast<std::byte*>(out.data())).bytes, 6 * count);
  for (std::int64_t i = 0; i < count; ++i) {
    if (x[i] == 999 || y[i] == 5 || y[i] * 0.25 <= 1) {
      ASSERT_TRUE(is_mark(out[i], values.decoding().mark.bits)) << i;
    } else {
      ASSERT_EQ(out[i], x[i] * (y[i] * 0.25) + static_cast<double>(i)) << i;
    }
  }
}

TEST(MappedSource, takes_no_input_at_all) {
  const Partition partition({300, 7}, {{1, 0}, {299, 7}, {1, 1}}, {});
  const ElementPlaces places(partition, {300, 7});
  const LoadedMap map(compile({"index() * 10 + dimensions()", ""}, {}, "portable"));
  const MappedSource values({}, places, map, false);
  EXPECT_FALSE(values.decoding().mark.given);
  std::vector<std::int64_t> out(5);
  EXPECT_EQ(values.read({0, 6, 11}, reinterpret_cast<std::byte*>(out.data())).bytes, 0);
  EXPECT_EQ(out, (std::vector<std::int64_t>{132, 142, 152, 162, 172}));
}

TEST(MappedSource, counts_elements_and_bytes_as_they_are_stored) {
  const std::vector<std::uint8_t> x(5000, 3);
  const MemorySource source = source_of(x, as_stored(ElementType::uint8));
  const LoadedMap map(compile({"x / 2.0", ""}, {{"x", ElementType::uint8}}, "portable"));
  const ElementPlaces places(source.partition(), {5000});
  const MappedSource values({&source}, places, map, false);
  std::vector<double> out(5000);
  const ReadCost cost = values.read({0, 0, 5000}, reinterpret_cast<std::byte*>(out.data()));
  EXPECT_EQ(cost.bytes, 5000);
  EXPECT_GT(cost.compute_s, 0);
  EXPECT_EQ(out[4999], 1.5);
}

}  // namespace
}  // namespace scatterfold
