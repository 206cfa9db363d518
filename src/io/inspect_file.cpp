// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/attributes.hpp"
#include "io/dataset_list.hpp"
#include "io/describe.hpp"
#include "io/guarded.hpp"
#include "io/handle.hpp"
#include "io/hdf5_lock.hpp"
#include "io/input_file.hpp"
#include "io/inspect.hpp"
#include "io/links.hpp"
#include "io/printable.hpp"
#include "io/storage_text.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_depth = 100;
constexpr std::size_t most_attributes_shown = 6;
constexpr std::size_t most_attributes_counted = 1000;
constexpr std::size_t most_line = 110;     // of attributes, in bytes
constexpr std::size_t widest_column = 44;  // what is longer pushes its own line only
constexpr std::size_t most_name_bytes = 60;

/// One line of the tree; columns are aligned over the whole file once all lines are known.
struct Row {
  std::string name;
  std::string type, shape, storage;  ///< of a dataset; empty for the rest
  std::string note;                  ///< stands alone behind the name
};

std::string attributes_line(hid_t object) {
  auto names = attribute_names(object, most_attributes_counted);
  std::erase_if(names, is_bookkeeping);
  std::string text;
  std::size_t shown = 0;
  while (shown < names.size() && shown < most_attributes_shown) {
    const std::string next = describe_attribute(object, names[shown]);
    if (shown > 0 && text.size() + next.size() > most_line) break;
    text += (shown > 0 ? ", " : "") + next;
    ++shown;
  }
  if (shown < names.size()) text += fmt::format(", and {} more", names.size() - shown);
  return text;
}

class Tree {
 public:
  void walk(hid_t group, const std::string& path, std::size_t depth) {
    if (const auto facts = object_facts(group, ".")) seen_.emplace(facts->identity, path.empty() ? "/" : path);
    for (const Link& link : links_of(group, budget_ + 1)) {
      if (budget_ == 0) {
        complete_ = false;
        return;
      }
      --budget_;
      add(group, link, path + "/" + link.name, depth);
    }
  }

  void add_attributes(hid_t object, std::size_t depth) {
    if (const std::string text = attributes_line(object); !text.empty())
      rows_.push_back({indent(depth) + text, "", "", "", ""});
  }

  std::string text() const {
    std::size_t name_width = 0, type_width = 0, shape_width = 0;
    for (const Row& row : rows_) {
      if (row.type.empty()) continue;
      name_width = std::max(name_width, std::min(row.name.size(), widest_column));
      type_width = std::max(type_width, std::min(row.type.size(), widest_column));
      shape_width = std::max(shape_width, std::min(row.shape.size(), widest_column));
    }
    std::string text;
    for (const Row& row : rows_) {
      if (row.type.empty()) {
        text += row.note.empty() ? row.name : row.name + "  " + row.note;
      } else {
        text += fmt::format("{:<{}}  {:<{}}  {:<{}}  {}", row.name, name_width, row.type, type_width, row.shape,
                            shape_width, row.storage);
      }
      text += "\n";
    }
    if (!complete_) text += fmt::format("The file has more than {} objects; the rest is left out.\n", most_objects);
    return text;
  }

 private:
  static std::string indent(std::size_t depth) { return std::string(2 * depth, ' '); }

  void add(hid_t group, const Link& link, const std::string& path, std::size_t depth) {
    const std::string name = indent(depth) + printable(link.name, most_name_bytes);
    if (link.kind != LinkKind::hard) return add_link(group, link, name);
    const auto facts = object_facts(group, link.name);
    if (!facts) return add_note(name, "(damaged)");
    if (const auto known = seen_.find(facts->identity); known != seen_.end()) {
      return add_note(name, "is the same object as " + printable(known->second));
    }
    seen_.emplace(facts->identity, path);
    if (facts->type == H5O_TYPE_GROUP) {
      add_group(group, link, name, path, depth);
    } else if (facts->type == H5O_TYPE_DATASET) {
      add_dataset(group, link, name, path, depth);
    } else {
      add_note(name, "(named type)");
    }
  }

  void add_note(const std::string& name, const std::string& note) { rows_.push_back({name, "", "", "", note}); }

  void add_link(hid_t group, const Link& link, const std::string& name) {
    const std::string target = printable(target_of(group, link));
    const char* const kind = link.kind == LinkKind::soft       ? "->"
                             : link.kind == LinkKind::external ? "-> file"
                                                               : "-> unknown";
    // External files are left closed here: looking at a file should not open others.
    const bool dangling = link.kind == LinkKind::soft && !object_facts(group, link.name);
    add_note(name, fmt::format("{} {}{}", kind, target, dangling ? " (leads nowhere)" : ""));
  }

  void add_group(hid_t parent, const Link& link, const std::string& name, const std::string& path, std::size_t depth) {
    const GroupHandle group(H5Gopen2(parent, link.name.c_str(), H5P_DEFAULT));
    if (!group) return add_note(name + "/", "(damaged)");
    rows_.push_back({name + "/", "", "", "", ""});
    add_attributes(group.get(), depth + 2);
    if (depth >= most_depth) return add_note(indent(depth + 1) + "...", "(nested too deeply to show)");
    walk(group.get(), path, depth + 1);
  }

  void add_dataset(hid_t parent, const Link& link, const std::string& name, const std::string& path,
                   std::size_t depth) {
    const DatasetHandle dataset(H5Dopen2(parent, link.name.c_str(), H5P_DEFAULT));
    const TypeHandle type(dataset ? H5Dget_type(dataset.get()) : H5I_INVALID_HID);
    if (!type) return add_note(name, "(damaged)");
    try {
      const StoredType stored = classify_type(type.get());
      const DatasetInfo info = describe_dataset(dataset.get(), stored, "", path, false);
      std::int64_t bytes = 0;
      const bool fits =
          !__builtin_mul_overflow(info.elements(), static_cast<std::int64_t>(H5Tget_size(type.get())), &bytes);
      const std::string size = fits ? size_text(info, bytes) : "over 2^63 bytes";
      const bool plain = info.layout == StorageLayout::contiguous && info.file_offset >= 0;
      rows_.push_back({name, describe_type(type.get()), shape_text(info),
                       plain || info.shape.empty() ? size : size + ", " + layout_text(info), ""});
    } catch (const Error&) {
      return add_note(name, "(damaged)");
    }
    add_attributes(dataset.get(), depth + 2);
  }

  std::map<ObjectIdentity, std::string> seen_;
  std::vector<Row> rows_;
  std::size_t budget_ = most_objects;
  bool complete_ = true;
};

std::string describe_tree(const std::string& file) {
  const Hdf5Scope scope;
  const FileHandle handle = open_input_file(file);
  const GroupHandle root(H5Gopen2(handle.get(), "/", H5P_DEFAULT));
  if (!root)
    throw InputError(fmt::format("damaged HDF5 file ({}): its root group cannot be opened", printable(file, 1000)));
  struct stat status {};
  const double bytes = stat(file.c_str(), &status) == 0 ? static_cast<double>(status.st_size) : 0;
  Tree tree;
  tree.add_attributes(root.get(), 2);
  tree.walk(root.get(), "", 1);
  return fmt::format("{} ({})\n{}", printable(file, 1000), format_bytes(bytes), tree.text());
}

}  // namespace

std::string inspect_file(const std::string& file) {
  return look_guarded(file, [&] { return describe_tree(file); });
}

}  // namespace scatterfold
