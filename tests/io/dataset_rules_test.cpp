// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cmath>
#include <functional>
#include <limits>

#include "io/stored_value.hpp"
#include "scratch.hpp"

namespace scatterfold {
namespace {

using Bits = std::vector<std::uint64_t>;

std::uint64_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

/// Opens a dataset of `type` whose attributes `dress` makes.
class Rules : public testing::Test {
 protected:
  Dataset open(hid_t type, const std::function<void(hid_t)>& dress, bool semantics = true) {
    {
      Maker maker(file_);
      const DatasetHandle dataset = maker.dataset("x", type, {4});
      dress(dataset.get());
    }
    return Dataset(file_, "x", semantics);
  }
  ValueRules rules(hid_t type, const std::function<void(hid_t)>& dress) { return open(type, dress).info().rules; }
  std::string error(hid_t type, const std::function<void(hid_t)>& dress) {
    return message_of([&] { open(type, dress); });
  }

  ScratchFolder folder_;
  std::string file_ = folder_ / "rules.h5";
};

TEST_F(Rules, none_by_default_and_none_when_switched_off) {
  EXPECT_FALSE(rules(H5T_NATIVE_FLOAT, [](hid_t) {}).any());
  const Dataset off = open(
      H5T_NATIVE_INT8,
      [](hid_t d) {
        Maker::text(d, "_Unsigned", "true");
        Maker::attribute<double>(d, "scale_factor", {2});
      },
      false);
  EXPECT_FALSE(off.info().rules.any());
  EXPECT_EQ(off.info().type, ElementType::int8);
}

TEST_F(Rules, fill_and_missing_values_without_duplicates) {
  const auto found = rules(H5T_STD_I16BE, [](hid_t d) {
    Maker::attribute<std::int16_t>(d, "_FillValue", {-999}, H5T_STD_I16BE);
    Maker::attribute<std::int32_t>(d, "missing_value", {-999, -1, 70000});  // no int16 is 70000
  });
  EXPECT_EQ(found.missing, (Bits{0xFC19, 0xFFFF}));
  EXPECT_FALSE(found.nan_is_missing);
  EXPECT_FALSE(found.packed);
}

TEST_F(Rules, nan_is_missing_for_reals_only) {
  const auto nan = [](hid_t d) { Maker::attribute<double>(d, "_FillValue", {std::nan("")}); };
  EXPECT_TRUE(rules(H5T_NATIVE_FLOAT, nan).nan_is_missing);
  EXPECT_TRUE(rules(H5T_NATIVE_FLOAT, nan).missing.empty());
  EXPECT_FALSE(rules(H5T_NATIVE_INT, nan).any());
}

TEST_F(Rules, a_wider_attribute_is_rounded_to_the_data) {
  const auto found = rules(H5T_NATIVE_FLOAT, [](hid_t d) {
    Maker::attribute<double>(d, "_FillValue", {1e20});
    Maker::attribute<double>(d, "missing_value", {1e300});  // no float32 is
    Maker::attribute<double>(d, "valid_min", {0.1});
    Maker::attribute<double>(d, "valid_max", {1e300});
  });
  EXPECT_EQ(found.missing, Bits{bits_of(1e20f)});
  EXPECT_EQ(found.valid_min, bits_of(0.1f));
  EXPECT_EQ(found.valid_max, bits_of(std::numeric_limits<float>::max()));
}

TEST_F(Rules, integers_past_2_to_the_53_are_exact) {
  const std::int64_t big = (std::int64_t{1} << 60) + 1;
  const auto found = rules(H5T_NATIVE_INT64, [&](hid_t d) {
    Maker::attribute<std::int64_t>(d, "_FillValue", {big});
    Maker::attribute<std::uint64_t>(d, "missing_value", {~std::uint64_t{0}});
    Maker::attribute<std::int64_t>(d, "valid_range", {-big, big});
  });
  EXPECT_EQ(found.missing, Bits{static_cast<std::uint64_t>(big)});
  EXPECT_EQ(found.valid_min, static_cast<std::uint64_t>(-big));
  EXPECT_EQ(found.valid_max, static_cast<std::uint64_t>(big));
}

TEST_F(Rules, real_bounds_of_integers_are_rounded_inwards) {
  const auto found = rules(H5T_NATIVE_INT16, [](hid_t d) { Maker::attribute<double>(d, "valid_range", {-1.5, 1e9}); });
  EXPECT_EQ(found.valid_min, 0xFFFFu);
  EXPECT_EQ(found.valid_max, 0x7FFFu);
  const auto inner = rules(H5T_NATIVE_UINT8, [](hid_t d) {
    Maker::attribute<float>(d, "valid_min", {0.5f});
    Maker::attribute<float>(d, "valid_max", {9.5f});
  });
  EXPECT_EQ(inner.valid_min, 1u);
  EXPECT_EQ(inner.valid_max, 9u);
}

TEST_F(Rules, a_range_outside_the_type_admits_nothing) {
  const auto found = rules(H5T_NATIVE_UINT8, [](hid_t d) { Maker::attribute<double>(d, "valid_min", {300}); });
  ASSERT_TRUE(found.valid_min && found.valid_max);
  EXPECT_GT(*found.valid_min, *found.valid_max);
}

TEST_F(Rules, a_nan_bound_is_no_bound) {
  const auto found = rules(H5T_NATIVE_FLOAT, [](hid_t d) { Maker::attribute<float>(d, "valid_range", {NAN, 5}); });
  EXPECT_FALSE(found.valid_min);
  EXPECT_EQ(found.valid_max, bits_of(5));
}

TEST_F(Rules, valid_range_comes_before_valid_min) {
  const auto found = rules(H5T_NATIVE_UINT8, [](hid_t d) {
    Maker::attribute<std::uint8_t>(d, "valid_range", {2, 5});
    Maker::attribute<std::uint8_t>(d, "valid_min", {4});
  });
  EXPECT_EQ(found.valid_min, 2u);
}

TEST_F(Rules, packing) {
  const auto scaled = rules(H5T_NATIVE_INT16, [](hid_t d) { Maker::attribute<float>(d, "scale_factor", {0.5f}); });
  EXPECT_TRUE(scaled.packed);
  EXPECT_EQ(scaled.scale, 0.5);
  EXPECT_EQ(scaled.offset, 0);
  const auto both = rules(H5T_NATIVE_INT16, [](hid_t d) {
    Maker::attribute<double>(d, "scale_factor", {1});
    Maker::attribute<std::int32_t>(d, "add_offset", {0});
  });
  EXPECT_TRUE(both.packed);
  EXPECT_EQ(both.scale, 1);
}

TEST_F(Rules, packing_by_nan_or_infinity_is_refused) {
  EXPECT_EQ(error(H5T_NATIVE_INT16, [](hid_t d) { Maker::attribute<double>(d, "scale_factor", {NAN}); }),
            "attribute scale_factor is nan (/x in " + file_ + "): correct it or run with --missing off");
  EXPECT_SAYS(error(H5T_NATIVE_INT16, [](hid_t d) { Maker::attribute<double>(d, "add_offset", {INFINITY}); }),
              "attribute add_offset is inf");
}

TEST_F(Rules, unsigned_view_keeps_the_bits) {
  const Dataset dataset = open(H5T_NATIVE_INT8, [](hid_t d) {
    Maker::text(d, "_Unsigned", "true", true);
    Maker::attribute<std::int8_t>(d, "_FillValue", {-1});
    Maker::attribute<std::int8_t>(d, "valid_range", {0, -2});
  });
  EXPECT_EQ(dataset.info().type, ElementType::uint8);
  EXPECT_EQ(dataset.info().rules.missing, Bits{255});
  EXPECT_EQ(dataset.info().rules.valid_min, 0u);
  EXPECT_EQ(dataset.info().rules.valid_max, 254u);
  // A wider attribute needs no reinterpretation.
  EXPECT_EQ(open(H5T_NATIVE_INT8,
                 [](hid_t d) {
                   Maker::text(d, "_Unsigned", "True");
                   Maker::attribute<std::int16_t>(d, "_FillValue", {255});
                 })
                .info()
                .rules.missing,
            Bits{255});
}

TEST_F(Rules, unsigned_values_arrive_unclipped) {
  const std::vector<std::int8_t> stored{-128, -1, 0, 127};
  {
    Maker maker(file_);
    const DatasetHandle dataset = maker.dataset("x", H5T_STD_I8LE, {4}, H5T_NATIVE_INT8, stored.data());
    Maker::text(dataset.get(), "_Unsigned", "true");
  }
  EXPECT_EQ(read_all<std::uint8_t>(Dataset(file_, "x", true)), (std::vector<std::uint8_t>{128, 255, 0, 127}));
}

TEST_F(Rules, other_attributes_are_ignored) {
  EXPECT_FALSE(rules(H5T_NATIVE_INT16, [](hid_t d) {
                 Maker::text(d, "scale_factor", "0.01");
                 Maker::text(d, "_FillValue", "-999", true);
                 Maker::attribute<std::int16_t>(d, "missing_value", {});
                 Maker::attribute<double>(d, "_Unsigned", {1});
                 const TypeHandle opaque(H5Tcreate(H5T_OPAQUE, 3));
                 const SpaceHandle scalar(H5Screate(H5S_SCALAR));
                 const AttributeHandle odd(
                     H5Acreate2(d, "valid_min", opaque.get(), scalar.get(), H5P_DEFAULT, H5P_DEFAULT));
               }).any());
}

TEST_F(Rules, wrong_lengths_are_refused) {
  EXPECT_EQ(
      error(H5T_NATIVE_INT16,
            [](hid_t d) {
              Maker::attribute<double>(d, "scale_factor", {1, 2, 3});
            }),
      "attribute scale_factor has 3 values instead of 1 (/x in " + file_ + "): correct it or run with --missing off");
  EXPECT_SAYS(error(H5T_NATIVE_INT16, [](hid_t d) { Maker::attribute<double>(d, "valid_range", {1}); }),
              "attribute valid_range has 1 values instead of 2");
  EXPECT_SAYS(
      error(H5T_NATIVE_INT16,
            [](hid_t d) { Maker::attribute<std::int16_t>(d, "missing_value", std::vector<std::int16_t>(2000, 1)); }),
      "attribute missing_value has 2000 values instead of at most 1024");
}

TEST(StoredValue, half_precision) {
  EXPECT_EQ(value_bits(Number::real(1), ElementType::float16), 0x3C00u);
  EXPECT_EQ(value_bits(Number::real(65504), ElementType::float16), 0x7BFFu);
  EXPECT_EQ(value_bits(Number::real(1e6), ElementType::float16), std::nullopt);
  EXPECT_EQ(value_bits(Number::real(INFINITY), ElementType::float16), 0x7C00u);
  EXPECT_EQ(upper_bound_bits(Number::real(1e6), ElementType::float16), 0x7BFFu);
  EXPECT_EQ(lower_bound_bits(Number::real(-1e6), ElementType::float16), 0xFBFFu);
  EXPECT_EQ(bits_to_double(0x0001, ElementType::float16), std::ldexp(1, -24));
}

TEST(StoredValue, integers_hold_only_what_they_can) {
  EXPECT_EQ(value_bits(Number::real(-128), ElementType::int8), 0x80u);
  EXPECT_EQ(value_bits(Number::real(-129), ElementType::int8), std::nullopt);
  EXPECT_EQ(value_bits(Number::real(1.5), ElementType::int8), std::nullopt);
  EXPECT_EQ(value_bits(Number::real(INFINITY), ElementType::uint64), std::nullopt);
  EXPECT_EQ(value_bits(Number::real(9223372036854775808.0), ElementType::uint64), 0x8000000000000000u);
  EXPECT_EQ(value_bits(Number::real(9223372036854775808.0), ElementType::int64), std::nullopt);
  EXPECT_EQ(upper_bound_bits(Number::real(1e300), ElementType::int64), 0x7FFFFFFFFFFFFFFFu);
  EXPECT_EQ(lower_bound_bits(Number::real(-INFINITY), ElementType::int64), 0x8000000000000000u);
  EXPECT_EQ(lower_bound_bits(Number::real(1e300), ElementType::int64), std::nullopt);
}

}  // namespace
}  // namespace scatterfold
