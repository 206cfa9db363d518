// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "user/device_call.hpp"
#include "user/user_side.hpp"

/// The GPU's loop around a user's function.
#ifdef __CUDACC__
namespace scatterfold::user {

/// Its name, as the compiler gives it, says what the values are.
template <int type>
__device__ char type_mark;

/// As map_with for angles of any size, each thread some of them.
template <class Value, class ValueOf, class LeftOut>
__device__ __forceinline__ void map_run(const DeviceCall& call, const ValueOf& value_of, const LeftOut& is_left_out) {
  const DeviceRun run = call.runs[blockIdx.x];
  const int stride = static_cast<int>(gridDim.y * blockDim.x);
#pragma unroll 1  // else the compiler divides, and divisions are looked for in what it made
  for (int k = static_cast<int>(blockIdx.y * blockDim.x + threadIdx.x); k < run.count; k += stride) {
    const long long i = run.first + k;
    UserCall one = {};
    one.count = 1;
    one.missing = call.missing;
    one.values = static_cast<typename FoldedAs<Value>::type*>(call.values) + i;
    Angles any = {true};
    const long long refused = map_with<Value>(
        any, one, [&](long long, Angles& angles) { return value_of(i, angles); },
        [&](long long, Angles& angles) { return is_left_out(i, angles); });
    if (refused > 0) atomicMin(call.refused, static_cast<unsigned long long>(i));
  }
}

}  // namespace scatterfold::user
#endif
