// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// a * x + y, the "saxpy" of BLAS, rounded twice.
//
//   scatterfold moments example.h5:/t2m --in y=example.h5:/t2m --kernel inputs/kernels/saxpy.hpp --set a=2

KERNEL float saxpy(float a, float x, float y) { return a * x + y; }
