// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/copy_box.hpp"

#include <algorithm>
#include <cstring>

namespace scatterfold {
namespace {

struct Axis {
  std::int64_t count, from, to;  ///< how many, and how far apart on either side
};

/// The axes with more than one index; neighbours that go on evenly on both sides become one.
std::vector<Axis> joined_axes(const std::vector<std::int64_t>& count, const std::vector<std::int64_t>& from,
                              const std::vector<std::int64_t>& to) {
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < count.size(); ++d) {
    if (count[d] == 1) continue;
    const Axis next{count[d], from[d], to[d]};
    if (!axes.empty() && axes.back().from == next.from * next.count && axes.back().to == next.to * next.count) {
      axes.back() = {axes.back().count * next.count, next.from, next.to};
    } else {
      axes.push_back(next);
    }
  }
  return axes;
}

/// Rows of `a` by columns of `b`.
template <class Word>
void copy_plane(const Axis& a, const Axis& b, const std::byte* from_bytes, std::byte* to_bytes) {
  constexpr std::int64_t tile = 32;
  const auto* from = reinterpret_cast<const Word*>(from_bytes);
  auto* to = reinterpret_cast<Word*>(to_bytes);
  for (std::int64_t i0 = 0; i0 < a.count; i0 += tile) {
    const std::int64_t i1 = std::min(a.count, i0 + tile);
    for (std::int64_t j0 = 0; j0 < b.count; j0 += tile) {
      const std::int64_t j1 = std::min(b.count, j0 + tile);
      for (std::int64_t i = i0; i < i1; ++i) {
        for (std::int64_t j = j0; j < j1; ++j) to[i * a.to + j * b.to] = from[i * a.from + j * b.from];
      }
    }
  }
}

void copy_plane(const Axis& a, const Axis& b, const std::byte* from, std::byte* to, std::int64_t size) {
  switch (size) {
    case 1: return copy_plane<std::uint8_t>(a, b, from, to);
    case 2: return copy_plane<std::uint16_t>(a, b, from, to);
    case 4: return copy_plane<std::uint32_t>(a, b, from, to);
    default: return copy_plane<std::uint64_t>(a, b, from, to);
  }
}

template <class Word>
void fill_row(std::int64_t count, const std::byte* from, std::byte* to) {
  std::fill_n(reinterpret_cast<Word*>(to), count, *reinterpret_cast<const Word*>(from));
}

/// Neighbours lie side by side in `to`, and in `from` too, or are one element.
void copy_row(const Axis& row, const std::byte* from, std::byte* to, std::int64_t size) {
  if (row.from == 1) {
    std::memcpy(to, from, static_cast<std::size_t>(row.count * size));
    return;
  }
  switch (size) {
    case 1: return fill_row<std::uint8_t>(row.count, from, to);
    case 2: return fill_row<std::uint16_t>(row.count, from, to);
    case 4: return fill_row<std::uint32_t>(row.count, from, to);
    default: return fill_row<std::uint64_t>(row.count, from, to);
  }
}

}  // namespace

std::vector<std::int64_t> dense_strides(const std::vector<std::int64_t>& count) {
  std::vector<std::int64_t> strides(count.size(), 1);
  for (std::size_t d = count.size(); d-- > 1;) strides[d - 1] = strides[d] * count[d];
  return strides;
}

void copy_box(const std::vector<std::int64_t>& count, const std::byte* from,
              const std::vector<std::int64_t>& from_stride, std::byte* to, const std::vector<std::int64_t>& to_stride,
              std::int64_t size) {
  if (std::find(count.begin(), count.end(), 0) != count.end()) return;
  std::vector<Axis> axes = joined_axes(count, from_stride, to_stride);
  const bool rows = !axes.empty() && axes.back().from <= 1 && axes.back().to == 1;
  // The innermost work: a row of bytes, or of one element again and again, or a plane of which neighbours lie side by
  // side on one side at least.
  Axis row{1, 1, 1}, a{1, 0, 0}, b{1, 0, 0};
  if (rows) {
    row = axes.back();
    axes.pop_back();
  } else if (!axes.empty()) {
    b = axes.back();
    axes.pop_back();
    const auto near = std::find_if(axes.begin(), axes.end(), [](const Axis& x) { return x.to == 1 || x.from == 1; });
    if (near != axes.end()) {
      a = *near;
      axes.erase(near);
    }
  }
  std::vector<std::int64_t> at(axes.size(), 0);
  while (true) {
    if (rows) {
      copy_row(row, from, to, size);
    } else {
      copy_plane(a, b, from, to, size);
    }
    std::size_t d = axes.size();
    while (d-- > 0) {
      from += axes[d].from * size;
      to += axes[d].to * size;
      if (++at[d] < axes[d].count) break;
      from -= axes[d].count * axes[d].from * size;
      to -= axes[d].count * axes[d].to * size;
      at[d] = 0;
    }
    if (d == static_cast<std::size_t>(-1)) return;
  }
}

}  // namespace scatterfold
