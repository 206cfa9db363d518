// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/group_members.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "io/dataset.hpp"
#include "io/dataset_list.hpp"
#include "io/dataset_path.hpp"
#include "io/dimension_names.hpp"
#include "io/hdf5_lock.hpp"
#include "io/input_file.hpp"
#include "io/links.hpp"
#include "io/printable.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_told = 8;

/// Empty for a numeric dataset, and for what is damaged: opening it says how.
std::string what_instead(hid_t group, const Link& link) {
  const auto facts = object_facts(group, link.name);
  if (!facts) return link.kind == LinkKind::hard ? "" : "a link that leads nowhere";
  if (facts->type == H5O_TYPE_GROUP) return "a group";
  if (facts->type != H5O_TYPE_DATASET) return "a named type";
  const DatasetHandle dataset(H5Dopen2(group, link.name.c_str(), H5P_DEFAULT));
  const TypeHandle type(dataset ? H5Dget_type(dataset.get()) : H5I_INVALID_HID);
  if (!type) return "";
  return is_bare_dimension(dataset.get()) ? "a dimension without values" : classify_type(type.get()).problem;
}

std::vector<GroupMember> list_members(const std::string& file, const std::string& path) {
  const Hdf5Scope scope;
  const FileHandle handle = open_input_file(file);
  const GroupHandle group = open_group_path(handle.get(), file, path);
  const std::vector<Link> links = links_of(group.get(), most_objects + 1);
  if (links.size() > most_objects) {
    throw InputError(fmt::format("{} has more than {} names ({}): name its datasets one by one", printable(path),
                                 most_objects, printable(file, 1000)));
  }
  std::vector<GroupMember> members;
  for (const Link& link : links)
    members.push_back({path == "/" ? path + link.name : path + "/" + link.name, what_instead(group.get(), link)});
  H5Eclear2(H5E_DEFAULT);
  return members;
}

}  // namespace

std::vector<GroupMember> group_members(const std::string& file, const std::string& path, bool semantics) {
  const std::string normal = normal_path(path);
  std::vector<GroupMember> members = list_members(file, normal);
  if (std::ranges::none_of(members, &GroupMember::numeric)) {
    throw InputError(fmt::format("no numeric dataset in {} ({}): {}; name another group", printable(normal),
                                 printable(file, 1000),
                                 members.empty() ? "it is empty" : "it has " + others_of(members)));
  }
  for (const GroupMember& member : members) {
    if (member.numeric()) const Dataset opened(file, member.path, semantics);
  }
  return members;
}

std::string packed(const std::vector<GroupMember>& members) {
  std::string bytes;  // no name in HDF5 has a zero byte
  for (const GroupMember& member : members) bytes += member.path + '\0' + member.other + '\0';
  return bytes;
}

std::vector<GroupMember> unpacked_members(const std::string& bytes) {
  std::vector<GroupMember> members;
  std::size_t at = 0;
  const auto next = [&] {
    const std::size_t end = bytes.find('\0', at);
    const std::string text = bytes.substr(at, end - at);
    at = end + 1;
    return text;
  };
  while (at < bytes.size()) {
    GroupMember member;
    member.path = next();
    member.other = next();
    members.push_back(std::move(member));
  }
  return members;
}

std::string others_of(const std::vector<GroupMember>& members) {
  std::string text;
  std::size_t count = 0;
  for (const GroupMember& member : members) {
    if (member.numeric() || ++count > most_told) continue;
    text +=
        fmt::format("{}{} ({})", text.empty() ? "" : ", ", printable(base_name(member.path)), printable(member.other));
  }
  return count > most_told ? fmt::format("{} and {} more", text, count - most_told) : text;
}

}  // namespace scatterfold
