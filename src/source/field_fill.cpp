// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/field_fill.hpp"

#include <algorithm>

#include "base/store_values.hpp"
#include "source/byte_order.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#define SCATTERFOLD_X86_VERSIONS 1
#include <emmintrin.h>
#endif

namespace scatterfold {
namespace {

constexpr std::int64_t block = 1024;            // values between the two stages: 8 KiB, stays in L1
constexpr std::int64_t kept_columns = 1 << 15;  // 512 KiB of cosines and sines, half of a common L2

/// What one call computes: `count` values from `begin`, at most a block; of one row where there are columns.
struct Piece {
  const Field& field;
  std::int64_t begin, count;
  Field::Row row;
  const Field::Column* columns;
  double* out;
};

/// Roots of numbers that are not negative. The intrinsic, because the compiler keeps a branch beside every sqrt() for
/// errno; wider registers would gain nothing, the divider is the limit.
SCATTERFOLD_HD void take_roots(double* values, long long count) {
  long long i = 0;
#ifdef SCATTERFOLD_X86_VERSIONS
  for (; i + 2 <= count; i += 2) _mm_storeu_pd(values + i, _mm_sqrt_pd(_mm_loadu_pd(values + i)));
#endif
  for (; i < count; ++i) values[i] = math::sqrt_in_range(values[i]);
}

// One source for every instruction set: inlined into the functions below, which differ only in what they may use.
SCATTERFOLD_HD void compute(const Piece& piece) {
  const Field field = piece.field;
  const Field::Row row = piece.row;
  const Field::Column* const columns = piece.columns;
  const long long begin = piece.begin;
  const long long count = piece.count;
  double* const __restrict out = piece.out;
  if (field.kind == FieldKind::ramp) {
    for (long long i = 0; i < count; ++i) out[i] = static_cast<double>(begin + i);
    return;
  }
  if (field.kind == FieldKind::uniform) {
    for (long long i = 0; i < count; ++i) out[i] = field.uniform_value(begin + i);
    return;
  }
  alignas(64) double cosines[block];
  for (long long i = 0; i < count; ++i) {
    const math::NormalParts parts = math::normal_parts_at(field.seed, static_cast<math::Bits>(begin + i), 0);
    out[i] = parts.radius_square;
    cosines[i] = parts.cosine;
  }
  take_roots(out, count);
  if (field.kind == FieldKind::normal) {
    for (long long i = 0; i < count; ++i) out[i] = field.center + field.spread * (out[i] * cosines[i]);
  } else {
    for (long long i = 0; i < count; ++i) {
      out[i] = Field::smooth_climate(row, columns[i]) + field.spread * (out[i] * cosines[i]);
    }
  }
}

void compute_baseline(const Piece& piece) { compute(piece); }
#ifdef SCATTERFOLD_X86_VERSIONS
// No "fma" in these lists: contraction is off anyway, and what is not allowed cannot slip in.
__attribute__((target("avx2"))) void compute_avx2(const Piece& piece) { compute(piece); }
__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl"))) void compute_avx512(const Piece& piece) {
  compute(piece);
}
#endif

using Compute = void (*)(const Piece&);

Compute best_compute() {
#ifdef SCATTERFOLD_X86_VERSIONS
  if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return compute_avx512;
  }
  if (__builtin_cpu_supports("avx2")) return compute_avx2;
#endif
  return compute_baseline;
}

}  // namespace

const Field::Column* FieldFiller::columns_from(std::int64_t column, std::int64_t count) {
  if (field_.columns() <= kept_columns) {
    if (columns_.empty()) {
      columns_.resize(static_cast<std::size_t>(field_.columns()));
      for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i] = field_.climate_column(static_cast<long long>(i));
    }
    return columns_.data() + column;
  }
  columns_.resize(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) columns_[static_cast<std::size_t>(i)] = field_.climate_column(column + i);
  return columns_.data();
}

void FieldFiller::fill_values(std::int64_t begin, std::int64_t count, double* out) {
  static const Compute best = best_compute();
  if (field_.kind != FieldKind::climate) {
    best({field_, begin, count, {}, nullptr, out});
    return;
  }
  for (std::int64_t done = 0; done < count;) {
    const std::int64_t row = (begin + done) / field_.columns();
    const std::int64_t column = (begin + done) % field_.columns();
    const std::int64_t length = std::min<std::int64_t>(count - done, field_.columns() - column);
    if (row != row_number_) {
      row_ = field_.climate_row(row);
      row_number_ = row;
    }
    best({field_, begin + done, length, row_, columns_from(column, length), out + done});
    done += length;
  }
}

void FieldFiller::fill(std::int64_t begin, std::int64_t count, void* out) {
  alignas(64) double values[block];
  auto* bytes = static_cast<unsigned char*>(out);
  for (std::int64_t done = 0; done < count; done += block) {
    const std::int64_t length = std::min(block, count - done);
    fill_values(begin + done, length, values);
    auto* const stored = bytes + done * size_of(type_);
    store_values(values, length, type_, stored);
    if (boolean_) std::transform(stored, stored + length, stored, [](unsigned char b) { return b > 0 ? 1 : 0; });
    if (swapped_) swap_bytes(stored, length, size_of(type_));
  }
}

}  // namespace scatterfold
