// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <type_traits>

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
  void place_params(void* params, const void*) const override { std::memcpy(params, &params_, sizeof params_); }

  Result finish(const void* state, std::span<const std::int64_t>) const override {
    State s;
    std::memcpy(&s, state, sizeof s);
    return finish(s);
  }

 protected:
  virtual Result finish(const State& state) const = 0;

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
