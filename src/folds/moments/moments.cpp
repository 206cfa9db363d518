// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "folds/moments/moments.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include "base/error.hpp"
#include "fold/analysis.hpp"
#include "fold/state_fold.hpp"

namespace scatterfold::moments {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// An extreme from its ordered key, as the type people stored.
template <class T>
ResultValue extreme(std::int64_t key) {
  if constexpr (std::is_floating_point_v<T>) {
    return float_of_key(key);
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return static_cast<Int128>(static_cast<std::uint64_t>(key) ^ 0x8000000000000000u);
  } else {
    return key;
  }
}

template <class T, int order>
class MomentsFold : public StateFold<Moments<T, order>> {
 public:
  using State = moments::State<T, order>;

  MomentsFold(KernelKey key, const ValueKind& values)
      : StateFold<Moments<T, order>>(std::move(key), {}), values_(values) {}

 protected:
  Result finish(const State& s) const override {
    const std::int64_t nans = values_.nan_is_missing ? 0 : s.nan;
    const bool poisoned = nans > 0 && !values_.skip_nan;
    const bool defined = s.count > 0 && !poisoned;
    const double n = static_cast<double>(s.count);
    auto number = [&](double value) { return defined ? value : nan; };

    ResultValue sum, mean;
    if constexpr (std::is_integral_v<T>) {
      const Int128 total = static_cast<Int128>(s.sum.high) << 64 | s.sum.low;
      sum = total;
      mean = number(static_cast<double>(total) / n);
    } else {
      sum = poisoned ? nan : s.count > 0 ? s.sum : 0.0;
      // Means that infinities (or an overflow) have spoilt join to inf - inf; the sum still knows which infinity it is.
      mean = number(std::isfinite(s.mean) ? s.mean : s.sum / n);
    }
    const double variance = s.m2 / n;
    Result result{"moments", "", {}};
    auto add = [&](const char* name, ResultValue value) { result.fields.push_back({name, std::move(value)}); };
    add("count", s.count + (values_.skip_nan ? 0 : nans));
    add("missing", s.missing + (values_.nan_is_missing ? s.nan : 0));
    add("nan", nans);
    add("inf", s.inf);
    add("min", defined ? extreme<T>(s.low) : ResultValue(nan));
    add("max", defined ? extreme<T>(s.high) : ResultValue(nan));
    add("sum", sum);
    add("mean", mean);
    add("variance", number(variance));
    add("sample_variance", s.count > 1 ? number(s.m2 / (n - 1)) : nan);
    add("std", number(std::sqrt(variance)));
    if constexpr (order > 2) {
      add("skewness", number(s.m3 / n / (variance * std::sqrt(variance))));
      add("kurtosis", number(s.m4 / n / (variance * variance) - 3.0));
    }
    return result;
  }

 private:
  ValueKind values_;
};

class MomentsAnalysis : public Analysis {
 public:
  std::string name() const override { return "moments"; }
  std::string summary() const override {
    return "count, missing, nan, inf, min, max, sum, mean, variance and std; with --order 4 skewness and kurtosis";
  }
  std::vector<OptionSpec> options() const override {
    return {{"order", OptionSpec::Kind::integer, "2|4",
             "highest central moment, 4 adds skewness and kurtosis (default 2)"}};
  }
  void check(const Options& options) const override { order(options); }

  std::unique_ptr<Fold> bind(const Options& options, const ValueKind& values, const Result*) const override {
    const bool high = order(options) == 4;
    return for_value_type(values.type, [&](auto* type) -> std::unique_ptr<Fold> {
      using T = std::remove_pointer_t<decltype(type)>;
      if (high) return std::make_unique<MomentsFold<T, 4>>(KernelKey{"moments", 1, values.type}, values);
      return std::make_unique<MomentsFold<T, 2>>(KernelKey{"moments", 0, values.type}, values);
    });
  }

 private:
  static std::int64_t order(const Options& options) {
    const auto given = options.find("order");
    if (given == options.end()) return 2;
    const auto* value = std::get_if<std::int64_t>(&given->second);
    if (value == nullptr || (*value != 2 && *value != 4)) {
      throw UsageError("the order of moments is 2 or 4 (--order): choose one of them");
    }
    return *value;
  }
};

}  // namespace

const Analysis& analysis() {
  static const MomentsAnalysis instance;
  return instance;
}

}  // namespace scatterfold::moments
