// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cmath>
#include <limits>
#include <random>

#include "folds/fold_of.hpp"

/// Moments of hard data against references that are exact where it matters: 113-bit floats for reals, 128-bit integers
/// for sums of integers.
namespace scatterfold::folds {
namespace {

__extension__ using Quad = __float128;
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t leaf = 4096;
constexpr std::size_t many = 5 * 65536 + 4097;  // several segments, a last one cut short within a leaf

Quad absolute(Quad x) { return x < 0 ? -x : x; }

/// Two passes in 113 bits: errors of 1e-28 relative to the largest term, nothing beside the bounds below.
struct Reference {
  double n, sum, mean, variance, skewness, kurtosis;
  double size;    ///< mean of magnitudes
  double spread;  ///< root mean square of the leaves' means about the mean
  /// How far from a leaf's mean, in standard deviations, and from its elements, in means of their magnitudes, the
  /// number may lie that its deviations are taken from.
  double off, far;

  template <class T>
  explicit Reference(const std::vector<T>& values)
      : off(std::is_integral_v<T> ? 0 : 4), far(std::is_integral_v<T> ? 0 : 16) {
    Quad total = 0, magnitudes = 0;
    for (const T x : values) {
      total += static_cast<Quad>(x);
      magnitudes += absolute(static_cast<Quad>(x));
    }
    const auto count = static_cast<Quad>(values.size());
    const Quad centre = total / count;
    Quad m2 = 0, m3 = 0, m4 = 0, between = 0, of_leaf = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Quad d = static_cast<Quad>(values[i]) - centre;
      m2 += d * d;
      m3 += d * d * d;
      m4 += d * d * d * d;
      of_leaf += d;
      if ((i + 1) % leaf == 0 || i + 1 == values.size()) {
        between += of_leaf * of_leaf / static_cast<Quad>(i % leaf + 1);
        of_leaf = 0;
      }
    }
    n = static_cast<double>(count);
    sum = static_cast<double>(total);
    mean = static_cast<double>(centre);
    size = static_cast<double>(magnitudes / count);
    variance = static_cast<double>(m2 / count);
    spread = std::sqrt(static_cast<double>(between / count));
    const double std = std::sqrt(variance);
    skewness =
        static_cast<double>(m3 / count / static_cast<Quad>(std) / static_cast<Quad>(std) / static_cast<Quad>(std));
    kurtosis = static_cast<double>(m4 / m2 * count / m2 - 3);
  }

  /// Roundings on the way of one element into a sum: that of its deviation, 7 in its lane (8 elements), 6 joining 64
  /// lanes, 3 joining strips, then one per level of the tree above; each at most eps / 2 of the magnitudes below it.
  double above() const { return std::ceil(std::log2(n / leaf + 1)) + 1; }
  double roundings() const { return 17 + above(); }
  /// Within a leaf the deviations x - c are summed, where |c| is at most `far` times the mean of |x|.
  double sum_bound() const { return (17 * (1 + far) + 1 + above()) * epsilon / 2 * size * n; }
  /// The mean of a leaf carries that and its own roundings; joins add one rounding of the product and one of the sum
  /// each.
  double mean_bound() const { return (17 * (1 + far) + 1 + above() * 1.5 + 2) * epsilon * size; }
  /// Relative. All terms are positive, so their sums are good to `roundings`; squares and joins add a few more. Squares
  /// about c are at most 1 + off^2 times those about the mean. Means that are off by e add e^2 within a leaf and 2 e
  /// |leaf mean - mean| between leaves.
  double variance_bound() const {
    const double shift = mean_bound() / std::sqrt(variance), between = spread / std::sqrt(variance);
    return 2 * (1 + off * off) * roundings() * epsilon + shift * shift + 2 * shift * between;
  }
  /// Third powers of deviations from a mean off by e change by 3 e m2: 3 e / std of the skewness. Terms of both signs
  /// cancel, and their magnitudes are at most those of (m2 m4)^(1/2) by Cauchy and Schwarz; third powers about c are at
  /// most (1 + off)^3 times those about the mean, and so on.
  double skewness_bound() const {
    const double shift = mean_bound() / std::sqrt(variance), terms = std::sqrt(kurtosis + 3);
    return std::pow(1 + off, 3) * 4 * roundings() * epsilon * terms + 3 * shift +
           1.5 * std::abs(skewness) * variance_bound() + shift * shift * shift;
  }
  double kurtosis_bound() const {
    const double shift = mean_bound() / std::sqrt(variance);
    return (std::pow(1 + off, 4) * 4 * roundings() * epsilon + 2 * variance_bound()) * (kurtosis + 3) +
           4 * shift * std::sqrt(kurtosis + 3) + 6 * shift * shift;
  }
};

template <class T>
void expect_moments(const std::vector<T>& values) {
  const Reference exact(values);

  const Result found = result_of("moments", {{"order", std::int64_t{4}}}, values);

  EXPECT_EQ(get<std::int64_t>(found, "count"), static_cast<std::int64_t>(values.size()));
  if constexpr (std::is_floating_point_v<T>) {
    EXPECT_NEAR(get<double>(found, "sum"), exact.sum, exact.sum_bound());
  }
  EXPECT_NEAR(get<double>(found, "mean"), exact.mean, exact.mean_bound());
  EXPECT_NEAR(get<double>(found, "variance"), exact.variance, exact.variance * exact.variance_bound());
  EXPECT_NEAR(get<double>(found, "std"), std::sqrt(exact.variance), std::sqrt(exact.variance) * exact.variance_bound());
  EXPECT_NEAR(get<double>(found, "sample_variance"), exact.variance * (exact.n / (exact.n - 1)),
              2 * exact.variance * exact.variance_bound());
  EXPECT_NEAR(get<double>(found, "skewness"), exact.skewness, exact.skewness_bound());
  EXPECT_NEAR(get<double>(found, "kurtosis"), exact.kurtosis, exact.kurtosis_bound());
  const Result second = result_of("moments", {}, values);
  EXPECT_EQ(get<double>(second, "variance"), get<double>(found, "variance"))
      << "the order does not touch what both have";
}

template <class T, class Make>
std::vector<T> made(std::size_t count, const Make& make) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(make(i));
  return values;
}

TEST(Accuracy, NoiseOnALargeMean) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise;
  expect_moments(made<double>(many, [&](std::size_t) { return 1e8 + noise(random); }));
  expect_moments(made<float>(many, [&](std::size_t) { return 3e4 + noise(random); }));
}

TEST(Accuracy, TinyVarianceAroundALargeMean) {
  std::mt19937_64 random(2);
  // Steps of 2^-20 upon 1e9, where float64 has steps of 2^-23.
  const auto values =
      made<double>(many, [&](std::size_t) { return 1e9 + static_cast<double>(random() % 32768) * 0x1p-20; });
  expect_moments(values);
  // One pass over squares would be off by eps * mean^2, ten thousand times the variance.
  const Reference exact(values);
  EXPECT_LT(exact.variance_bound(), 1e-3) << "the bound says something";
}

TEST(Accuracy, ManyMagnitudes) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> exponent(-75, 75);  // fourth powers stay within float64
  const auto wide = [&](std::size_t) { return std::pow(10, exponent(random)) * (random() % 2 ? 1 : -1); };
  expect_moments(made<double>(many, wide));
  std::uniform_real_distribution<double> of_float(-37, 37);
  expect_moments(
      made<float>(many, [&](std::size_t) { return std::pow(10, of_float(random)) * (random() % 2 ? 1 : -1); }));
}

TEST(Accuracy, AllMagnitudes) {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> exponent(-300, 300);
  auto values =
      made<double>(many, [&](std::size_t) { return std::pow(10, exponent(random)) * (random() % 2 ? 1 : -1); });
  values[12345] = 1e300;
  const Reference exact(values);

  const Result found = result_of("moments", {}, values);

  EXPECT_NEAR(get<double>(found, "sum"), exact.sum, exact.sum_bound());
  EXPECT_NEAR(get<double>(found, "mean"), exact.mean, exact.mean_bound());
  EXPECT_EQ(get<double>(found, "variance"), infinity) << "1e600 is past float64, as in NumPy";
  EXPECT_EQ(get<double>(found, "max"), 1e300);
}

TEST(Accuracy, SumsPastFloat64AreInfinite) {
  const Result found = result_of("moments", {}, std::vector<double>(many, 1.7e308));
  EXPECT_EQ(get<double>(found, "sum"), infinity);
  EXPECT_EQ(get<std::int64_t>(found, "inf"), 0);
  auto varied = std::vector<double>(many, 1.7e308);
  varied[7] = 1.6e308;
  EXPECT_EQ(get<double>(result_of("moments", {}, varied), "mean"), infinity) << "as in NumPy, not NaN";
}

TEST(Accuracy, InfinitiesGiveNumPysAnswers) {
  auto values = std::vector<double>(many, 1.0);
  values[70000] = infinity;
  Result found = result_of("moments", {}, values);
  EXPECT_EQ(get<double>(found, "mean"), infinity);
  EXPECT_EQ(get<double>(found, "sum"), infinity);
  EXPECT_TRUE(std::isnan(get<double>(found, "variance")));
  EXPECT_EQ(get<std::int64_t>(found, "inf"), 1);
  values[3] = -infinity;
  found = result_of("moments", {}, values);
  EXPECT_TRUE(std::isnan(get<double>(found, "mean")));
  EXPECT_EQ(get<double>(found, "min"), -infinity);
  EXPECT_EQ(get<double>(found, "max"), infinity);
}

/// Squares of deviations vanish below 1e-162, and what is made of them before.
TEST(Accuracy, SquaresBelowFloat64) {
  const auto small = made<double>(leaf, [](std::size_t i) { return i == 0 ? 0.0 : 1.5e-162; });
  const Result tiny = result_of("moments", {}, small);
  EXPECT_EQ(get<double>(tiny, "variance"), 0);
  EXPECT_FALSE(std::signbit(get<double>(tiny, "variance")));
  const auto uneven = made<double>(leaf, [](std::size_t i) { return i == 0 ? 1e-163 : 1.1e-200; });
  const Reference exact(uneven);
  EXPECT_NEAR(get<double>(result_of("moments", {}, uneven), "sum"), exact.sum, exact.sum_bound());
}

TEST(Accuracy, AlternatingSigns) {
  expect_moments(
      made<double>(many, [](std::size_t i) { return (i % 2 == 0 ? 1e16 : -1e16) + static_cast<double>(i % 7); }));
  expect_moments(made<double>(many, [](std::size_t i) { return (i % 3 == 0 ? -2.0 : 1.0) * 1e16; }));
  expect_moments(made<float>(many, [](std::size_t i) { return (i % 2 == 0 ? 1.0 : -1.0) * static_cast<double>(i); }));
}

TEST(Accuracy, SkewedData) {
  std::mt19937_64 random(5);
  std::exponential_distribution<double> exponential;
  expect_moments(made<double>(many, [&](std::size_t) { return exponential(random); }));
  // One far outlier: its fourth power is nearly all there is.
  expect_moments(made<double>(many, [](std::size_t i) { return i == 200000 ? 1e9 : static_cast<double>(i % 2); }));
}

/// Deviations are taken from a leaf's first element, which may be anything.
TEST(Accuracy, LeavesThatBeginFarFromTheirMean) {
  std::mt19937_64 random(8);
  std::normal_distribution<double> noise;
  for (const double first : {3.9, 4.1, 5.0, 50.0, 1e3, 1e8, 1e20, 1e70}) {
    for (const double mean : {0.0, 1.0, 1e6}) {
      SCOPED_TRACE(std::to_string(first) + " " + std::to_string(mean));
      const auto begins_far = [&](std::size_t i) { return mean + (i % leaf == 0 ? first : noise(random)); };
      expect_moments(made<double>(many, begins_far));
      if (first < 1e30) expect_moments(made<float>(many, begins_far));
    }
  }
  // Within 4 standard deviations of the mean, but large beside nearly all that is summed: two outliers.
  const auto outliers = made<double>(leaf, [](std::size_t i) {
    return i == 0 ? 54321.123 : i == 2000 ? 1e6 : 0.0047910339301102;
  });
  const Reference exact(outliers);
  EXPECT_NEAR(get<double>(result_of("moments", {}, outliers), "sum"), exact.sum, exact.sum_bound());
  // Two values, of which the leaf begins with the rarer one.
  expect_moments(made<double>(many, [](std::size_t i) { return i % 20 == 0 || i % leaf == 0 ? 7e5 : 1.0; }));
  expect_moments(made<float>(many, [](std::size_t i) { return i % leaf % 15 == 0 ? -1.0 : 1e-3; }));
}

TEST(Accuracy, SortedDataWhereAllVarianceIsBetweenLeaves) {
  expect_moments(made<double>(many, [](std::size_t i) { return 1e3 + static_cast<double>(i / leaf); }));
  expect_moments(made<std::int32_t>(many, [](std::size_t i) { return i; }));
}

/// Any size, any place of the leaves' borders: the mean is that number and nothing deviates.
TEST(Accuracy, AConstantDoesNotVary) {
  for (const double constant : {0.1, 1e300, -1e-300, 5e-324, 0.0}) {
    for (const std::size_t n : {1u, 2u, 63u, 4095u, 4096u, 4097u, 70001u, 331777u}) {
      SCOPED_TRACE(std::to_string(constant) + " x " + std::to_string(n));
      const Result found = result_of("moments", {{"order", std::int64_t{4}}}, std::vector<double>(n, constant));
      EXPECT_EQ(get<double>(found, "mean"), constant);
      EXPECT_EQ(get<double>(found, "variance"), 0);
      EXPECT_EQ(get<double>(found, "std"), 0);
      EXPECT_TRUE(std::isnan(get<double>(found, "skewness"))) << "0 / 0, as in SciPy";
      EXPECT_TRUE(std::isnan(get<double>(found, "kurtosis")));
      const Result narrow = result_of("moments", {}, std::vector<float>(n, 0.1f));
      EXPECT_EQ(get<double>(narrow, "mean"), static_cast<double>(0.1f));
      EXPECT_EQ(get<double>(narrow, "variance"), 0);
      const Result bytes = result_of("moments", {}, std::vector<std::uint8_t>(n, 255));
      EXPECT_EQ(get<double>(bytes, "variance"), 0);
      const Result wide =
          result_of("moments", {}, std::vector<std::int64_t>(n, std::numeric_limits<std::int64_t>::max()));
      EXPECT_EQ(get<double>(wide, "variance"), 0);
      EXPECT_EQ(get<double>(wide, "mean"), 0x1p63);
    }
  }
}

TEST(Accuracy, ZerosOfBothSigns) {
  for (const std::size_t n : {2u, 4096u, 70001u}) {
    auto zeros = std::vector<double>(n, 0.0);
    zeros[n / 2] = -0.0;
    const Result found = result_of("moments", {}, zeros);
    EXPECT_TRUE(std::signbit(get<double>(found, "min")));
    EXPECT_FALSE(std::signbit(get<double>(found, "max")));
    EXPECT_EQ(get<double>(found, "variance"), 0);
  }
}

template <class T>
class Integers : public ::testing::Test {};
using IntegerTypes = ::testing::Types<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
                                      std::uint32_t, std::int64_t, std::uint64_t>;
TYPED_TEST_SUITE(Integers, IntegerTypes);

template <class T>
void expect_integer_moments(const std::vector<T>& values) {
  Int128 sum = 0;
  for (const T x : values) sum += x;
  const Reference exact(values);

  const Result found = result_of("moments", {{"order", std::int64_t{4}}}, values);

  EXPECT_EQ(to_string(get<Int128>(found, "sum")), to_string(sum)) << "exact";
  // The exact sum to float64, and a division: two roundings, where the reference has one.
  EXPECT_NEAR(get<double>(found, "mean"), exact.mean, 1.5 * epsilon * std::abs(exact.mean));
  // Elements of 64 bits become float64 first, off by at most 2^-53 of themselves: that shifts deviations like a mean
  // would.
  EXPECT_NEAR(get<double>(found, "variance"), exact.variance, exact.variance * exact.variance_bound());
  EXPECT_NEAR(get<double>(found, "skewness"), exact.skewness, exact.skewness_bound());
  EXPECT_NEAR(get<double>(found, "kurtosis"), exact.kurtosis, exact.kurtosis_bound());
}

TYPED_TEST(Integers, Random) {
  std::mt19937_64 random(6);
  expect_integer_moments(made<TypeParam>(many, [&](std::size_t) { return random(); }));
}

TYPED_TEST(Integers, ExtremesInTurn) {
  using Limits = std::numeric_limits<TypeParam>;
  expect_integer_moments(
      made<TypeParam>(many, [](std::size_t i) { return i % 2 == 0 ? Limits::max() : Limits::lowest(); }));
  expect_integer_moments(
      made<TypeParam>(many, [](std::size_t i) { return i % 5 == 0 ? Limits::lowest() : Limits::max(); }));
}

TYPED_TEST(Integers, ExtremesAreExactInTheSum) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam extreme : {Limits::max(), Limits::lowest()}) {
    for (const std::size_t n : {1u, 4095u, 4096u, 331777u}) {
      const Result found = result_of("moments", {}, std::vector<TypeParam>(n, extreme));
      EXPECT_EQ(to_string(get<Int128>(found, "sum")), to_string(static_cast<Int128>(extreme) * static_cast<Int128>(n)));
      EXPECT_EQ(get<double>(found, "variance"), 0);
    }
  }
}

TYPED_TEST(Integers, MissingOnesAreLeftOutOfEverything) {
  const auto mark = static_cast<TypeParam>(99);
  auto values = made<TypeParam>(many, [](std::size_t i) { return i % 50; });
  auto holed = values;
  std::vector<TypeParam> kept;
  for (std::size_t i = 0; i < holed.size(); ++i) {
    if (i % 3 == 0 || (i > 100000 && i < 120000)) {  // also whole leaves
      holed[i] = mark;
    } else {
      kept.push_back(holed[i]);
    }
  }
  const Reference exact(kept);

  const Result found = result_of("moments", {}, holed, MissingMark{99, true});

  EXPECT_EQ(get<std::int64_t>(found, "count"), static_cast<std::int64_t>(kept.size()));
  EXPECT_EQ(get<std::int64_t>(found, "missing"), static_cast<std::int64_t>(holed.size() - kept.size()));
  EXPECT_NEAR(get<double>(found, "mean"), exact.mean, 1.5 * epsilon * exact.mean);
  EXPECT_NEAR(get<double>(found, "variance"), exact.variance, exact.variance * exact.variance_bound());
}

}  // namespace
}  // namespace scatterfold::folds
