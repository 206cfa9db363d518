// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/store_values.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/half.hpp"
#include "base/stored.hpp"

namespace scatterfold {
namespace {

template <class T>
T stored(double value) {
  return Stored<T>::from(value);
}

template <class T>
T stored(std::int64_t value) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(value);
  } else if constexpr (std::is_same_v<T, unsigned long long>) {
    return static_cast<T>(std::max<std::int64_t>(value, 0));
  } else {
    return static_cast<T>(
        std::clamp<std::int64_t>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  }
}

template <class T>
T stored(std::uint64_t value) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(value);
  } else {
    return static_cast<T>(std::min<std::uint64_t>(value, std::numeric_limits<T>::max()));
  }
}

template <class T, class Value>
void store_as(const Value* values, std::int64_t count, void* out) {
  T* const __restrict to = static_cast<T*>(out);
  for (std::int64_t i = 0; i < count; ++i) to[i] = stored<T>(values[i]);
}

/// An integer that no float64 holds is past float16's greatest anyway: two roundings are one.
template <class Value>
void store_halves(const Value* values, std::int64_t count, void* out) {
  unsigned short* const __restrict to = static_cast<unsigned short*>(out);
  for (std::int64_t i = 0; i < count; ++i) to[i] = to_half_bits(static_cast<double>(values[i]));
}

template <class Value>
void store(const Value* values, std::int64_t count, ElementType type, void* out) {
  switch (type) {
    case ElementType::int8: store_as<signed char>(values, count, out); break;
    case ElementType::uint8: store_as<unsigned char>(values, count, out); break;
    case ElementType::int16: store_as<short>(values, count, out); break;
    case ElementType::uint16: store_as<unsigned short>(values, count, out); break;
    case ElementType::int32: store_as<int>(values, count, out); break;
    case ElementType::uint32: store_as<unsigned>(values, count, out); break;
    case ElementType::int64: store_as<long long>(values, count, out); break;
    case ElementType::uint64: store_as<unsigned long long>(values, count, out); break;
    case ElementType::float16: store_halves(values, count, out); break;
    case ElementType::float32: store_as<float>(values, count, out); break;
    case ElementType::float64: store_as<double>(values, count, out); break;
  }
}

/// From this magnitude on a finite value becomes infinity in float16 and float32: a tie rounds away from the odd
/// greatest number.
double overflow_of(ElementType type) { return type == ElementType::float16 ? 65520 : 0x1.ffffffp127; }

/// All of a block are looked at without a branch; only where one overflows, one after the other.
template <class Value>
std::int64_t first_past(const Value* values, std::int64_t count, ElementType type, const std::uint8_t* skipped) {
  if (type != ElementType::float16 && type != ElementType::float32) return -1;
  const double overflow = overflow_of(type), infinity = std::numeric_limits<double>::infinity();
  const auto overflows = [=](Value value) {
    const double size = std::fabs(static_cast<double>(value));
    return (size >= overflow) & (size < infinity);
  };
  constexpr std::int64_t block = 1024;
  for (std::int64_t begin = 0; begin < count; begin += block) {
    const std::int64_t end = std::min(count, begin + block);
    unsigned bad = 0;
    for (std::int64_t i = begin; i < end; ++i) bad |= static_cast<unsigned>(overflows(values[i]));
    if (bad == 0) continue;
    for (std::int64_t i = begin; i < end; ++i) {
      if (overflows(values[i]) && (skipped == nullptr || skipped[i] == 0)) return i;
    }
  }
  return -1;
}

}  // namespace

std::int64_t first_overflow(const double* values, std::int64_t count, ElementType type, const std::uint8_t* skipped) {
  return first_past(values, count, type, skipped);
}
std::int64_t first_overflow(const std::int64_t* values, std::int64_t count, ElementType type,
                            const std::uint8_t* skipped) {
  return first_past(values, count, type, skipped);
}
std::int64_t first_overflow(const std::uint64_t* values, std::int64_t count, ElementType type,
                            const std::uint8_t* skipped) {
  return first_past(values, count, type, skipped);
}

void store_values(const double* values, std::int64_t count, ElementType type, void* out) {
  store(values, count, type, out);
}

void store_values(const std::int64_t* values, std::int64_t count, ElementType type, void* out) {
  store(values, count, type, out);
}

void store_values(const std::uint64_t* values, std::int64_t count, ElementType type, void* out) {
  store(values, count, type, out);
}

}  // namespace scatterfold
