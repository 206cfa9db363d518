// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/forest.hpp"

#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace scatterfold {

void Forest::insert(int level, std::int64_t first_segment, const void* state) {
  Node node{level, std::vector<std::byte>(bytes_)};
  if (bytes_ > 0) std::memcpy(node.state.data(), state, bytes_);
  while (true) {
    const std::int64_t run = std::int64_t{1} << node.level;
    const bool is_right = (first_segment / run) % 2 == 1;
    const auto sibling = nodes_.find(is_right ? first_segment - run : first_segment + run);
    if (sibling == nodes_.end() || sibling->second.level != node.level) break;
    if (is_right) {
      fold_->merge_each(sibling->second.state.data(), node.state.data(), positions_);
      first_segment -= run;
      node.state = std::move(sibling->second.state);
    } else {
      fold_->merge_each(node.state.data(), sibling->second.state.data(), positions_);
    }
    nodes_.erase(sibling);
    ++node.level;
  }
  if (!nodes_.emplace(first_segment, std::move(node)).second) {
    throw Error(ExitCode::internal, "a segment was folded twice (forest): please report this");
  }
}

std::vector<std::byte> Forest::bytes(std::int64_t first_position, std::int64_t count) const {
  std::vector<std::byte> out;
  const std::ptrdiff_t begin = first_position * fold_->state_bytes(), end = begin + count * fold_->state_bytes();
  for (const auto& [first, node] : nodes_) {
    const std::int64_t head[2] = {first, node.level};
    const auto* raw = reinterpret_cast<const std::byte*>(head);
    out.insert(out.end(), raw, raw + sizeof head);
    out.insert(out.end(), node.state.begin() + begin, node.state.begin() + end);
  }
  return out;
}

void Forest::absorb(std::span<const std::byte> bytes) {
  const std::size_t size = bytes_ + 2 * sizeof(std::int64_t);
  if (bytes.size() % size != 0) {
    throw Error(ExitCode::internal, "a partial result has an odd size (forest): are all ranks the same program?");
  }
  for (; !bytes.empty(); bytes = bytes.subspan(size)) {
    std::int64_t head[2];
    std::memcpy(head, bytes.data(), sizeof head);
    insert(static_cast<int>(head[1]), head[0], bytes.data() + sizeof head);
  }
}

void Forest::root(void* state) const {
  auto* out = static_cast<std::byte*>(state);
  if (nodes_.empty()) {
    for (std::int64_t i = 0; i < positions_; ++i) fold_->identity(out + i * fold_->state_bytes());
    return;
  }
  auto node = nodes_.rbegin();
  if (bytes_ > 0) std::memcpy(out, node->second.state.data(), bytes_);
  while (++node != nodes_.rend()) {
    std::vector<std::byte> left = node->second.state;
    fold_->merge_each(left.data(), out, positions_);
    std::memcpy(out, left.data(), bytes_);
  }
}

}  // namespace scatterfold
