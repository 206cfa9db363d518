// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/dataset_list.hpp"

#include <algorithm>
#include <set>

#include "io/attributes.hpp"
#include "io/dimension_names.hpp"
#include "io/handle.hpp"
#include "io/links.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

constexpr std::ptrdiff_t most_depth = 100;

void add(hid_t group, const Link& link, const std::string& path, DatasetList& list) {
  const DatasetHandle dataset(H5Dopen2(group, link.name.c_str(), H5P_DEFAULT));
  if (dataset && is_bare_dimension(dataset.get())) return;  // nobody looks for it
  const TypeHandle type(dataset ? H5Dget_type(dataset.get()) : H5I_INVALID_HID);
  const bool numeric = type && classify_type(type.get()).problem.empty();
  (numeric ? list.numeric : list.other).push_back(path);
}

}  // namespace

DatasetList list_datasets(hid_t root, const std::string& prefix) {
  DatasetList list;
  std::set<ObjectIdentity> seen;
  std::size_t budget = most_objects;
  if (const auto facts = object_facts(root, ".")) seen.insert(facts->identity);
  // Depth first with a stack of our own: a file can nest its groups deeper than a thread's stack is.
  std::vector<std::string> waiting{""};
  while (!waiting.empty()) {
    const std::string path = waiting.back();
    waiting.pop_back();
    const GroupHandle group(H5Gopen2(root, path.empty() ? "." : path.c_str(), H5P_DEFAULT));
    if (!group) continue;
    std::vector<std::string> groups;
    for (const Link& link : links_of(group.get(), budget + 1)) {
      if (budget == 0) {
        list.complete = false;
        break;
      }
      --budget;
      const std::string below = path.empty() ? link.name : path + "/" + link.name;
      if (link.kind != LinkKind::hard) continue;
      const auto facts = object_facts(group.get(), link.name);
      if (!facts || !seen.insert(facts->identity).second) continue;
      const auto depth = std::count(below.begin(), below.end(), '/');
      if (facts->type == H5O_TYPE_GROUP && depth < most_depth) groups.push_back(below);
      if (facts->type == H5O_TYPE_DATASET) add(group.get(), link, prefix + "/" + below, list);
    }
    waiting.insert(waiting.end(), groups.rbegin(), groups.rend());
  }
  std::sort(list.numeric.begin(), list.numeric.end());
  std::sort(list.other.begin(), list.other.end());
  H5Eclear2(H5E_DEFAULT);
  return list;
}

}  // namespace scatterfold
