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
template <class F, bool = ColumnFold<F>>
struct HostColumns {
  using T = typename F::Element;
  using V = Pack<T, pack_lanes>;
  using Running = typename F::template Column<V>;

  static std::int64_t packs(std::int64_t columns) { return (columns + pack_lanes - 1) / pack_lanes; }

  static std::int64_t running_bytes(std::int64_t columns) {
    return packs(columns) * static_cast<std::int64_t>(sizeof(Running));
  }
  static void start(const void*, std::int64_t columns, void* running) {
    for (std::int64_t p = 0; p < packs(columns); ++p) static_cast<Running*>(running)[p] = Running::none();
  }
  static void block(const void*, const void* values, std::int64_t stride, std::int64_t columns, int rows,
                    const MissingMark& mark, void* running) {
    const T* const x = static_cast<const T*>(values);
    auto* all = static_cast<Running*>(running);
    const std::int64_t whole = columns / pack_lanes;
    for (std::int64_t p = 0; p < whole; ++p) {
      const T* const first = x + p * pack_lanes;
      all[p].fold([first, stride](int i) { return load(first + i * stride); }, rows, mark);
    }
    if (const auto rest = static_cast<std::size_t>(columns % pack_lanes); rest > 0) {
      T last[column_elements][pack_lanes] = {};  // lanes of their own, so that nothing behind the end is read
      for (int i = 0; i < rows; ++i) std::memcpy(last[i], x + i * stride + whole * pack_lanes, rest * sizeof(T));
      all[whole].fold([&last](int i) { return load(last[i]); }, rows, mark);
    }
  }
  static void states(const void*, std::int64_t columns, const void* running, void* states) {
    auto* out = static_cast<typename F::State*>(states);
    const auto* all = static_cast<const Running*>(running);
    for (std::int64_t c = 0; c < columns; ++c) out[c] = all[c / pack_lanes].state(static_cast<int>(c % pack_lanes));
  }

 private:
  static V load(const T* from) {
    V v;
    std::memcpy(&v, from, sizeof v);
    return v;
  }
};

/// Any other: a block is a small leaf.
template <class F>
struct HostColumns<F, false> {
  using T = typename F::Element;
  using State = typename F::State;
  using Params = typename F::Params;

  static std::int64_t running_bytes(std::int64_t columns) { return columns * static_cast<std::int64_t>(sizeof(State)); }
  static void start(const void* params, std::int64_t columns, void* running) {
    std::fill_n(static_cast<State*>(running), columns, F::identity(*static_cast<const Params*>(params)));
  }
  static void block(const void* params, const void* values, std::int64_t stride, std::int64_t columns, int rows,
                    const MissingMark& mark, void* running) {
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

template <class F>
HostColumnKernels column_kernels() {
  if constexpr (TableFold<F>) {
    return {};
  } else {
    using Columns = HostColumns<F>;
    return {Columns::running_bytes, Columns::start, Columns::block, Columns::states};
  }
}

}  // namespace scatterfold::SCATTERFOLD_ISA
