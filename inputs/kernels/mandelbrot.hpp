// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// The Mandelbrot set: after how many steps z = z * z + c leaves the circle of radius 2, and `most` where it does not. c is
// the element's place in a grid of two dimensions, from -2 - 1.25i to 0.5 + 1.25i.
//
//   scatterfold moments --shape 500,500 --kernel inputs/kernels/mandelbrot.hpp --set most=1000

KERNEL int mandelbrot(int most) {
  const double re = -2 + 2.5 * coordinate(-1) / extent(-1);
  const double im = -1.25 + 2.5 * coordinate(-2) / extent(-2);
  double x = 0, y = 0;
  for (int step = 0; step < most; ++step) {
    const double xx = x * x, yy = y * y;
    if (xx + yy > 4) return step;
    y = 2 * x * y + im;
    x = xx - yy + re;
  }
  return most;
}
