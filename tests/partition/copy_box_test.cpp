// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/copy_box.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace scatterfold {
namespace {

using Lengths = std::vector<std::int64_t>;

/// Strides of an array whose dimensions lie in `order` in memory, the last one innermost.
Lengths strides_in(const Lengths& count, const Lengths& order) {
  Lengths strides(count.size());
  std::int64_t next = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    const auto d = static_cast<std::size_t>(order[i]);
    strides[d] = next;
    next *= count[d];
  }
  return strides;
}

template <class Word>
void expect_copied(const Lengths& count, const Lengths& from_stride, const Lengths& to_stride) {
  const std::int64_t elements = std::accumulate(count.begin(), count.end(), std::int64_t{1}, std::multiplies<>());
  const auto reach = [&](const Lengths& stride) {
    std::int64_t last = 0;
    for (std::size_t d = 0; d < count.size(); ++d) last += std::max<std::int64_t>(0, count[d] - 1) * stride[d];
    return static_cast<std::size_t>(last) + 1;
  };
  std::vector<Word> from(reach(from_stride)), to(reach(to_stride), Word{77}), expected = to;
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<Word>(i * 2654435761u);
  for (std::int64_t i = 0; i < elements; ++i) {
    std::int64_t rest = i, source = 0, target = 0;
    for (std::size_t d = count.size(); d-- > 0;) {
      source += rest % count[d] * from_stride[d];
      target += rest % count[d] * to_stride[d];
      rest /= count[d];
    }
    expected[static_cast<std::size_t>(target)] = from[static_cast<std::size_t>(source)];
  }
  copy_box(count, reinterpret_cast<const std::byte*>(from.data()), from_stride, reinterpret_cast<std::byte*>(to.data()),
           to_stride, sizeof(Word));
  EXPECT_EQ(to, expected) << count.size() << " dimensions of words of " << sizeof(Word);
}

void expect_copied_in_every_size(const Lengths& count, const Lengths& from_stride, const Lengths& to_stride) {
  expect_copied<std::uint8_t>(count, from_stride, to_stride);
  expect_copied<std::uint16_t>(count, from_stride, to_stride);
  expect_copied<std::uint32_t>(count, from_stride, to_stride);
  expect_copied<std::uint64_t>(count, from_stride, to_stride);
}

TEST(CopyBox, from_every_order_of_dimensions_to_every_other) {
  const std::vector<Lengths> counts = {{3, 4, 5}, {1, 40, 33}, {70, 1, 3}, {2, 65, 1}, {0, 3, 2}, {5, 1, 1}, {1, 1, 1}};
  for (const Lengths& count : counts) {
    Lengths from = {0, 1, 2};
    do {
      Lengths to = {0, 1, 2};
      do {
        expect_copied_in_every_size(count, strides_in(count, from), strides_in(count, to));
      } while (std::next_permutation(to.begin(), to.end()));
    } while (std::next_permutation(from.begin(), from.end()));
  }
}

TEST(CopyBox, where_neither_side_is_dense) {
  expect_copied_in_every_size({4, 3}, {20, 3}, {2, 9});
  expect_copied_in_every_size({2, 3, 4, 2, 3}, {300, 90, 20, 7, 2}, strides_in({2, 3, 4, 2, 3}, {4, 2, 0, 1, 3}));
  expect_copied_in_every_size({35, 34}, {70, 2}, {1, 40});
  expect_copied_in_every_size({}, {}, {});
}

TEST(CopyBox, takes_the_same_element_again_where_a_stride_is_0) {
  for (const Lengths& from :
       {Lengths{0, 0, 0}, Lengths{0, 5, 1}, Lengths{5, 0, 1}, Lengths{4, 1, 0}, Lengths{0, 1, 0}, Lengths{1, 0, 3}}) {
    expect_copied_in_every_size({3, 4, 5}, from, {20, 5, 1});
    expect_copied_in_every_size({3, 4, 5}, from, {1, 3, 12});
  }
}

TEST(CopyBox, dense_strides_are_row_major) {
  EXPECT_EQ(dense_strides({3, 4, 5}), Lengths({20, 5, 1}));
  EXPECT_EQ(dense_strides({}), Lengths({}));
}

}  // namespace
}  // namespace scatterfold
