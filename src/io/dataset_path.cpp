// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/dataset_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/dataset_list.hpp"
#include "io/hdf5_error.hpp"
#include "io/links.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_listed = 8;

/// "/a, /b, /c and 12 more".
std::string enumerate(const std::vector<std::string>& paths, bool complete) {
  std::string text;
  const std::size_t shown = std::min(paths.size(), most_listed);
  for (std::size_t i = 0; i < shown; ++i) text += (i > 0 ? ", " : "") + printable(paths[i]);
  if (shown < paths.size()) text += fmt::format(" and {}{} more", complete ? "" : "over ", paths.size() - shown);
  return text;
}

/// Paths that look like `path`; where none do, those whose last name looks like its last name.
std::vector<std::string> near_paths(const std::string& path, const std::vector<std::string>& all) {
  std::vector<std::string> near = near_names(path, all);
  if (!near.empty()) return near;
  std::vector<std::string> names;
  for (const auto& candidate : all) names.push_back(base_name(candidate));
  const std::vector<std::string> near_last = near_names(base_name(path), names);
  for (std::size_t i = 0; i < all.size() && near.size() < 3; ++i) {
    if (std::find(near_last.begin(), near_last.end(), names[i]) != near_last.end()) near.push_back(all[i]);
  }
  return near;
}

[[noreturn]] void throw_no_path(hid_t file, const std::string& name) {
  const DatasetList list = list_datasets(file, "");
  if (list.numeric.empty())
    throw InputError(fmt::format("no numeric dataset in the file ({}): name another file", name));
  if (list.numeric.size() == 1) {
    const std::string only = printable(list.numeric[0]);
    throw InputError(fmt::format("no dataset named ({}): the file has one, write {}:{}", name, name, only));
  }
  throw InputError(fmt::format("no dataset named ({}): write FILE:/DATASET, it has {}", name,
                               enumerate(list.numeric, list.complete)));
}

/// The groups that these paths are in.
std::vector<std::string> groups_of(const std::vector<std::string>& paths) {
  std::set<std::string> groups;
  for (const std::string& path : paths) groups.insert(path.substr(0, std::max<std::size_t>(1, path.rfind('/'))));
  return {groups.begin(), groups.end()};
}

/// What a path is to lead to.
enum class Wanted { dataset, group };

/// Follows `path` name by name to say which of them fails.
[[noreturn]] void throw_absent(hid_t file, const std::string& name, const std::string& path, Wanted wanted) {
  const char* const kind = wanted == Wanted::group ? "group" : "dataset";
  const std::string shown = printable(path);
  std::size_t end = 0;
  while (end != std::string::npos) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0) break;
    const auto facts = object_facts(file, part);
    if (!facts) {
      const std::string why = last_hdf5_error().text;
      const std::size_t slash = part.rfind('/');
      const GroupHandle parent(H5Gopen2(file, slash == 0 ? "/" : part.substr(0, slash).c_str(), H5P_DEFAULT));
      const std::string target = printable(target_of(parent.get(), {base_name(part), LinkKind::other}));
      if (target.empty())
        throw InputError(fmt::format("{} is damaged ({}): HDF5 says \"{}\"", printable(part), name, why));
      throw InputError(fmt::format("link {} leads nowhere ({}): its target is {}", printable(part), name, target));
    }
    if (end != std::string::npos && facts->type != H5O_TYPE_GROUP) {
      throw InputError(fmt::format("no {} {} ({}): {} is not a group", kind, shown, name, printable(part)));
    }
  }
  const DatasetList list = list_datasets(file, "");
  std::vector<std::string> all = list.numeric;
  if (wanted == Wanted::group) {
    all = groups_of(list.numeric);
  } else {
    all.insert(all.end(), list.other.begin(), list.other.end());
  }
  if (all.empty()) {
    throw InputError(fmt::format("no {} {} ({}): the file has no {}", kind, shown, name,
                                 wanted == Wanted::group ? "groups with numeric datasets" : "datasets"));
  }
  const std::vector<std::string> near = near_paths(path, all);
  if (!near.empty()) {
    throw InputError(fmt::format("no {} {} ({}): did you mean {}?", kind, shown, name, enumerate(near, true)));
  }
  throw InputError(fmt::format("no {} {} ({}): it has {}", kind, shown, name, enumerate(all, list.complete)));
}

[[noreturn]] void throw_group(hid_t file, const std::string& name, const std::string& path) {
  const GroupHandle group(H5Gopen2(file, path.c_str(), H5P_DEFAULT));
  const DatasetList list = list_datasets(group.get(), path == "/" ? "" : path);
  const std::string below = list.numeric.empty() ? "it holds no numeric dataset"
                                                 : "name a dataset in it: " + enumerate(list.numeric, list.complete);
  throw InputError(fmt::format("{} is a group ({}): {}", printable(path), name, below));
}

}  // namespace

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string normal_path(const std::string& path) {
  std::string result = "/";
  for (const char c : path) {
    if (c != '/' || result.back() != '/') result += c;
  }
  if (result.size() > 1 && result.back() == '/') result.pop_back();
  return result;
}

DatasetHandle open_dataset_path(hid_t file, const std::string& file_name, const std::string& path) {
  const std::string name = printable(file_name, 1000);
  if (path.empty()) throw_no_path(file, name);
  const std::string normal = normal_path(path);
  const auto facts = object_facts(file, normal);
  if (!facts) throw_absent(file, name, normal, Wanted::dataset);
  if (facts->type == H5O_TYPE_GROUP) throw_group(file, name, normal);
  if (facts->type != H5O_TYPE_DATASET) {
    throw InputError(fmt::format("{} is a named type ({}): name a dataset", printable(normal), name));
  }
  DatasetHandle dataset(H5Dopen2(file, normal.c_str(), H5P_DEFAULT));
  if (!dataset) {
    throw InputError(
        fmt::format("cannot open dataset {} ({}): HDF5 says \"{}\"", printable(normal), name, last_hdf5_error().text));
  }
  return dataset;
}

GroupHandle open_group_path(hid_t file, const std::string& file_name, const std::string& path) {
  const std::string name = printable(file_name, 1000), shown = printable(path);
  const auto facts = object_facts(file, path);
  if (!facts) throw_absent(file, name, path, Wanted::group);
  if (facts->type != H5O_TYPE_GROUP)
    throw InputError(fmt::format("{} is not a group ({}): write FILE:{}", shown, name, shown));
  GroupHandle group(H5Gopen2(file, path.c_str(), H5P_DEFAULT));
  if (!group)
    throw InputError(fmt::format("cannot open group {} ({}): HDF5 says \"{}\"", shown, name, last_hdf5_error().text));
  return group;
}

}  // namespace scatterfold
