// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "fold/fold.hpp"

namespace scatterfold {

/// States of a fold as the largest aligned subtrees over segment numbers that are complete so far. A node at level k
/// covers segments [i * 2^k, (i + 1) * 2^k). Siblings join as soon as both are there, so the tree, and with it every
/// bit of the result, is the same whoever folded what, in whatever order.
class Forest {
 public:
  /// `positions`: how many states lie side by side wherever one is spoken of here.
  explicit Forest(const Fold& fold, std::int64_t positions = 1)
      : fold_(&fold), positions_(positions), bytes_(static_cast<std::size_t>(fold.state_bytes() * positions)) {}

  /// Takes the state of the aligned run of 2^level segments that starts at `first_segment`. The last run may be cut
  /// short by the end of the data.
  void insert(int level, std::int64_t first_segment, const void* state);

  /// Takes all nodes of another forest, as `bytes` made them.
  void absorb(std::span<const std::byte> bytes) { absorb(bytes, 0, positions_); }
  /// The same where those bytes are of `count` positions, of which this forest's begin at `first_position`.
  void absorb(std::span<const std::byte> bytes, std::int64_t first_position, std::int64_t count);
  std::vector<std::byte> bytes() const;
  /// Appends what `bytes` would give of `count` positions.
  void append(std::int64_t first_position, std::int64_t count, std::vector<std::byte>& to) const;
  std::int64_t bytes_of(std::int64_t count) const;  ///< how many that are

  /// Joins what is left over from right to left. Writes the identity where the forest is empty.
  void root(void* state) const;

  std::size_t nodes() const { return nodes_.size(); }

 private:
  struct Node {
    int level;
    std::vector<std::byte> state;
  };
  const Fold* fold_;
  std::int64_t positions_;
  std::size_t bytes_;                   // of a node's states
  std::map<std::int64_t, Node> nodes_;  // by first segment
};

}  // namespace scatterfold
