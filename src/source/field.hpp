// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/host_device.hpp"
#include "base/math.hpp"
#include "math/random.hpp"

/// Values that are a pure function of (seed, global index): every rank, thread and GPU computes the same bits.
namespace scatterfold {

/// The next smaller float64 of a finite one.
SCATTERFOLD_HD double just_below(double x) {
  const math::Bits bits = math::to_bits(x);
  return x == 0 ? -0x1p-1074 : math::from_bits(x > 0 ? bits - 1 : bits + 1);
}

enum class FieldKind : unsigned char { normal, uniform, ramp, climate };

/// What the elements of a generated dataset are. Trivially copyable, so it travels to kernels as it is.
struct Field {
  static constexpr int most_dimensions = 32;  // as many as HDF5 takes

  FieldKind kind = FieldKind::normal;
  unsigned long long seed = 0;
  /// normal: mean and standard deviation. uniform: bounds [low, high). climate: mean, and the weather's deviation.
  double center = 0, spread = 1;
  int rank = 0;
  long long shape[most_dimensions] = {};

  /// The parts of a climate value that hold for a whole row (one time, one latitude) or a whole column (one longitude).
  /// A filler keeps them; bits are the same, because value() forms them by the same functions.
  struct Row {
    double base, cosine, sine;
  };
  struct Column {
    double cosine, sine;
  };

  SCATTERFOLD_HD long long columns() const { return rank > 0 ? shape[rank - 1] : 1; }

  /// Kelvin, for a grid whose last two dimensions are latitude (from north) and longitude, and whose first, from three
  /// dimensions on, counts days. With one dimension everything lies on 45 degrees north.
  SCATTERFOLD_HD Row climate_row(long long row) const {
    const long long latitudes = rank > 1 ? shape[rank - 2] : 1;
    const double from_north = static_cast<double>(row % latitudes) + 0.5;
    const double latitude = rank > 1 ? 0.5 - from_north / static_cast<double>(latitudes) : 0.25;  // in units of pi
    long long day = 0;
    if (rank > 2) {
      long long rows_a_day = latitudes;
      for (int d = 1; d < rank - 2; ++d) rows_a_day *= shape[d];
      day = row / rows_a_day;
    }
    const double year = math::cos_pi(static_cast<double>(day % 365) / 182.5);
    const double drift = static_cast<double>(day % 20) / 10.0;  // the waves go round in 20 days
    const double zonal =
        22.0 * math::cos_pi(2.0 * latitude) - 10.0 * math::sin_pi(latitude) * year * (rank > 2 ? 1.0 : 0.0);
    const double wave = 4.0 * math::cos_pi(latitude);
    return {center + zonal, wave * math::cos_pi(drift), wave * math::sin_pi(drift)};
  }

  SCATTERFOLD_HD Column climate_column(long long column) const {
    const double turn = static_cast<double>(column) / static_cast<double>(columns());
    return {math::cos_pi(6.0 * turn), math::sin_pi(6.0 * turn)};
  }

  static SCATTERFOLD_HD double smooth_climate(const Row& row, const Column& column) {
    return row.base + (row.cosine * column.cosine + row.sine * column.sine);
  }

  SCATTERFOLD_HD double uniform_value(long long index) const {
    const double x = center + (spread - center) * math::uniform_at(seed, static_cast<math::Bits>(index), 0);
    return x < spread ? x : just_below(spread);  // rounding may reach the open end
  }

  /// The element at a flattened, row-major index.
  SCATTERFOLD_HD double value(long long index) const {
    if (kind == FieldKind::ramp) return static_cast<double>(index);
    if (kind == FieldKind::uniform) return uniform_value(index);
    double smooth = center;
    if (kind == FieldKind::climate) {
      smooth = smooth_climate(climate_row(index / columns()), climate_column(index % columns()));
    }
    return smooth + spread * math::normal_at(seed, static_cast<math::Bits>(index), 0);
  }
};

}  // namespace scatterfold
