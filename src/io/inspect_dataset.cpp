// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/attributes.hpp"
#include "io/dataset_path.hpp"
#include "io/describe.hpp"
#include "io/guarded.hpp"
#include "io/handle.hpp"
#include "io/hdf5_lock.hpp"
#include "io/input_file.hpp"
#include "io/inspect.hpp"
#include "io/printable.hpp"
#include "io/storage.hpp"
#include "io/storage_text.hpp"
#include "io/value_rules.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_attributes = 1000;

void line(std::string& text, const char* label, const std::string& value) {
  text += fmt::format("  {:<12}{}\n", label, value);
}

/// Why it cannot be read, in the words of the error that a run would give; empty where it can.
std::string obstacle(hid_t dataset, const DatasetInfo& info, std::int64_t element_bytes) {
  try {
    check_storage(dataset, info, element_bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// Rules that contradict themselves must not hide the rest of the dataset.
std::string add_rules(hid_t dataset, DatasetInfo& info) {
  try {
    describe_rules(dataset, info);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

void describe_reading(hid_t dataset, DatasetInfo& info, std::int64_t element_bytes, std::string& text) {
  const std::string broken_rules = add_rules(dataset, info);
  const auto rules = rules_text(info);
  for (std::size_t i = 0; i < rules.size(); ++i) line(text, i == 0 ? "rules" : "", rules[i]);
  if (!broken_rules.empty()) line(text, "rules", broken_rules);
  const std::string why_not = obstacle(dataset, info, element_bytes);
  line(text, "is read", why_not.empty() ? reading_text(info) : "not at all: " + why_not);
}

std::string describe_in_full(const std::string& file, const std::string& path) {
  const Hdf5Scope scope;
  const FileHandle handle = open_input_file(file);
  const DatasetHandle dataset = open_dataset_path(handle.get(), file, path);
  const TypeHandle type(H5Dget_type(dataset.get()));
  const StoredType stored = classify_type(type.get());
  DatasetInfo info = describe_dataset(dataset.get(), stored, file, path, false);

  std::string text = fmt::format("{}:{}\n", printable(file, 1000), printable(info.path));
  if (info.file != file) line(text, "in file", printable(info.file, 1000));
  line(text, "type", describe_type(type.get()));
  line(text, "shape", shape_text(info));
  if (info.shape.size() > 1) line(text, "elements", std::to_string(info.elements()));
  const auto element_bytes = static_cast<std::int64_t>(H5Tget_size(type.get()));
  std::int64_t raw_bytes = 0;
  const bool fits = !__builtin_mul_overflow(info.elements(), element_bytes, &raw_bytes);
  line(text, "size", fits ? size_text(info, raw_bytes) : "over 2^63 bytes");
  line(text, "stored", layout_text(info));
  if (info.file_offset >= 0) line(text, "", fmt::format("at byte {}", info.file_offset));
  if (stored.problem.empty()) {
    describe_reading(dataset.get(), info, element_bytes, text);
  } else {
    line(text, "is read", "not at all: scatterfold folds integers and real numbers, and this holds " + stored.problem);
  }
  auto names = attribute_names(dataset.get(), most_attributes);
  const bool all = names.size() < most_attributes;
  std::erase_if(names, is_bookkeeping);
  for (std::size_t i = 0; i < names.size(); ++i) {
    line(text, i == 0 ? "attributes" : "", describe_attribute(dataset.get(), names[i]));
  }
  if (!all) line(text, "", "and perhaps more");
  return text;
}

}  // namespace

std::string inspect_dataset(const std::string& file, const std::string& path) {
  return look_guarded(file, [&] { return describe_in_full(file, path); });
}

}  // namespace scatterfold
