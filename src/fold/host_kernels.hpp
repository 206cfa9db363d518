// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "fold/decoding.hpp"
#include "fold/host_columns.hpp"
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
void fill_row(HostLeafKernel* leaves, HostColumnKernels* columns) {
  const auto fill = [&](ElementType type, auto* number) {
    using T = std::remove_pointer_t<decltype(number)>;
    if constexpr (!WeightedFold<F<T>>) leaves[static_cast<int>(type)] = leaf_kernel<F<T>>;
    columns[static_cast<int>(type)] = column_kernels<F<T>>();
  };
  fill(ElementType::int8, static_cast<std::int8_t*>(nullptr));
  fill(ElementType::uint8, static_cast<std::uint8_t*>(nullptr));
  fill(ElementType::int16, static_cast<std::int16_t*>(nullptr));
  fill(ElementType::uint16, static_cast<std::uint16_t*>(nullptr));
  fill(ElementType::int32, static_cast<std::int32_t*>(nullptr));
  fill(ElementType::uint32, static_cast<std::uint32_t*>(nullptr));
  fill(ElementType::int64, static_cast<std::int64_t*>(nullptr));
  fill(ElementType::uint64, static_cast<std::uint64_t*>(nullptr));
  fill(ElementType::float32, static_cast<float*>(nullptr));  // float16 is decoded to it
  fill(ElementType::float64, static_cast<double*>(nullptr));
}

template <template <class> class... F>
HostKernelTable host_kernel_table(const char* fold, KernelList<F...>) {
  static HostLeafKernel leaves[sizeof...(F) * element_type_count];
  static HostColumnKernels columns[sizeof...(F) * element_type_count];
  int row = 0;
  ((fill_row<F>(leaves + row, columns + row), row += element_type_count), ...);
  return {fold, static_cast<int>(sizeof...(F)), leaves, columns};
}

}  // namespace scatterfold::SCATTERFOLD_ISA
