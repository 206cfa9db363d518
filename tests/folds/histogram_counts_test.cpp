// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "base/error.hpp"
#include "folds/fold_of.hpp"
#include "folds/histogram/histogram.hpp"

/// Counts against a search of the edges for every element.
namespace scatterfold::folds {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct Counted {
  std::vector<std::int64_t> counts;
  std::int64_t underflow = 0, overflow = 0, nan = 0, inf = 0;
};

/// Half-open bins, the last one closed.
template <class T>
Counted counted(const std::vector<T>& values, const std::vector<double>& edges) {
  Counted c{std::vector<std::int64_t>(edges.size() - 1, 0)};
  for (const T value : values) {
    const auto x = static_cast<double>(value);
    if (std::isinf(x)) ++c.inf;
    if (std::isnan(x)) {
      ++c.nan;
    } else if (x < edges.front()) {
      ++c.underflow;
    } else if (x > edges.back()) {
      ++c.overflow;
    } else {
      const auto bin = std::upper_bound(edges.begin(), edges.end(), x) - edges.begin() - 1;
      ++c.counts[static_cast<std::size_t>(std::min<std::ptrdiff_t>(bin, std::ssize(c.counts) - 1))];
    }
  }
  return c;
}

template <class T>
std::vector<double> expect_counts(const std::vector<T>& values, const Options& options) {
  const Result found = result_of("histogram", options, values);

  const auto& edges = get<std::vector<double>>(found, "edges");
  EXPECT_TRUE(std::is_sorted(edges.begin(), edges.end(), std::less_equal<>())) << "strictly increasing";
  const Counted wanted = counted(values, edges);
  EXPECT_EQ(get<std::vector<std::int64_t>>(found, "counts"), wanted.counts);
  EXPECT_EQ(get<std::int64_t>(found, "underflow"), wanted.underflow);
  EXPECT_EQ(get<std::int64_t>(found, "overflow"), wanted.overflow);
  EXPECT_EQ(get<std::int64_t>(found, "nan"), wanted.nan);
  EXPECT_EQ(get<std::int64_t>(found, "inf"), wanted.inf);
  return edges;
}

Options between(double low, double high, std::int64_t bins) { return {{"bins", bins}, {"range", Range{low, high}}}; }

struct Spanned {
  double low, high;
  std::int64_t bins;
};

const std::vector<Spanned> spans = {{0, 1, 1},
                                    {0, 1, 10},
                                    {-1, 1, 3},
                                    {250, 320, 70},
                                    {250, 320, 200},
                                    {-0.3, 0.7, 4096},
                                    {1e-3, 1e3, 65537},
                                    {1e16, 1e16 + 64, 8},
                                    {-7, 5, 12},
                                    {0.1, 0.7, 6},
                                    {1e-310, 2e-310, 7},
                                    {0, 5e-324, 1},
                                    {-5e-324, 5e-324, 2},
                                    {1e300, 1e301, 9},
                                    {-1.7e308, 1.7e308, 1},
                                    {-1.7e308, 1.7e308, 2},
                                    {-1.7e308, 1.7e308, 1000},
                                    {1, 1 + 0x1p-40, 4096},
                                    {-1e-300, 1e300, 11}};

class Edges : public ::testing::TestWithParam<Spanned> {};

/// The edges themselves and their neighbours, which a computed bin number gets wrong.
template <class T>
std::vector<T> near_edges(const Spanned& s) {
  const Result empty = result_of("histogram", between(s.low, s.high, s.bins), std::vector<T>{});
  std::vector<T> values;
  for (const double edge : get<std::vector<double>>(empty, "edges")) {
    const T x = static_cast<T>(edge);
    for (const T v : {x, std::nextafter(x, static_cast<T>(-infinity)), std::nextafter(x, static_cast<T>(infinity))})
      values.push_back(v);
  }
  for (const double special : {0.0, -0.0, infinity, -infinity, not_a_number, 1e308, -1e308, 5e-324, -5e-324}) {
    values.push_back(static_cast<T>(special));
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const double part = static_cast<double>(random() >> 11) * 0x1p-53;
    values.push_back(static_cast<T>(s.low * (1.1 - 1.2 * part) + s.high * (1.2 * part - 0.1)));
  }
  std::shuffle(values.begin(), values.end(), random);
  return values;
}

TEST_P(Edges, DecideEveryElement) {
  const Spanned s = GetParam();

  const std::vector<double> edges = expect_counts(near_edges<double>(s), between(s.low, s.high, s.bins));
  expect_counts(near_edges<float>(s), between(s.low, s.high, s.bins));

  EXPECT_EQ(edges.size(), static_cast<std::size_t>(s.bins) + 1);
  EXPECT_EQ(edges.front(), s.low);
  EXPECT_EQ(edges.back(), s.high);
  // The width is rounded once (twice where high - low is past float64), the product and the sum once each.
  const double bound =
      4 * std::numeric_limits<double>::epsilon() * std::max(std::abs(s.low), std::abs(s.high)) + 2e-323;
  for (std::int64_t i = 0; i <= s.bins; ++i) {
    const long double part = static_cast<long double>(i) / static_cast<long double>(s.bins);
    const auto exact =
        static_cast<double>(static_cast<long double>(s.low) * (1 - part) + static_cast<long double>(s.high) * part);
    ASSERT_NEAR(edges[static_cast<std::size_t>(i)], exact, bound) << i;
  }
}

/// The shortcut of GPUs: where it says a bin, it is the bin, and of ordinary data it nearly always says one.
template <class Kernel>
void expect_shortcut(const Spanned& s) {
  const auto fold = find_analysis("histogram")->bind(between(s.low, s.high, s.bins), ValueKind{}, nullptr);
  alignas(histogram::Params) std::byte place[max_params_bytes];
  fold->place_params(place, fold->constants().data());
  histogram::Params params;
  std::memcpy(&params, place, sizeof params);
  int said = 0;
  for (const double x : near_edges<double>(s)) {
    const std::int32_t sure = Kernel::sure_slot(params, x), beside = Kernel::edge_slot(params, x);
    const std::int32_t bin = sure >= 0 ? sure : beside;
    if (bin < 0) continue;
    ++said;
    ASSERT_EQ(bin, Kernel::slot(params, x, MissingMark{})) << x;
  }
  EXPECT_TRUE(s.low != 250 || said > 15000) << said;
}

TEST_P(Edges, TheShortcutIsRight) { expect_shortcut<histogram::Counts<double>>(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Spans, Edges, ::testing::ValuesIn(spans));

TEST(Histogram, IntegersOnIntegerEdges) {
  std::vector<std::int16_t> values;
  for (int i = -400; i < 400; ++i) values.push_back(static_cast<std::int16_t>(i));
  const Result found = result_of("histogram", between(250, 320, 70), values);
  auto wanted = std::vector<std::int64_t>(70, 1);
  wanted.back() = 2;  // 319 and, as the last bin is closed, 320
  EXPECT_EQ(get<std::vector<std::int64_t>>(found, "counts"), wanted);
  EXPECT_EQ(get<std::int64_t>(found, "overflow"), 79);
}

template <class T>
class AllIntegers : public ::testing::Test {};
using IntegerTypes = ::testing::Types<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
                                      std::uint32_t, std::int64_t, std::uint64_t>;
TYPED_TEST_SUITE(AllIntegers, IntegerTypes);

TYPED_TEST(AllIntegers, RandomOnesAndTheExtremes) {
  std::mt19937_64 random(8);
  std::vector<TypeParam> values = {std::numeric_limits<TypeParam>::max(), std::numeric_limits<TypeParam>::lowest(), 0,
                                   1};
  for (int i = 0; i < 70001; ++i) values.push_back(static_cast<TypeParam>(random()));
  for (const std::int64_t bins : {1, 7, 100, 4096}) {
    const std::vector<double> edges = expect_counts(values, {{"bins", bins}});
    EXPECT_EQ(edges.front(), static_cast<double>(std::numeric_limits<TypeParam>::lowest()));
    EXPECT_EQ(edges.back(), static_cast<double>(std::numeric_limits<TypeParam>::max()));
    expect_counts(values, between(-10, 100, bins));
  }
}

TEST(AutomaticRange, IsThatOfTheFiniteValues) {
  const std::vector<double> edges = expect_counts(
      std::vector<double>{not_a_number, 3, -infinity, -2, infinity, 8, -0.0}, {{"bins", std::int64_t{10}}});
  EXPECT_EQ(edges.front(), -2);
  EXPECT_EQ(edges.back(), 8);
}

TEST(AutomaticRange, LeavesMissingOnesOut) {
  std::vector<float> values(10000, 5.0f);
  values[3] = 1e20f;
  values[9] = 6;
  const float mark = 1e20f;
  std::uint32_t bits;
  std::memcpy(&bits, &mark, sizeof bits);

  const Result found = result_of("histogram", {{"bins", std::int64_t{2}}}, values, MissingMark{bits, true});

  EXPECT_EQ(get<std::vector<double>>(found, "edges"), (std::vector<double>{5, 5.5, 6}));
  EXPECT_EQ(get<std::vector<std::int64_t>>(found, "counts"), (std::vector<std::int64_t>{9998, 1}));
  EXPECT_EQ(get<std::int64_t>(found, "missing"), 1);
}

TEST(AutomaticRange, OfOneValueIsOneUnitWide) {
  for (const double x : {0.0, -3.5, 1e6}) {
    const std::vector<double> edges = expect_counts(std::vector<double>(5000, x), {{"bins", std::int64_t{4}}});
    EXPECT_EQ(edges.front(), x - 0.5);
    EXPECT_EQ(edges.back(), x + 0.5);
  }
  // Where float64 is too coarse for half a unit it is wider, and works.
  for (const double x : {1e30, -1.7e308, 1e17})
    expect_counts(std::vector<double>(10, x), {{"bins", std::int64_t{100}}});
  expect_counts(std::vector<std::uint64_t>(10, ~std::uint64_t{0}), {{"bins", std::int64_t{100}}});
}

TEST(AutomaticRange, OfNothingIsZeroToOne) {
  for (const std::vector<double>& values :
       {std::vector<double>{}, {not_a_number}, {infinity, -infinity, not_a_number}}) {
    const std::vector<double> edges = expect_counts(values, {{"bins", std::int64_t{2}}});
    EXPECT_EQ(edges, (std::vector<double>{0, 0.5, 1}));
  }
}

TEST(AutomaticRange, OfTheWholeOfFloat64) {
  const double most = std::numeric_limits<double>::max();
  for (const std::int64_t bins : {1, 2, 3, 100}) {
    const std::vector<double> edges = expect_counts(std::vector<double>{-most, most, 0.0, 1.0, -1.0}, {{"bins", bins}});
    EXPECT_EQ(edges.front(), -most);
    EXPECT_EQ(edges.back(), most);
  }
}

TEST(Histogram, BinsNarrowerThanFloat64AreRefused) {
  EXPECT_THROW(result_of("histogram", between(1, 1 + 0x1p-50, 100), std::vector<double>{1}), UsageError);
  EXPECT_THROW(result_of("histogram", between(0, 1e-322, 100), std::vector<double>{1}), UsageError);
}

}  // namespace
}  // namespace scatterfold::folds
