// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// Numbers below LOW and above HIGH are drawn to these; what is NaN stays so.
//
//   scatterfold moments example.h5:/t2m --kernel inputs/kernels/clip.hpp --set low=250 --set high=300

KERNEL float clip(float x, float low, float high) {
  if (x < low) return low;
  if (x > high) return high;
  return x;
}
