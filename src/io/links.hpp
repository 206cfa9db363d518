// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <hdf5.h>

namespace scatterfold {

enum class LinkKind { hard, soft, external, other };

struct Link {
  std::string name;
  LinkKind kind;
};

/// The links of a group in order of name, at most `limit` of them. A damaged group gives those before the damage.
/// The caller holds `hdf5_mutex()`, here and below.
std::vector<Link> links_of(hid_t group, std::size_t limit);

/// "PATH" of a soft link, "FILE:PATH" of an external one; empty where it cannot be read.
std::string target_of(hid_t group, const Link& link);

/// Tells objects apart: hard links may give one object many names, and make a group its own descendant.
struct ObjectIdentity {
  unsigned long file = 0;
  std::array<unsigned char, 16> token{};
  auto operator<=>(const ObjectIdentity&) const = default;
};

struct ObjectFacts {
  H5O_type_t type;
  ObjectIdentity identity;
};

/// What the link `name` of `group` leads to, or nothing where it leads nowhere. "." is the group itself.
std::optional<ObjectFacts> object_facts(hid_t group, const std::string& name);

}  // namespace scatterfold
