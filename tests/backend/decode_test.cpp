// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "conformance.hpp"
#include "fold/decoding.hpp"
#include "folds/registry.hpp"

/// The vector kernels that turn stored elements into values, against the definition, one element at a time.
namespace scatterfold::conformance {
namespace {

constexpr std::int64_t count = 2 * 512 + 77;  // whole blocks and a part of one

/// Every combination of byte order, packing, missing values and limits, over elements that hit all of them.
template <class S>
std::vector<Decoding> rules(ElementType stored, bool packed, const std::vector<S>& elements) {
  std::vector<Decoding> all;
  for (const bool swapped : {false, true}) {
    for (const int missing : {0, 1, Decoding::max_missing}) {
      for (const int limits : {0, 1, 2, 3}) {
        Decoding d;
        d.stored = stored;
        d.value = packed ? ElementType::float64 : stored == ElementType::float16 ? ElementType::float32 : stored;
        d.needed = true;
        d.swapped = swapped;
        d.packed = packed;
        d.scale = 0.1;
        d.offset = 273.15;
        d.missing_count = missing;
        // As the decoder sees them, its bytes in the processor's order.
        const auto seen = [&](int i) {
          const auto bits = __builtin_bit_cast(UnsignedOf<S>, elements[static_cast<std::size_t>(i)]);
          return static_cast<std::uint64_t>(swapped ? swap_bytes(bits) : bits);
        };
        for (int m = 0; m < missing; ++m) d.missing[m] = seen(7 * m + 3);
        d.has_valid_min = limits & 1;
        d.has_valid_max = limits & 2;
        d.valid_min = seen(5);
        d.valid_max = seen(11);
        d.mark = {d.value == ElementType::float32 ? 0x7fc00001u : 0x7ff8000000000001u, true};
        all.push_back(d);
      }
    }
  }
  return all;
}

template <class S, class V>
void expect_as_defined(ElementType stored, Data data, bool packed) {
  const std::vector<std::byte> bytes = elements(stored, data, count);
  std::vector<S> from(static_cast<std::size_t>(count));
  std::memcpy(from.data(), bytes.data(), bytes.size());
  for (const Decoding& d : rules(stored, packed, from)) {
    std::vector<V> expected;
    for (const S element : from) expected.push_back(decode<S, V>(d, element));
    for (const InstructionSet& set : instruction_sets()) {
      if (!processor_has(set.name)) continue;
      std::vector<V> found(static_cast<std::size_t>(count));
      set.decode(stored, packed)(d, from.data(), count, found.data());
      EXPECT_EQ(std::memcmp(found.data(), expected.data(), count * sizeof(V)), 0)
          << set.name << " " << name_of(stored) << (packed ? ", packed" : "") << (d.swapped ? ", swapped, " : ", ")
          << d.missing_count << " missing values, valid " << d.has_valid_min << d.has_valid_max;
    }
  }
}

template <class S, class V>
void expect_type(ElementType stored) {
  for (const Data data : {Data::plain, Data::special, Data::zeros}) {
    expect_as_defined<S, V>(stored, data, false);
    expect_as_defined<S, double>(stored, data, true);
  }
}

TEST(Decode, EveryInstructionSetFollowsTheDefinition) {
  expect_type<std::int8_t, std::int8_t>(ElementType::int8);
  expect_type<std::uint8_t, std::uint8_t>(ElementType::uint8);
  expect_type<std::int16_t, std::int16_t>(ElementType::int16);
  expect_type<std::uint16_t, std::uint16_t>(ElementType::uint16);
  expect_type<std::int32_t, std::int32_t>(ElementType::int32);
  expect_type<std::uint32_t, std::uint32_t>(ElementType::uint32);
  expect_type<std::int64_t, std::int64_t>(ElementType::int64);
  expect_type<std::uint64_t, std::uint64_t>(ElementType::uint64);
  expect_type<Half, float>(ElementType::float16);
  expect_type<float, float>(ElementType::float32);
  expect_type<double, double>(ElementType::float64);
}

}  // namespace
}  // namespace scatterfold::conformance
