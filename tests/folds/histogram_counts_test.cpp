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
  bool quick = false;  ///< an ordinary one: the shortcut settles all that is inside, for float32 too
};

const std::vector<Spanned> spans = {{0, 1, 1, true},
                                    {0, 1, 10, true},
                                    {-1, 1, 3, true},
                                    {250, 320, 70, true},
                                    {250, 320, 200, true},
                                    {250, 320, 4096, true},
                                    {250, 320, 65536, true},
                                    {-0.3, 0.7, 4096, true},
                                    {1e-3, 1e3, 65537, true},
                                    {0.1, 0.7, 6, true},
                                    {-0.1, 1e-7, 200, true},
                                    {100000.1, 100500.3, 200, true},
                                    {16777217, 16777219, 7},  // neither end is a float32
                                    {1e8, 1e8 + 64, 7},
                                    {1e8 + 1, 1e8 + 100000, 200},
                                    {-1e8 - 3, -1e8 + 3, 65536},
                                    {1e16, 1e16 + 64, 8},
                                    {-7, 5, 12, true},
                                    {1e-40, 3e-40, 200},  // subnormal in float32
                                    {-1e-38, 1e-38, 7},
                                    {-3e38, 3e38, 200},
                                    {1e38, 1e39, 7},  // past float32
                                    {1e-310, 2e-310, 7},
                                    {0, 5e-324, 1},
                                    {-5e-324, 5e-324, 2},
                                    {1e300, 1e301, 9},
                                    {-1e301, -1e300, 9},
                                    {-1.7e308, 1.7e308, 1},
                                    {-1.7e308, 1.7e308, 2},
                                    {-1.7e308, 1.7e308, 1000},
                                    {1, 1 + 0x1p-40, 4096},
                                    {-1e-300, 1e300, 11}};

std::vector<double> even_edges_of(const Spanned& s) {
  return get<std::vector<double>>(result_of("histogram", between(s.low, s.high, s.bins), std::vector<double>{}),
                                  "edges");
}

class Edges : public ::testing::TestWithParam<Spanned> {};

/// The edges themselves and their neighbours, which a computed bin number gets wrong.
template <class T>
std::vector<T> near_edges(const Spanned& s) {
  std::vector<T> values;
  for (const double edge : even_edges_of(s)) {
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

/// The shortcut of GPUs: where it says a cell, it is the cell, and for ordinary data it nearly always says one.
template <class T>
void expect_shortcut(const Spanned& s) {
  using Kernel = histogram::Counts<T>;
  const ValueKind kind{type_of<T>(), false, false};
  const auto fold = find_analysis("histogram")->bind(between(s.low, s.high, s.bins), kind, nullptr);
  alignas(16) std::byte place[max_params_bytes];
  fold->place_params(place, fold->constants().data());
  typename Kernel::Params params;
  std::memcpy(&params, place, sizeof params);
  std::int64_t said = 0, inside = 0;
  const std::vector<double> edges = even_edges_of(s);
  auto look = [&](T x) {
    const std::int32_t quick = Kernel::quick_slot(params, Kernel::table(params), x, MissingMark{});
    const std::int32_t slot = Kernel::slot(params, x, MissingMark{});
    inside += slot >= 1 && slot <= s.bins;
    said += slot >= 1 && slot <= s.bins && quick == slot;
    if (quick != Kernel::unsettled_slot(params)) {
      ASSERT_EQ(quick, slot) << x;
    }
  };
  for (const T x : near_edges<T>(s)) look(x);
  // Dense about the edges: what a guess in float32 or float64 of any element may be off by is within these.
  for (std::size_t i = 0; i < edges.size(); i += 1 + edges.size() / 2000) {
    T below = static_cast<T>(edges[i]), above = below;
    for (int k = 0; k < 200; ++k) {
      look(below = std::nextafter(below, static_cast<T>(-infinity)));
      look(above = std::nextafter(above, static_cast<T>(infinity)));
    }
    for (int k = -64; k <= 64; ++k) look(static_cast<T>(edges[i] + (s.high / 64 - s.low / 64) / s.bins * k));
  }
  EXPECT_TRUE(!s.quick || said == inside) << said << " of " << inside;
  const MissingMark one{bits_of(static_cast<T>(1)), true};
  EXPECT_EQ(Kernel::quick_slot(params, Kernel::table(params), T{1}, one), Kernel::unsettled_slot(params));
  EXPECT_EQ(Kernel::slot(params, T{1}, one), s.bins + histogram::missing);
}

TEST_P(Edges, TheShortcutIsRight) {
  expect_shortcut<float>(GetParam());
  expect_shortcut<double>(GetParam());
}

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
