// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/forest.hpp"

#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace scatterfold {

void Forest::insert(int level, std::int64_t first_segment, const void* state) {
  const auto size = static_cast<std::size_t>(fold_->state_bytes());
  Node node{level, std::vector<std::byte>(size)};
  std::memcpy(node.state.data(), state, size);
  while (true) {
    const std::int64_t run = std::int64_t{1} << node.level;
    const bool is_right = (first_segment / run) % 2 == 1;
    const auto sibling = nodes_.find(is_right ? first_segment - run : first_segment + run);
    if (sibling == nodes_.end() || sibling->second.level != node.level) break;
    if (is_right) {
      fold_->merge(sibling->second.state.data(), node.state.data());
      first_segment -= run;
      node.state = std::move(sibling->second.state);
    } else {
      fold_->merge(node.state.data(), sibling->second.state.data());
    }
    nodes_.erase(sibling);
    ++node.level;
  }
  if (!nodes_.emplace(first_segment, std::move(node)).second) {
    throw Error(ExitCode::internal, "a segment was folded twice (forest): please report this");
  }
}

std::vector<std::byte> Forest::bytes() const {
  std::vector<std::byte> out;
  for (const auto& [first, node] : nodes_) {
    const std::int64_t head[2] = {first, node.level};
    const auto* raw = reinterpret_cast<const std::byte*>(head);
    out.insert(out.end(), raw, raw + sizeof head);
    out.insert(out.end(), node.state.begin(), node.state.end());
  }
  return out;
}

void Forest::absorb(std::span<const std::byte> bytes) {
  const std::size_t size = static_cast<std::size_t>(fold_->state_bytes()) + 2 * sizeof(std::int64_t);
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
  fold_->identity(state);
  const auto size = static_cast<std::size_t>(fold_->state_bytes());
  std::vector<std::byte> joined;
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
    std::vector<std::byte> left = node->second.state;
    if (!joined.empty()) fold_->merge(left.data(), joined.data());
    joined = std::move(left);
  }
  if (!joined.empty()) std::memcpy(state, joined.data(), size);
}

}  // namespace scatterfold
