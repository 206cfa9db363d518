// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <type_traits>

#include "fold/column_fold.hpp"
#include "fold/fold.hpp"

namespace scatterfold {

/// Lends a kernel-side fold F the host's face: sizes, identity and merge. A folder derives from it and adds `finish`.
template <class F>
class StateFold : public Fold {
 public:
  using State = typename F::State;
  static_assert(std::is_trivially_copyable_v<State> && std::is_trivially_copyable_v<typename F::Params>);
  static_assert(sizeof(typename F::Params) <= max_params_bytes);

  StateFold(KernelKey key, typename F::Params params) : key_(std::move(key)), params_(params) {}

  const KernelKey& key() const override { return key_; }
  bool weighted() const override { return WeightedFold<F>; }
  std::int64_t state_bytes() const override { return sizeof(State); }
  void identity(void* state) const override {
    const State fresh = F::identity(params_);
    std::memcpy(state, &fresh, sizeof fresh);
  }
  void merge(void* left, const void* right) const override {
    State a, b;  // copies: states travel in byte buffers without alignment
    std::memcpy(&a, left, sizeof a);
    std::memcpy(&b, right, sizeof b);
    F::merge(params_, a, b);
    std::memcpy(left, &a, sizeof a);
  }
  void merge_each(void* left, const void* right, std::int64_t count) const override {
    auto* a = static_cast<std::byte*>(left);
    const auto* b = static_cast<const std::byte*>(right);
    for (std::int64_t i = 0; i < count; ++i, a += sizeof(State), b += sizeof(State)) {
      State x, y;
      std::memcpy(&x, a, sizeof x);
      std::memcpy(&y, b, sizeof y);
      F::merge(params_, x, y);
      std::memcpy(a, &x, sizeof x);
    }
  }
  void place_params(void* params, const void*) const override { std::memcpy(params, &params_, sizeof params_); }

  Result finish(const void* state, std::span<const std::int64_t>) const override {
    State s;
    std::memcpy(&s, state, sizeof s);
    return finish(s);
  }

  /// What `finish` gives, position by position: numbers and int64. A position is empty where its field `count` is 0.
  std::vector<ArrayField> array_fields(std::int64_t) const override {
    std::vector<ArrayField> fields;
    for (const ResultField& field : finish(F::identity(params_)).fields) {
      const bool real = std::holds_alternative<double>(field.value);
      fields.push_back({field.name, real ? ArrayField::Kind::real : ArrayField::Kind::integer, real});
    }
    return fields;
  }
  void finish_each(const void* states, const std::int64_t*, std::int64_t count, std::int64_t,
                   const std::vector<std::uint64_t*>& out, std::uint8_t* empty) const override {
    for (std::int64_t i = 0; i < count; ++i) {
      const Result result = finish(state_at(states, i));
      empty[i] = 0;
      for (std::size_t f = 0; f < out.size(); ++f) {
        if (const auto* real = std::get_if<double>(&result.fields[f].value)) {
          out[f][i] = __builtin_bit_cast(std::uint64_t, *real);
        } else {
          out[f][i] = static_cast<std::uint64_t>(std::get<std::int64_t>(result.fields[f].value));
          if (result.fields[f].name == "count" && out[f][i] == 0) empty[i] = 1;
        }
      }
    }
  }

 protected:
  virtual Result finish(const State& state) const = 0;

  static State state_at(const void* states, std::int64_t number) {
    State s;
    std::memcpy(&s, static_cast<const std::byte*>(states) + number * static_cast<std::int64_t>(sizeof s), sizeof s);
    return s;
  }

 private:
  KernelKey key_;
  typename F::Params params_;
};

/// Calls `make` with a null pointer to the C++ type of the values; float16 values do not exist (they are float32).
template <class Make>
std::unique_ptr<Fold> for_value_type(ElementType type, const Make& make) {
  switch (type) {
    case ElementType::int8: return make(static_cast<std::int8_t*>(nullptr));
    case ElementType::uint8: return make(static_cast<std::uint8_t*>(nullptr));
    case ElementType::int16: return make(static_cast<std::int16_t*>(nullptr));
    case ElementType::uint16: return make(static_cast<std::uint16_t*>(nullptr));
    case ElementType::int32: return make(static_cast<std::int32_t*>(nullptr));
    case ElementType::uint32: return make(static_cast<std::uint32_t*>(nullptr));
    case ElementType::int64: return make(static_cast<std::int64_t*>(nullptr));
    case ElementType::uint64: return make(static_cast<std::uint64_t*>(nullptr));
    case ElementType::float16: break;
    case ElementType::float32: return make(static_cast<float*>(nullptr));
    case ElementType::float64: return make(static_cast<double*>(nullptr));
  }
  throw std::logic_error("float16 is no value type");
}

}  // namespace scatterfold
