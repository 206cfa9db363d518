// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <Random123/philox.h>

#include "base/host_device.hpp"
#include "base/math.hpp"

/// Values that are a pure function of (seed, global index): every rank, thread and GPU computes the same bits.
namespace scatterfold {

/// 128 random bits of (seed, index, draw): Philox4x32-10, Salmon et al., SC 2011, doi:10.1145/2063384.2063405.
struct RandomBits {
  unsigned long long first, second;
};

SCATTERFOLD_HD RandomBits random_bits(unsigned long long seed, unsigned long long index, unsigned draw) {
  const philox4x32_ctr_t counter = {{static_cast<unsigned>(index), static_cast<unsigned>(index >> 32), draw, 0u}};
  const philox4x32_key_t key = {{static_cast<unsigned>(seed), static_cast<unsigned>(seed >> 32)}};
  const philox4x32_ctr_t out = philox4x32_R(10, counter, key);
  return {out.v[0] | static_cast<unsigned long long>(out.v[1]) << 32,
          out.v[2] | static_cast<unsigned long long>(out.v[3]) << 32};
}

/// In [0, 1) with 53 bits; never 1.0.
SCATTERFOLD_HD double uniform_at(unsigned long long seed, unsigned long long index) {
  return math::bits53_to_double(random_bits(seed, index, 0).first >> 11) * 0x1p-53;
}

/// The two factors of a normal value: sqrt(radius_square) * cosine. Apart, so that loops can take the roots by
/// themselves (compilers keep a branch beside each for errno).
struct NormalParts {
  double radius_square, cosine;
};

SCATTERFOLD_HD NormalParts normal_parts_at(unsigned long long seed, unsigned long long index) {
  const RandomBits bits = random_bits(seed, index, 0);
  const double radius = math::bits53_to_double((bits.first >> 11) + 1) * 0x1p-53;  // (0, 1]: the logarithm exists
  const double angle = math::bits53_to_double(bits.second >> 11) * 0x1p-52;        // [0, 2), in units of pi
  return {-2.0 * math::log_in_range(radius), math::sin_pi_in_range(angle, 1)};
}

/// Of mean 0 and standard deviation 1, at most 8.58 from 0: the cosine branch of Box and Muller (1958), one draw each.
SCATTERFOLD_HD double normal_at(unsigned long long seed, unsigned long long index) {
  const NormalParts parts = normal_parts_at(seed, index);
  return math::sqrt_in_range(parts.radius_square) * parts.cosine;
}

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
    const double x = center + (spread - center) * uniform_at(seed, static_cast<unsigned long long>(index));
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
    return smooth + spread * normal_at(seed, static_cast<unsigned long long>(index));
  }
};

}  // namespace scatterfold
