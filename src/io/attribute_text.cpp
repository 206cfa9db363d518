// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <set>

#include "io/attributes.hpp"
#include "io/handle.hpp"
#include "io/printable.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_values_shown = 4;
constexpr std::size_t most_values_read = 4096;
constexpr std::size_t most_text_shown = 60;

struct NameCollector {
  std::vector<std::string> names;
  std::size_t most;
};

herr_t collect_name(hid_t, const char* name, const H5A_info_t*, void* out) {
  auto& collector = *static_cast<NameCollector*>(out);
  if (collector.names.size() >= collector.most) return 1;
  try {
    collector.names.emplace_back(name);
  } catch (...) {
    return -1;  // an exception must not unwind through the C library
  }
  return 0;
}

std::string number_text(const Number& number, std::size_t bytes) {
  if (!number.floating) return fmt::format("{}", number.integer_value);
  // As many digits as the stored type has: a float32 of 0.1 is 0.1 and not 0.10000000149011612.
  return bytes <= 4 ? fmt::format("{}", static_cast<float>(number.real_value)) : fmt::format("{}", number.real_value);
}

std::string numbers_text(const NumberAttribute& found) {
  if (found.count == 0) return "[]";
  if (found.values.empty()) return fmt::format("[{} values]", found.count);
  if (found.count == 1) return number_text(found.values[0], found.bytes);
  std::string text;
  for (std::size_t i = 0; i < found.count && i < most_values_shown; ++i) {
    text += fmt::format("{}{}", i > 0 ? ", " : "", number_text(found.values[i], found.bytes));
  }
  if (found.count > most_values_shown) text += fmt::format(", ... {} values", found.count);
  return "[" + text + "]";
}

std::string texts_text(const std::vector<std::string>& texts) {
  std::string text;
  for (std::size_t i = 0; i < texts.size() && i < most_values_shown; ++i) {
    text += fmt::format("{}\"{}\"", i > 0 ? ", " : "", printable(texts[i], most_text_shown));
  }
  if (texts.size() > most_values_shown) text += fmt::format(", ... {} values", texts.size());
  return texts.size() == 1 ? text : "[" + text + "]";
}

}  // namespace

std::vector<std::string> attribute_names(hid_t object, std::size_t most) {
  NameCollector collector{{}, most};
  hsize_t at = 0;
  H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &at, collect_name, &collector);
  H5Eclear2(H5E_DEFAULT);
  return std::move(collector.names);
}

bool is_bookkeeping(const std::string& attribute) {
  static const std::set<std::string> names{"CLASS",          "NAME",          "DIMENSION_LIST",      "DIMENSION_LABELS",
                                           "REFERENCE_LIST", "_Netcdf4Dimid", "_Netcdf4Coordinates", "_NCProperties",
                                           "_nc3_strict"};
  return names.contains(attribute);
}

std::string describe_attribute(hid_t object, const std::string& name) {
  const std::string shown = printable(name, most_text_shown);
  if (const auto texts = text_list_attribute(object, name, most_values_read); !texts.empty()) {
    return shown + " = " + texts_text(texts);
  }
  if (const auto numbers = number_attribute(object, name, most_values_read)) {
    return shown + " = " + numbers_text(*numbers);
  }
  const AttributeHandle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
  const TypeHandle type(attribute ? H5Aget_type(attribute.get()) : H5I_INVALID_HID);
  return shown + " (" + (type ? describe_type(type.get()) : "unreadable") + ")";
}

}  // namespace scatterfold
