// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// Pi by darts: a dart at the unit square is in the quarter of a circle with probability pi / 4, so the mean is pi. Every
// element throws one; its standard error is std / sqrt(count). The same --seed gives the same bits on any machine.
//
//   scatterfold moments --shape 1e6 --kernel inputs/kernels/pi_darts.hpp --seed 1

KERNEL double pi_darts() {
  const double x = uniform(0), y = uniform(1);
  return x * x + y * y < 1 ? 4 : 0;
}
