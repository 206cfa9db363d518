// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// The density of the normal distribution.
//
//   scatterfold moments example.h5:/t2m --kernel inputs/kernels/gaussian.hpp --set mean=288 --set width=15

constexpr double root_of_two_pi = 2.5066282746310002;

KERNEL double gaussian(double x, double mean, double width) {
  const double z = (x - mean) / width;
  return exp(-0.5 * z * z) / (width * root_of_two_pi);
}
