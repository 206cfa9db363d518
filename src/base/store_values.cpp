// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/store_values.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

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

/// What is below `end` and not below `begin` can be stored in these integers.
struct Range {
  double begin, end;
};

/// Of values that are rounded to nearest, ties to even: the odd greatest integer and a half is past the end.
Range range_of(ElementType type) {
  const auto bits = static_cast<int>(8 * size_of(type));
  const double half = bits == 64 ? 0 : 0.5;  // float64 has none there
  if (is_unsigned(type)) return {-0.5, std::ldexp(1, bits) - half};
  return {-std::ldexp(1, bits - 1) - half, std::ldexp(1, bits - 1) - half};
}

template <class Integer>
bool can_store(Integer value, ElementType type) {
  switch (type) {
    case ElementType::int8: return std::in_range<std::int8_t>(value);
    case ElementType::uint8: return std::in_range<std::uint8_t>(value);
    case ElementType::int16: return std::in_range<std::int16_t>(value);
    case ElementType::uint16: return std::in_range<std::uint16_t>(value);
    case ElementType::int32: return std::in_range<std::int32_t>(value);
    case ElementType::uint32: return std::in_range<std::uint32_t>(value);
    case ElementType::int64: return std::in_range<std::int64_t>(value);
    case ElementType::uint64: return std::in_range<std::uint64_t>(value);
    case ElementType::float16: return std::cmp_less(value, 65520) && std::cmp_greater(value, -65520);
    case ElementType::float32:
    case ElementType::float64: break;
  }
  return true;
}

/// All of a block are looked at without a branch; only where one does not fit, one after the other.
template <class Value, class Fits>
std::int64_t first_that_does_not(const Value* values, std::int64_t count, const std::uint8_t* skipped, Fits&& fits) {
  constexpr std::int64_t block = 1024;
  for (std::int64_t begin = 0; begin < count; begin += block) {
    const std::int64_t end = std::min(count, begin + block);
    unsigned bad = 0;
    for (std::int64_t i = begin; i < end; ++i) bad |= static_cast<unsigned>(!fits(values[i]));
    if (bad == 0) continue;
    for (std::int64_t i = begin; i < end; ++i) {
      if (!fits(values[i]) && (skipped == nullptr || skipped[i] == 0)) return i;
    }
  }
  return -1;
}

template <class Integer>
std::int64_t first_unstorable_integer(const Integer* values, std::int64_t count, ElementType type,
                                      const std::uint8_t* skipped) {
  return first_that_does_not(values, count, skipped, [type](Integer value) { return can_store(value, type); });
}

}  // namespace

std::int64_t first_unstorable(const double* values, std::int64_t count, ElementType type, const std::uint8_t* skipped) {
  if (type == ElementType::float64) return -1;
  if (is_float(type)) {
    const double overflow = overflow_of(type), infinity = std::numeric_limits<double>::infinity();
    return first_that_does_not(values, count, skipped, [=](double value) {
      return !((std::fabs(value) >= overflow) & (std::fabs(value) < infinity));
    });
  }
  const auto [begin, end] = range_of(type);
  return first_that_does_not(values, count, skipped,
                             [begin = begin, end = end](double value) { return (value >= begin) & (value < end); });
}

std::int64_t first_unstorable(const std::int64_t* values, std::int64_t count, ElementType type,
                              const std::uint8_t* skipped) {
  return first_unstorable_integer(values, count, type, skipped);
}

std::int64_t first_unstorable(const std::uint64_t* values, std::int64_t count, ElementType type,
                              const std::uint8_t* skipped) {
  return first_unstorable_integer(values, count, type, skipped);
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
