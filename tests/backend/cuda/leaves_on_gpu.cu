// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/leaves_on_gpu.hpp"

#include "backend/cuda/device_leaf.cuh"
#include "folds/moments/moments.hpp"

namespace scatterfold::conformance {
namespace {

template <class F, int warps>
__global__ void __launch_bounds__(cuda::block_threads)
    leaves_kernel(MissingMark mark, const typename F::Element* values, std::int64_t elements,
                  typename F::State* states) {
  constexpr int threads = 32 * warps;
  const std::int64_t leaf_number =
      static_cast<std::int64_t>(blockIdx.x) * (blockDim.x / threads) + threadIdx.x / threads;
  const std::int64_t first = leaf_number * leaf_elements, left = elements - first;
  if (left <= 0) return;
  int turn = 0;
  cuda::DeviceLeaf<typename F::Element, warps> leaf(left < leaf_elements ? static_cast<int>(left) : leaf_elements,
                                                    turn);
  if (leaf.full()) {
    leaf.load_full(values + first);
  } else {
    leaf.load_some(values + first);
  }
  const typename F::State state = fold_leaf<F>(typename F::Params{}, leaf, mark);
  if (threadIdx.x % threads == 0) states[leaf_number] = state;
}

}  // namespace

template <class F, int warps>
cudaError_t fold_leaves_by(int threads, const MissingMark& mark, const typename F::Element* values,
                           std::int64_t elements, typename F::State* states) {
  const std::int64_t of_a_block = std::int64_t{leaf_elements} * (threads / (32 * warps));
  const auto blocks = static_cast<unsigned>((elements + of_a_block - 1) / of_a_block);
  leaves_kernel<F, warps><<<blocks, threads>>>(mark, values, elements, states);
  return cudaGetLastError();
}

#define SCATTERFOLD_LEAVES(Fold, T, warps)                                                                      \
  template cudaError_t fold_leaves_by<moments::Fold<T>, warps>(int, const MissingMark&, const T*, std::int64_t, \
                                                               moments::Fold<T>::State*)
SCATTERFOLD_LEAVES(Order2, std::int16_t, 1);
SCATTERFOLD_LEAVES(Order2, std::int16_t, 2);
SCATTERFOLD_LEAVES(Order2, float, 1);
SCATTERFOLD_LEAVES(Order2, float, 2);
SCATTERFOLD_LEAVES(Order2, float, 4);
SCATTERFOLD_LEAVES(Order4, float, 2);
SCATTERFOLD_LEAVES(Order4, float, 4);
SCATTERFOLD_LEAVES(Order2, double, 2);
SCATTERFOLD_LEAVES(Order2, double, 4);

}  // namespace scatterfold::conformance
