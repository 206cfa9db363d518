// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// An integral in ten dimensions: of (x1 + ... + x10)^2 over the unit cube. It is 155/6 = 25.8333...; the mean of the
// integrand at random points comes near, with the standard error std / sqrt(count).
//
//   scatterfold moments --shape 1e6 --kernel inputs/kernels/integral.hpp --seed 1

constexpr int number_of_dimensions = 10;

KERNEL double integral() {
  double sum = 0;
  for (int d = 0; d < number_of_dimensions; ++d) sum += uniform(d);
  return sum * sum;
}
