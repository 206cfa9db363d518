// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/forest.hpp"

#include <cstring>
#include <iterator>
#include <utility>

#include "base/byte_parts.hpp"
#include "base/error.hpp"

namespace scatterfold {
namespace {

/// What precedes the states of a node.
struct Head {
  std::int64_t first_segment, level;
};

}  // namespace

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

std::int64_t Forest::bytes_of(std::int64_t count) const {
  return std::ssize(nodes_) * (count * fold_->state_bytes() + static_cast<std::int64_t>(sizeof(Head)));
}

std::vector<std::byte> Forest::bytes() const {
  std::vector<std::byte> out;
  append(0, positions_, out);
  return out;
}

void Forest::append(std::int64_t first_position, std::int64_t count, std::vector<std::byte>& to) const {
  const std::ptrdiff_t begin = first_position * fold_->state_bytes(), end = begin + count * fold_->state_bytes();
  for (const auto& [first, node] : nodes_) {
    append_value(Head{first, node.level}, to);
    to.insert(to.end(), node.state.begin() + begin, node.state.begin() + end);
  }
}

void Forest::absorb(std::span<const std::byte> bytes, std::int64_t first_position, std::int64_t count) {
  const auto state_bytes = static_cast<std::size_t>(fold_->state_bytes());
  const std::size_t size = sizeof(Head) + static_cast<std::size_t>(count) * state_bytes;
  if (bytes.size() % size != 0) {
    throw Error(ExitCode::internal, "a partial result has an odd size (forest): are all ranks the same program?");
  }
  while (!bytes.empty()) {
    const auto head = take_value<Head>(bytes);
    insert(static_cast<int>(head.level), head.first_segment,
           bytes.data() + static_cast<std::size_t>(first_position) * state_bytes);
    bytes = bytes.subspan(size - sizeof head);
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
