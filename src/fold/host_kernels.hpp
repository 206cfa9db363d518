// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <cstring>

#include "fold/decoding.hpp"
#include "fold/host_leaf.hpp"
#include "fold/kernel_list.hpp"
#include "fold/kernels.hpp"

/// Builds the table of leaf kernels of a folder; included by generated sources, once per folder and instruction set.
namespace scatterfold::SCATTERFOLD_ISA {

/// Adds the elements to their cells. Where the fold can guess cells it does so for many elements at once.
template <class F>
void count_leaf(const typename F::Params& params, const typename F::Element* x, std::int64_t count,
                const MissingMark& mark, std::int64_t* cells) {
  using T = typename F::Element;
  using V = Pack<T, pack_lanes>;
  std::int64_t i = 0;
  if constexpr (requires(V v) { F::guess(params, v); }) {
    std::int32_t guesses[strip_elements];
    for (; i + strip_elements <= count; i += strip_elements) {
      for (int g = 0; g < strip_elements; g += pack_lanes) {
        V v;
        std::memcpy(&v, x + i + g, sizeof v);
        const Rebind<V, std::int32_t> guess = F::guess(params, v);
        std::memcpy(guesses + g, &guess, sizeof guess);
      }
      for (int g = 0; g < strip_elements; ++g) ++cells[F::slot(params, x[i + g], mark, guesses[g])];
    }
  }
  for (; i < count; ++i) ++cells[F::slot(params, x[i], mark)];
}

template <class F>
void leaf_kernel(const void* params, const void* values, std::int64_t count, const MissingMark& mark,
                 void* accumulator) {
  using T = typename F::Element;
  const auto& p = *static_cast<const typename F::Params*>(params);
  const T* x = static_cast<const T*>(values);
  if constexpr (TableFold<F>) {
    count_leaf<F>(p, x, count, mark, static_cast<std::int64_t*>(accumulator));
  } else {
    HostLeaf<T> leaf(x, static_cast<int>(count));
    *static_cast<typename F::State*>(accumulator) = fold_leaf<F>(p, leaf, mark);
  }
}

template <template <class> class F>
void fill_row(HostLeafKernel* row) {
  const HostLeafKernel kernels[element_type_count] = {
      leaf_kernel<F<std::int8_t>>,   leaf_kernel<F<std::uint8_t>>,  leaf_kernel<F<std::int16_t>>,
      leaf_kernel<F<std::uint16_t>>, leaf_kernel<F<std::int32_t>>,  leaf_kernel<F<std::uint32_t>>,
      leaf_kernel<F<std::int64_t>>,  leaf_kernel<F<std::uint64_t>>, nullptr /* float16 is decoded to float32 */,
      leaf_kernel<F<float>>,         leaf_kernel<F<double>>};
  for (int i = 0; i < element_type_count; ++i) row[i] = kernels[i];
}

template <template <class> class... F>
HostKernelTable host_kernel_table(const char* fold, KernelList<F...>) {
  static HostLeafKernel kernels[sizeof...(F) * element_type_count];
  HostLeafKernel* row = kernels;
  ((fill_row<F>(row), row += element_type_count), ...);
  return {fold, static_cast<int>(sizeof...(F)), kernels};
}

}  // namespace scatterfold::SCATTERFOLD_ISA
