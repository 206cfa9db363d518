// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// A Julia set: after how many steps z = z * z + c leaves the circle of radius 2, with z from the element's place in a grid of
// two dimensions and one c for all.
//
//   scatterfold histogram --shape 500,500 --kernel inputs/kernels/julia.hpp --set re=-0.8 --set im=0.156 --set most=200

struct Complex {
  double re, im;

  Complex squared() const { return {re * re - im * im, 2 * re * im}; }
  double norm() const { return re * re + im * im; }
};

KERNEL int julia(double re, double im, int most) {
  Complex z = {-1.5 + 3.0 * coordinate(-1) / extent(-1), -1.5 + 3.0 * coordinate(-2) / extent(-2)};
  for (int step = 0; step < most; ++step) {
    if (z.norm() > 4) return step;
    z = z.squared();
    z = {z.re + re, z.im + im};
  }
  return most;
}
