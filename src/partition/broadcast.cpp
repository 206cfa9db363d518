// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "partition/broadcast.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/error.hpp"

namespace scatterfold {
namespace {

bool all_named(const NamedShape& shape) {
  const std::set<std::string> different(shape.names.begin(), shape.names.end());
  return !shape.names.empty() && different.size() == shape.names.size() && !different.contains("");
}

/// The whole as it grows.
class Whole {
 public:
  explicit Whole(const std::vector<NamedShape>& inputs) : inputs_(inputs) { all_.axes.resize(inputs.size()); }

  void add_names(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (std::ranges::find(all_.names, name) != all_.names.end()) continue;
      all_.names.push_back(name);
      all_.lengths.push_back(1);
      from_.push_back(0);
    }
  }

  void join_by_name(std::size_t input) {
    for (std::size_t d = 0; d < inputs_[input].names.size(); ++d) {
      const auto found = std::ranges::find(all_.names, inputs_[input].names[d]);
      join(input, d, static_cast<std::size_t>(found - all_.names.begin()));
    }
  }

  void join_from_the_last(std::size_t input) {
    const std::size_t rank = inputs_[input].lengths.size();
    if (rank > all_.lengths.size()) grow_in_front(rank - all_.lengths.size());
    for (std::size_t d = 0; d < rank; ++d) join(input, d, all_.lengths.size() - rank + d);
  }

  Broadcast result() {
    std::vector<std::size_t> in_order(all_.lengths.size());
    std::iota(in_order.begin(), in_order.end(), std::size_t{0});
    for (std::size_t i = inputs_.size(); i-- > 0;) {
      if (inputs_[i].lengths == all_.lengths && all_.axes[i] == in_order) all_.full = i;
    }
    return all_;
  }

 private:
  void grow_in_front(std::size_t count) {
    all_.lengths.insert(all_.lengths.begin(), count, 1);
    all_.names.insert(all_.names.begin(), count, "");
    from_.insert(from_.begin(), count, 0);
    for (auto& axes : all_.axes) {
      for (std::size_t& axis : axes) axis += count;
    }
  }

  void join(std::size_t input, std::size_t d, std::size_t axis) {
    const std::int64_t length = inputs_[input].lengths[d];
    all_.axes[input].push_back(axis);
    if (all_.names[axis].empty() && d < inputs_[input].names.size()) all_.names[axis] = inputs_[input].names[d];
    if (length == 1 || length == all_.lengths[axis]) return;
    if (all_.lengths[axis] != 1) refuse(input, axis, length);
    all_.lengths[axis] = length;
    from_[axis] = input;
  }

  [[noreturn]] void refuse(std::size_t input, std::size_t axis, std::int64_t length) const {
    const std::string& name = all_.names[axis];
    throw InputError(
        fmt::format("{} and {} do not go together ({}: {} and {}): rename, lengths are equal or 1, by the "
                    "names of dimensions "
                    "where all of an input's have one, else counted from the last",
                    shape_text(inputs_[from_[axis]]), shape_text(inputs_[input]),
                    name.empty() ? fmt::format("dimension {}", axis) : name, all_.lengths[axis], length));
  }

  const std::vector<NamedShape>& inputs_;
  Broadcast all_;
  std::vector<std::size_t> from_;  ///< the input that a length other than 1 is of
};

}  // namespace

Broadcast broadcast(const std::vector<NamedShape>& inputs) {
  Whole whole(inputs);
  std::set<std::string> names;
  for (const NamedShape& input : inputs) {
    if (all_named(input)) names.insert(input.names.begin(), input.names.end());
  }
  // An input that has all dimensions says in which order they are.
  for (const NamedShape& input : inputs) {
    if (all_named(input) && input.names.size() == names.size()) whole.add_names(input.names);
  }
  for (const NamedShape& input : inputs) {
    if (all_named(input)) whole.add_names(input.names);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (all_named(inputs[i])) whole.join_by_name(i);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!all_named(inputs[i])) whole.join_from_the_last(i);
  }
  return whole.result();
}

Hyperslab part_of_box(const Hyperslab& box, const std::vector<std::int64_t>& input,
                      const std::vector<std::size_t>& axes) {
  Hyperslab part;
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const bool all_the_same = input[d] == 1;
    part.start.push_back(all_the_same ? 0 : box.start[axes[d]]);
    part.count.push_back(all_the_same ? std::min<std::int64_t>(1, box.count[axes[d]]) : box.count[axes[d]]);
    part.step.push_back(all_the_same ? 1 : box.step[axes[d]]);
  }
  return part;
}

std::string shape_text(const NamedShape& shape) {
  if (shape.lengths.empty()) return shape.input + " (a single number)";
  std::vector<std::string> lengths;
  for (std::size_t d = 0; d < shape.lengths.size(); ++d) {
    const std::string name = d < shape.names.size() && !shape.names[d].empty() ? shape.names[d] + " " : "";
    lengths.push_back(name + std::to_string(shape.lengths[d]));
  }
  return fmt::format("{} ({})", shape.input, fmt::join(lengths, ", "));
}

}  // namespace scatterfold
