// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/lanes.hpp"
#include "fold/geometry.hpp"

namespace scatterfold {

/// The folds of a folder, each a template over the value type; the position is the `variant` of its KernelKey.
template <template <class> class... F>
struct KernelList {};

/// A fold whose result is a table of counts: `slot(params, element, mark)` says which cell an element adds one to.
template <class F>
concept TableFold = requires(const typename F::Params& p, typename F::Element x, const MissingMark& m) {
  F::slot(p, x, m);
};

/// A fold that looks at its leaves itself, in as many sweeps as it likes (moments).
template <class F, class Leaf>
concept SweepingFold = requires(const typename F::Params& p, Leaf& leaf, const MissingMark& m) {
  F::fold(p, leaf, m);
};

/// What a leaf hands back of two accumulators swept together.
template <class Ordered, class Free>
struct SweptBoth {
  Ordered ordered;
  Free free;
};

/// Lets a plain fold (State, identity, accumulate, merge) be swept over a leaf: every lane keeps a state. The lanes are
/// numbers, never packs, so that `accumulate` may branch. Missing elements are left out; a fold that counts them has
/// `skip_missing(params, state)`.
template <class F>
struct PlainFold {
  struct Context {
    const typename F::Params* params;
    MissingMark mark;
  };

  template <class V>
  struct Lane {
    typename F::State state;

    SCATTERFOLD_HD static Lane none(const Context& context) { return {F::identity(*context.params)}; }
    SCATTERFOLD_HD void add(V x, const Context& context) {
      if (context.mark.given && bits_of(x) == static_cast<UnsignedOf<V>>(context.mark.bits)) {
        if constexpr (requires { F::skip_missing(*context.params, state); }) F::skip_missing(*context.params, state);
      } else {
        F::accumulate(*context.params, state, x);
      }
    }
    SCATTERFOLD_HD void merge(const Lane& other, const Context& context) {
      F::merge(*context.params, state, other.state);
    }
  };
};

template <class F, class Leaf>
SCATTERFOLD_HD typename F::State fold_leaf(const typename F::Params& params, Leaf& leaf, const MissingMark& mark) {
  if constexpr (SweepingFold<F, Leaf>) {
    return F::fold(params, leaf, mark);
  } else {
    const typename PlainFold<F>::Context context{&params, mark};
    return leaf.template sweep_numbers<PlainFold<F>::template Lane>(context).state;
  }
}

}  // namespace scatterfold
