// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/storage_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/parse.hpp"
#include "io/printable.hpp"
#include "io/stored_chunk.hpp"
#include "io/stored_value.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_name_bytes = 40;

std::string filter_text(const Filter& filter) {
  std::string text = filter.name;
  if (filter.id == 1 && !filter.parameters.empty())
    text += fmt::format(" {}", filter.parameters[0]);  // deflate's level
  if (filter.id > 255) text += fmt::format(" (filter {})", filter.id);
  if (!filter.available) text += " (not available here)";
  return text;
}

std::string value_text(std::uint64_t bits, ElementType type) {
  if (is_float(type)) {
    const double value = bits_to_double(bits, type);
    return type == ElementType::float64 ? fmt::format("{}", value) : fmt::format("{}", static_cast<float>(value));
  }
  if (is_unsigned(type)) return fmt::format("{}", bits);
  const int unused = static_cast<int>(64 - 8 * size_of(type));
  return fmt::format("{}", static_cast<std::int64_t>(bits << unused) >> unused);
}

}  // namespace

std::string extent_text(const std::vector<std::int64_t>& extent) { return fmt::format("{}", fmt::join(extent, " x ")); }

std::string shape_text(const DatasetInfo& info) {
  if (info.shape.empty()) return "scalar";
  std::string text;
  for (std::size_t d = 0; d < info.shape.size(); ++d) {
    const std::string name = d < info.dimension_names.size() ? printable(info.dimension_names[d], most_name_bytes) : "";
    text += fmt::format("{}{}{}{}", d > 0 ? ", " : "", name, name.empty() ? "" : " ", info.shape[d]);
  }
  return "(" + text + ")";
}

std::string layout_text(const DatasetInfo& info) {
  switch (info.layout) {
    case StorageLayout::contiguous: return info.file_offset < 0 ? "contiguous, never written" : "contiguous";
    case StorageLayout::compact: return "compact";
    case StorageLayout::virtual_dataset: return "virtual (in other files)";
    case StorageLayout::external: return "external raw file";
    case StorageLayout::chunked: break;
  }
  std::string text = "chunks " + extent_text(info.chunk);
  for (const Filter& filter : info.filters) text += ", " + filter_text(filter);
  return text;
}

std::string size_text(const DatasetInfo& info, std::int64_t raw_bytes) {
  const std::string raw = format_bytes(static_cast<double>(raw_bytes));
  if (info.layout != StorageLayout::chunked || raw_bytes == 0 || info.stored_bytes == raw_bytes) return raw;
  return fmt::format("{} stored in {} ({:.0f} %)", raw, format_bytes(static_cast<double>(info.stored_bytes)),
                     100.0 * static_cast<double>(info.stored_bytes) / static_cast<double>(raw_bytes));
}

std::string reading_text(const DatasetInfo& info) {
  if (info.elements() == 0) return "nothing to read: it has no elements";
  if (info.layout == StorageLayout::contiguous && info.file_offset < 0) {
    return fmt::format("nothing to read: never written, every element is the fill value {}",
                       value_text(info.fill_bits, info.type));
  }
  if (info.layout == StorageLayout::contiguous && !info.converted && !only_library()) {
    return info.swapped ? "directly (pread) by all threads, bytes swapped on the way"
                        : "directly (pread) by all threads";
  }
  if (decodes_here(info) && !only_library()) return "chunk by chunk, read and decoded by all threads";
  const std::string how =
      info.converted ? "through the HDF5 library, which converts the type" : "through the HDF5 library";
  return info.layout == StorageLayout::chunked ? how + ", chunk by chunk" : how;
}

std::vector<std::string> rules_text(const DatasetInfo& info) {
  const ValueRules& rules = info.rules;
  std::vector<std::string> lines;
  std::vector<std::string> missing;
  for (const std::uint64_t bits : rules.missing) missing.push_back(value_text(bits, info.type));
  if (rules.nan_is_missing) missing.emplace_back("NaN");
  if (!missing.empty()) lines.push_back(fmt::format("stored values equal to {} are missing", fmt::join(missing, ", ")));
  if (rules.valid_min && rules.valid_max) {
    lines.push_back(fmt::format("stored values outside {} to {} are missing", value_text(*rules.valid_min, info.type),
                                value_text(*rules.valid_max, info.type)));
  } else if (rules.valid_min) {
    lines.push_back(fmt::format("stored values below {} are missing", value_text(*rules.valid_min, info.type)));
  } else if (rules.valid_max) {
    lines.push_back(fmt::format("stored values above {} are missing", value_text(*rules.valid_max, info.type)));
  }
  if (rules.packed) lines.push_back(fmt::format("value = stored * {} + {} in float64", rules.scale, rules.offset));
  return lines;
}

}  // namespace scatterfold
