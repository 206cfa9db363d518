// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
//
// The sum of two fields, as in every first lesson on GPUs. Either may be a number, too (--set y=1).
//
//   scatterfold moments example.h5:/t2m --in y=example.h5:/t2m --kernel inputs/kernels/vector_add.hpp

KERNEL float vector_add(float x, float y) { return x + y; }
