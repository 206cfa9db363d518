// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "fold/column_fold.hpp"
#include "fold/host_leaf.hpp"
#include "fold/kernel_list.hpp"
#include "fold/kernels.hpp"

/// Blocks of neighbouring positions on a CPU, compiled once per instruction set.
namespace scatterfold::SCATTERFOLD_ISA {

/// A fold with columns of its own: as many positions at a time as a pack has lanes.
template <class F, class Running>
struct PackedColumns {
  using T = typename F::Element;
  using V = Pack<T, pack_lanes>;
  using W = Pack<double, pack_lanes>;

  static std::int64_t packs(std::int64_t columns) { return (columns + pack_lanes - 1) / pack_lanes; }

  static std::int64_t running_bytes(std::int64_t columns) {
    return packs(columns) * static_cast<std::int64_t>(sizeof(Running));
  }
  static void start(const void*, std::int64_t columns, void* running) {
    for (std::int64_t p = 0; p < packs(columns); ++p) static_cast<Running*>(running)[p] = Running::none();
  }
  static void block(const void*, const void* values, const double* weights, std::int64_t stride, std::int64_t columns,
                    int rows, const MissingMark& mark, void* running) {
    const T* const x = static_cast<const T*>(values);
    auto* all = static_cast<Running*>(running);
    const std::int64_t whole = columns / pack_lanes;
    for (std::int64_t p = 0; p < whole; ++p) {
      const std::int64_t first = p * pack_lanes;
      fold(all[p], x + first, weights + (weights != nullptr ? first : 0), stride, rows, mark);
    }
    if (const auto rest = static_cast<std::size_t>(columns % pack_lanes); rest > 0) {
      // Lanes of their own, of weight 0, so that nothing behind the end is read.
      T last[column_elements * pack_lanes] = {};
      double last_weights[column_elements * pack_lanes] = {};
      for (int i = 0; i < rows; ++i) {
        const std::int64_t at = i * stride + whole * pack_lanes;
        std::memcpy(last + i * pack_lanes, x + at, rest * sizeof(T));
        if (weights != nullptr) std::memcpy(last_weights + i * pack_lanes, weights + at, rest * sizeof(double));
      }
      fold(all[whole], last, last_weights, pack_lanes, rows, mark);
    }
  }
  static void states(const void*, std::int64_t columns, const void* running, void* states) {
    auto* out = static_cast<typename F::State*>(states);
    const auto* all = static_cast<const Running*>(running);
    for (std::int64_t c = 0; c < columns; ++c) out[c] = all[c / pack_lanes].state(static_cast<int>(c % pack_lanes));
  }

 private:
  static void fold(Running& column, const T* values, [[maybe_unused]] const double* weights, std::int64_t stride,
                   int rows, const MissingMark& mark) {
    const auto row = [=](int i) { return load<V>(values + i * stride); };
    if constexpr (WeightedFold<F>) {
      column.fold(
          row, [=](int i) { return load<W>(weights + i * stride); }, rows, mark);
    } else {
      column.fold(row, rows, mark);
    }
  }
  template <class P>
  static P load(const void* from) {
    P p;
    std::memcpy(&p, from, sizeof p);
    return p;
  }
};

/// Any other: a block is a small leaf.
template <class F>
struct LeafColumns {
  using T = typename F::Element;
  using State = typename F::State;
  using Params = typename F::Params;

  static std::int64_t running_bytes(std::int64_t columns) { return columns * static_cast<std::int64_t>(sizeof(State)); }
  static void start(const void* params, std::int64_t columns, void* running) {
    std::fill_n(static_cast<State*>(running), columns, F::identity(*static_cast<const Params*>(params)));
  }
  static void block(const void* params, const void* values, const double*, std::int64_t stride, std::int64_t columns,
                    int rows, const MissingMark& mark, void* running) {
    const auto& p = *static_cast<const Params*>(params);
    for (std::int64_t c = 0; c < columns; ++c) {
      T column[column_elements];
      for (int i = 0; i < rows; ++i) column[i] = static_cast<const T*>(values)[i * stride + c];
      HostLeaf<T> leaf(column, rows);
      F::merge(p, static_cast<State*>(running)[c], fold_leaf<F>(p, leaf, mark));
    }
  }
  static void states(const void*, std::int64_t columns, const void* running, void* states) {
    std::memcpy(states, running, static_cast<std::size_t>(columns) * sizeof(State));
  }
};

template <class Columns>
HostColumnKernels kernels_of() {
  return {Columns::running_bytes, Columns::start, Columns::block, Columns::states};
}

template <class F>
HostColumnKernels column_kernels() {
  using V = Pack<typename F::Element, pack_lanes>;
  if constexpr (TableFold<F>) {
    return {};
  } else if constexpr (WeightedFold<F>) {
    return kernels_of<PackedColumns<F, typename F::template WeightedColumn<V>>>();
  } else if constexpr (ColumnFold<F>) {
    return kernels_of<PackedColumns<F, typename F::template Column<V>>>();
  } else {
    return kernels_of<LeafColumns<F>>();
  }
}

}  // namespace scatterfold::SCATTERFOLD_ISA
