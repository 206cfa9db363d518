// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fold/fold.hpp"

namespace scatterfold {

/// Joins states that come one after the other as a binary tree: equal subtrees at once, what is left over at the end
/// from right to left. The stack holds one state per level, so memory stays small however many come.
class Joiner {
 public:
  explicit Joiner(const Fold& fold) : fold_(&fold), bytes_(static_cast<std::size_t>(fold.state_bytes())) {}

  /// Room for the next state; call `push` when it is written.
  std::byte* next() {
    if (stack_.size() < (depth_ + 1) * bytes_) stack_.resize((depth_ + 1) * bytes_);
    return stack_.data() + depth_ * bytes_;
  }

  void push() {
    ++depth_;
    for (std::int64_t n = count_++; n & 1; n >>= 1) merge_top();
  }

  /// Writes the joined state to `state` (the identity where nothing came) and starts afresh.
  void finish(void* state) {
    while (depth_ > 1) merge_top();
    if (depth_ == 0) {
      fold_->identity(state);
    } else {
      std::copy_n(stack_.data(), bytes_, static_cast<std::byte*>(state));
    }
    depth_ = 0;
    count_ = 0;
  }

 private:
  void merge_top() {
    --depth_;
    fold_->merge(stack_.data() + (depth_ - 1) * bytes_, stack_.data() + depth_ * bytes_);
  }

  const Fold* fold_;
  std::size_t bytes_;
  std::vector<std::byte> stack_;
  std::size_t depth_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace scatterfold
