// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// The sum of two fields, as in every first lesson on GPUs. Of one dataset, with a number for the other:
//
//   scatterfold moments example.h5:/t2m --kernel inputs/kernels/vector_add.hpp --set y=1

KERNEL float vector_add(float x, float y) { return x + y; }
