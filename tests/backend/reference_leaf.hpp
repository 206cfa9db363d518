// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <vector>

#include "fold/geometry.hpp"
#include "fold/kernel_list.hpp"

namespace scatterfold {

/// A leaf folded exactly as docs/numerics.md words it: one number at a time, one lane at a time. What every instruction
/// set and the GPU are held against.
template <class T>
class ReferenceLeaf {
 public:
  ReferenceLeaf(const T* values, int count) : values_(values), count_(count) {}

  bool full() const { return count_ == leaf_elements; }
  T first() const { return values_[0]; }

  template <template <class> class Accumulator, class Context>
  Accumulator<T> sweep(const Context& context) const {
    return join<Accumulator<T>>([] { return Accumulator<T>::none(); },
                                [&](Accumulator<T>& lane, T x) { lane.add(x, context); },
                                [](Accumulator<T>& left, const Accumulator<T>& right) { left.merge(right); });
  }
  template <template <class> class Accumulator, class Context>
  Accumulator<T> sweep_where(const Context& context) const {
    return join<Accumulator<T>>([] { return Accumulator<T>::none(); },
                                [&](Accumulator<T>& lane, T x) { lane.add_where(true, x, context); },
                                [](Accumulator<T>& left, const Accumulator<T>& right) { left.merge(right); });
  }
  template <template <class> class Accumulator, class Context>
  Accumulator<T> sweep_free(const Context& context) const {
    return sweep<Accumulator>(context);
  }
  template <template <class> class Accumulator, class Context>
  Accumulator<T> sweep_free_where(const Context& context) const {
    return sweep_where<Accumulator>(context);
  }
  template <template <class> class Ordered, template <class> class Free, class Context>
  SweptBoth<Ordered<T>, Free<T>> sweep_with_free(const Context& context) const {
    return {sweep<Ordered>(context), sweep<Free>(context)};
  }
  template <template <class> class Ordered, template <class> class Free, class Context>
  SweptBoth<Ordered<T>, Free<T>> sweep_where_with_free(const Context& context) const {
    return {sweep_where<Ordered>(context), sweep_where<Free>(context)};
  }
  template <template <class> class Lane, class Context>
  Lane<T> sweep_numbers(const Context& context) const {
    return join<Lane<T>>([&] { return Lane<T>::none(context); }, [&](Lane<T>& lane, T x) { lane.add(x, context); },
                         [&](Lane<T>& left, const Lane<T>& right) { left.merge(right, context); });
  }

 private:
  template <class A, class None, class Add, class Merge>
  A join(const None& none, const Add& add, const Merge& merge) const {
    std::vector<A> strips;
    for (int s = 0; s < leaf_strips; ++s) {
      std::vector<A> lane(lanes, none());
      for (int i = s * strip_elements; i < (s + 1) * strip_elements && i < count_; ++i)
        add(lane[i % lanes], values_[i]);
      for (int half = lanes / 2; half > 0; half /= 2) {
        for (int l = 0; l < half; ++l) merge(lane[l], lane[l + half]);
      }
      strips.push_back(lane[0]);
    }
    while (strips.size() > 1) {
      for (std::size_t i = 0; i < strips.size() / 2; ++i) {
        strips[i] = strips[2 * i];
        merge(strips[i], strips[2 * i + 1]);
      }
      strips.resize(strips.size() / 2);
    }
    return strips[0];
  }

  const T* values_;
  int count_;
};

}  // namespace scatterfold
