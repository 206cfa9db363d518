// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "folds/histogram/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "fold/analysis.hpp"
#include "fold/state_fold.hpp"

namespace scatterfold::histogram {
namespace {

constexpr std::int64_t max_bins = std::int64_t{1} << 24;

/// Stands for what the first pass has still to find: one that nobody asks for.
const Range range_to_come = {0, 0x1p-900};

/// The width of a bin; high - low may overflow where its halves do not.
double bin_width(double low, double high, std::int64_t bins) {
  const double n = static_cast<double>(bins), whole = high - low;
  return std::isfinite(whole) ? whole / n : high / n - low / n;
}

/// bins + 1 edges from low to high, each computed on its own so that errors do not add up; as numpy.linspace has them.
std::vector<double> even_edges(double low, double high, std::int64_t bins) {
  std::vector<double> edges(static_cast<std::size_t>(bins) + 1);
  const double width = bin_width(low, high, bins);
  const double unit =
      std::isfinite(high - low) ? 1.0 : 2.0;  // computed in halves where the whole range is past float64
  edges.front() = low;
  for (std::int64_t i = 1; i < bins; ++i) edges[i] = unit * (low / unit + width / unit * static_cast<double>(i));
  edges.back() = high;
  for (std::int64_t i = 0; i < bins; ++i) {
    if (!(edges[i] < edges[i + 1])) {
      throw UsageError(
          "the bins of the histogram are narrower than float64 can tell apart (--bins): use fewer bins or a wider "
          "--range");
    }
  }
  return edges;
}

/// The least N not below a bound, or above it.
template <class N>
N least(double bound, bool above) {
  const N x = static_cast<N>(bound);
  return x < bound || (above && x == bound) ? std::nextafter(x, std::numeric_limits<N>::infinity()) : x;
}

template <class N>
std::vector<N> thresholds_of(const std::vector<double>& edges) {
  std::vector<N> thresholds;
  for (const double edge : edges) thresholds.push_back(least<N>(edge, thresholds.size() + 1 == edges.size()));
  thresholds.push_back(std::numeric_limits<N>::quiet_NaN());
  return thresholds;
}

/// The guess may be off by `error` steps, either way. The multiply-add rounds its result by half a step; the scale is
/// rounded by a unit of itself; the shift by a unit of its size, and in float64 by a few more of the numbers it is made
/// of. Together that is less than 1 + 4 unit (origin + scale * magnitude). Besides, the edges and the width are
/// computed with a few roundings: in bins, 2^-53 (8 bins + magnitude / width); 2^-48 leaves room.
template <class N>
Ruler<N> ruler_of(double low, double high, std::int64_t bins) {
  using R = Ruler<N>;
  constexpr double unit = std::numeric_limits<N>::epsilon() / 2.0;
  const double width = bin_width(low, high, bins), magnitude = std::fmax(std::fabs(low), std::fabs(high));
  int fraction_bits = R::digits;
  while ((bins + 1) << fraction_bits > std::int64_t{1} << R::digits) --fraction_bits;
  const double steps = std::ldexp(1.0, fraction_bits), exact_scale = steps / width;
  const N scale = static_cast<N>(exact_scale);
  const double error = 1 + 4 * unit * (R::origin + exact_scale * magnitude) +
                       steps * (static_cast<double>(bins) + magnitude / width) * 0x1p-48;
  // A guess that is off by more would need two thresholds. A subnormal scale is off by more than its unit.
  if (!(2 * error < steps) || !(scale >= std::numeric_limits<N>::min())) return {};
  double doubt = 1;
  while (doubt <= 2 * error) doubt *= 2;
  // The line is right in the middle of the range: there the rounding of the scale is made up for.
  const double middle = low / 2 + high / 2, at_middle = (middle - low) * exact_scale;
  const double shift = R::origin + steps - error + (at_middle - static_cast<double>(scale) * middle);
  return {scale, static_cast<N>(shift), static_cast<std::uint32_t>(steps - doubt), fraction_bits};
}

/// N is what elements are compared as.
template <class N>
class HistogramFold : public Fold {
 public:
  HistogramFold(KernelKey key, const ValueKind& values, std::vector<double> edges)
      : key_(std::move(key)), values_(values), edges_(std::move(edges)), thresholds_(thresholds_of<N>(edges_)) {}

  const KernelKey& key() const override { return key_; }
  std::int64_t slots() const override { return bins() + cells_beside_bins; }
  void identity(void*) const override {}
  void merge(void*, const void*) const override {}
  void merge_each(void*, const void*, std::int64_t) const override {}
  std::span<const std::byte> constants() const override { return std::as_bytes(std::span(thresholds_)); }
  void place_params(void* params, const void* constants) const override {
    const double low = edges_.front(), high = edges_.back();
    const Params<N> p{low, 1.0 / bin_width(low, high, bins()), ruler_of<N>(low, high, bins()),
                      static_cast<std::int32_t>(bins()), static_cast<const N*>(constants)};
    std::memcpy(params, &p, sizeof p);
  }

  Result finish(const void*, std::span<const std::int64_t> cells) const override {
    auto extra = [&](ExtraCell cell) { return cells[bins() + cell]; };
    const std::int64_t nans = values_.nan_is_missing ? 0 : extra(nan);
    Result result{"histogram", "", {}};
    auto add = [&](const char* name, ResultValue value) { result.fields.push_back({name, std::move(value)}); };
    add("edges", edges_);
    add("counts", std::vector<std::int64_t>(cells.begin() + 1, cells.begin() + 1 + bins()));
    add("underflow", cells[0] + extra(negative_infinity));
    add("overflow", extra(overflow) + extra(positive_infinity));
    add("missing", extra(missing) + (values_.nan_is_missing ? extra(nan) : 0));
    add("nan", nans);
    add("inf", extra(negative_infinity) + extra(positive_infinity));
    return result;
  }

  std::vector<ArrayField> array_fields(std::int64_t) const override {
    std::vector<ArrayField> fields = {{"counts", ArrayField::Kind::integer, false, edges_}};
    for (const char* name : {"underflow", "overflow", "missing", "nan", "inf"})
      fields.push_back({name, ArrayField::Kind::integer, false});
    return fields;
  }
  void finish_each(const void*, const std::int64_t* tables, std::int64_t count, std::int64_t,
                   const std::vector<std::uint64_t*>& out, std::uint8_t* empty) const override {
    for (std::int64_t i = 0; i < count; ++i, tables += slots()) {
      const Result result = finish(nullptr, {tables, static_cast<std::size_t>(slots())});
      const auto& counts = std::get<std::vector<std::int64_t>>(result.fields[1].value);
      std::copy(counts.begin(), counts.end(), out[0] + i * bins());
      for (std::size_t f = 1; f < out.size(); ++f)
        out[f][i] = static_cast<std::uint64_t>(std::get<std::int64_t>(result.fields[f + 1].value));
      empty[i] = 0;
    }
  }

 private:
  std::int64_t bins() const { return static_cast<std::int64_t>(edges_.size()) - 1; }

  KernelKey key_;
  ValueKind values_;
  std::vector<double> edges_;
  std::vector<N> thresholds_;
};

template <class T>
class RangeFold : public StateFold<FiniteRange<T>> {
 public:
  using StateFold<FiniteRange<T>>::StateFold;

 protected:
  Result finish(const typename FiniteRange<T>::State& s) const override {
    Result result{"histogram", "range", {}};
    if (s.low > s.high) return result;
    auto number = [](std::int64_t key) {
      if constexpr (std::is_floating_point_v<T>) return float_of_key(key);
      if constexpr (std::is_same_v<T, std::uint64_t>) {
        return static_cast<double>(static_cast<std::uint64_t>(key) ^ 0x8000000000000000u);
      }
      return static_cast<double>(key);
    };
    result.fields = {{"low", number(s.low)}, {"high", number(s.high)}};
    return result;
  }
};

class HistogramAnalysis : public Analysis {
 public:
  std::string name() const override { return "histogram"; }
  std::string summary() const override {
    return "counts per bin, with what lies below and above; the range is found by a first pass when not given";
  }
  std::vector<OptionSpec> options() const override {
    return {{"bins", OptionSpec::Kind::integer, "N", "number of bins of equal width (default 100)"},
            {"range", OptionSpec::Kind::range, "LO,HI", "lower and upper edge; the last bin includes HI"}};
  }
  void check(const Options& options) const override {
    const std::int64_t n = bins(options);
    if (const Range* range = given_range(options)) even_edges(range->first, range->second, n);
  }

  std::unique_ptr<Fold> first_pass(const Options& options, const ValueKind& values) const override {
    if (given_range(options) != nullptr) return nullptr;
    return for_value_type(values.type, [&](auto* type) -> std::unique_ptr<Fold> {
      using T = std::remove_pointer_t<decltype(type)>;
      return std::make_unique<RangeFold<T>>(KernelKey{"histogram", 1, values.type}, typename FiniteRange<T>::Params{});
    });
  }

  std::unique_ptr<Fold> bind(const Options& options, const ValueKind& values, const Result* first) const override {
    if (values.weighted) throw UsageError("a histogram counts elements (--weights): leave the weights out");
    const Range* given = given_range(options);
    const Range range = given != nullptr ? *given : first != nullptr ? found_range(*first) : range_to_come;
    return for_value_type(values.type, [&](auto* type) -> std::unique_ptr<Fold> {
      using N = Number<std::remove_pointer_t<decltype(type)>>;
      return std::make_unique<HistogramFold<N>>(KernelKey{"histogram", 0, values.type}, values,
                                                even_edges(range.first, range.second, bins(options)));
    });
  }

 private:
  static std::int64_t bins(const Options& options) {
    const auto given = options.find("bins");
    const auto* value = given == options.end() ? nullptr : std::get_if<std::int64_t>(&given->second);
    if (given == options.end()) return 100;
    if (value == nullptr || *value < 1 || *value > max_bins) {
      throw UsageError("a histogram has 1 to 16777216 bins (--bins): choose a number in between");
    }
    return *value;
  }

  static const Range* given_range(const Options& options) {
    const auto given = options.find("range");
    if (given == options.end()) return nullptr;
    const auto* range = std::get_if<Range>(&given->second);
    if (range == nullptr || !std::isfinite(range->first) || !std::isfinite(range->second) ||
        !(range->first < range->second)) {
      throw UsageError(
          "the range of a histogram is two finite numbers, the lower one first (--range): as in --range 250,320");
    }
    return range;
  }

  /// As numpy.histogram: no finite element gives 0..1, a single value v gives v - 0.5 .. v + 0.5, wider where float64
  /// is too coarse there for half a unit.
  static Range found_range(const Result& first) {
    if (first.fields.empty()) return {0.0, 1.0};
    const double low = std::get<double>(first.fields[0].value), high = std::get<double>(first.fields[1].value);
    if (low < high) return {low, high};
    const double half = std::fmax(0.5, std::fabs(low) * 1e-9);
    return {low - half, high + half};
  }
};

}  // namespace

const Analysis& analysis() {
  static const HistogramAnalysis instance;
  return instance;
}

}  // namespace scatterfold::histogram
