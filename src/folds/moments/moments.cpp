// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "folds/moments/moments.hpp"

#include <bit>
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

/// F is Moments or Weighted.
template <class T, int order, class F>
class MomentsFold : public StateFold<F> {
 public:
  using State = typename F::State;

  MomentsFold(KernelKey key, const ValueKind& values) : StateFold<F>(std::move(key), {}), values_(values) {}

  std::vector<ArrayField> array_fields(std::int64_t most_elements) const override {
    using Kind = ArrayField::Kind;
    constexpr Kind extreme_kind = std::is_floating_point_v<T>        ? Kind::real
                                  : std::is_same_v<T, std::uint64_t> ? Kind::natural
                                                                     : Kind::integer;
    std::vector<ArrayField> fields;
    tell(State{}, [&](const char* name, const auto& value) {
      using Value = std::remove_cvref_t<decltype(value)>;
      const bool real = std::is_same_v<Value, double>, count = std::is_same_v<Value, std::int64_t>;
      Kind kind = real ? Kind::real : Kind::integer;
      if constexpr (std::is_same_v<Value, Extreme>) kind = extreme_kind;
      if constexpr (std::is_same_v<Value, Int128>) kind = sums_fit(most_elements) ? Kind::integer : Kind::real;
      fields.push_back({name, kind, !count});
    });
    return fields;
  }
  void finish_each(const void* states, const std::int64_t*, std::int64_t count, std::int64_t most_elements,
                   const std::vector<std::uint64_t*>& out, std::uint8_t* empty) const override {
    const bool fit = sums_fit(most_elements);
    for (std::int64_t i = 0; i < count; ++i) {
      const State s = this->state_at(states, i);
      empty[i] = s.count == 0 && (values_.skip_nan || values_.nan_is_missing || s.nan == 0);
      std::size_t f = 0;
      tell(s, [&](const char*, const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        std::uint64_t& word = out[f++][i];
        if constexpr (std::is_same_v<Value, double>) word = std::bit_cast<std::uint64_t>(value);
        if constexpr (std::is_same_v<Value, std::int64_t>) word = static_cast<std::uint64_t>(value);
        if constexpr (std::is_same_v<Value, Int128>) {
          word = fit ? static_cast<std::uint64_t>(value) : std::bit_cast<std::uint64_t>(static_cast<double>(value));
        }
        if constexpr (std::is_same_v<Value, Extreme>) word = value.word();
      });
    }
  }

 protected:
  Result finish(const State& s) const override {
    Result result{"moments", "", {}};
    tell(s, [&](const char* name, const auto& value) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, Extreme>) {
        result.fields.push_back({name, value.defined ? extreme<T>(value.key) : ResultValue(nan)});
      } else {
        result.fields.push_back({name, value});
      }
    });
    return result;
  }

 private:
  static constexpr bool weighted = WeightedFold<F>;

  static double weight_of(const State& s) {
    if constexpr (weighted) {
      return s.weight;
    } else {
      return static_cast<double>(s.count);
    }
  }

  /// Smallest or largest; NaN for floats where it is not defined.
  struct Extreme {
    bool defined;
    std::int64_t key;

    std::uint64_t word() const {
      if constexpr (std::is_floating_point_v<T>) {
        return std::bit_cast<std::uint64_t>(defined ? float_of_key(key) : nan);
      } else if constexpr (std::is_same_v<T, std::uint64_t>) {
        return defined ? static_cast<std::uint64_t>(key) ^ 0x8000000000000000u : 0;
      } else {
        return defined ? static_cast<std::uint64_t>(key) : 0;
      }
    }
  };

  /// Whether the exact sum of so many integers of this type is an int64.
  static bool sums_fit(std::int64_t elements) {
    return sizeof(T) < 8 && elements < std::int64_t{1} << (63 - 8 * sizeof(T) % 64);
  }

  /// Names and values of the result, in their order.
  template <class Tell>
  void tell(const State& s, const Tell& tell) const {
    const std::int64_t nans = values_.nan_is_missing ? 0 : s.nan;
    const bool poisoned = nans > 0 && !values_.skip_nan;
    const bool defined = s.count > 0 && !poisoned;
    const double n = weight_of(s);
    auto number = [&](double value) { return defined ? value : nan; };

    tell("count", s.count + (values_.skip_nan ? 0 : nans));
    tell("missing", s.missing + (values_.nan_is_missing ? s.nan : 0));
    tell("nan", nans);
    tell("inf", s.inf);
    tell("min", Extreme{defined, s.low});
    tell("max", Extreme{defined, s.high});
    if constexpr (weighted) tell("weight", n);
    if constexpr (std::is_integral_v<T> && !weighted) {
      const Int128 total = static_cast<Int128>(s.sum.high) << 64 | s.sum.low;
      tell("sum", total);
      tell("mean", number(static_cast<double>(total) / n));
    } else {
      tell("sum", poisoned ? nan : s.count > 0 ? s.sum : 0.0);
      // Means that infinities (or an overflow) have spoilt join to inf - inf; the sum still knows which infinity it is.
      tell("mean", number(std::isfinite(s.mean) ? s.mean : s.sum / n));
    }
    const double variance = s.m2 / n;
    tell("variance", number(variance));
    if constexpr (!weighted) tell("sample_variance", s.count > 1 ? number(s.m2 / (n - 1)) : nan);
    tell("std", number(std::sqrt(variance)));
    if constexpr (order > 2) {
      tell("skewness", number(s.m3 / n / (variance * std::sqrt(variance))));
      tell("kurtosis", number(s.m4 / n / (variance * variance) - 3.0));
    }
  }

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
      if (values.weighted && high) return make<T, 4, Weighted4<T>>(3, values);
      if (values.weighted) return make<T, 2, Weighted2<T>>(2, values);
      if (high) return make<T, 4, Order4<T>>(1, values);
      return make<T, 2, Order2<T>>(0, values);
    });
  }

 private:
  template <class T, int order, class F>
  static std::unique_ptr<Fold> make(int variant, const ValueKind& values) {
    return std::make_unique<MomentsFold<T, order, F>>(KernelKey{"moments", variant, values.type}, values);
  }
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
