// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace scatterfold {

/// What stands under one name of a group.
struct GroupMember {
  std::string path;
  std::string other;  ///< "strings", "a group": what it is instead of a numeric dataset; empty: it is one

  bool numeric() const { return other.empty(); }
  bool operator==(const GroupMember&) const = default;
};

/// What stands directly in the group `path` of a file, in order of name. Every numeric dataset is opened, as `Dataset`
/// does, and closed again. Call it where a crash of the HDF5 library does no harm (guarded.hpp).
/// Errors: InputError: as `Dataset`, and when there is no such group (near names listed), or no numeric dataset in it.
std::vector<GroupMember> group_members(const std::string& file, const std::string& path, bool semantics);

/// As bytes for another process.
std::string packed(const std::vector<GroupMember>& members);
std::vector<GroupMember> unpacked_members(const std::string& bytes);

/// "names (strings), sub (a group) and 3 more": those that are no numeric datasets; empty where all are.
std::string others_of(const std::vector<GroupMember>& members);

}  // namespace scatterfold
