// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/values_on_gpu.hpp"

namespace scatterfold::conformance {
namespace {

constexpr int threads = 256;

__device__ std::int64_t thread_number() { return static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x; }

__global__ void field_kernel(Field field, const long long* indices, std::int64_t count, double* values) {
  const std::int64_t i = thread_number();
  if (i < count) values[i] = field.value(indices[i]);
}

__global__ void own_function_kernel(int which, const double* arguments, std::int64_t count, double* values) {
  const std::int64_t i = thread_number();
  if (i < count) values[i] = own_function(which, arguments[i]);
}

unsigned blocks_for(std::int64_t count) { return static_cast<unsigned>((count + threads - 1) / threads); }

}  // namespace

cudaError_t field_values(const Field& field, const long long* indices, std::int64_t count, double* values) {
  field_kernel<<<blocks_for(count), threads>>>(field, indices, count, values);
  return cudaGetLastError();
}

cudaError_t own_function_values(int which, const double* arguments, std::int64_t count, double* values) {
  own_function_kernel<<<blocks_for(count), threads>>>(which, arguments, count, values);
  return cudaGetLastError();
}

}  // namespace scatterfold::conformance
