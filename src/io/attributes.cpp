// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/attributes.hpp"

#include <algorithm>

#include "io/handle.hpp"
#include "io/vlen.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_text_bytes = 1 << 20;

AttributeHandle open_attribute(hid_t object, const std::string& name) {
  if (H5Aexists(object, name.c_str()) <= 0) return {};
  return AttributeHandle(H5Aopen(object, name.c_str(), H5P_DEFAULT));
}

/// How many values; 0 also for a null dataspace and for a damaged one.
std::size_t value_count(hid_t attribute) {
  const SpaceHandle space(H5Aget_space(attribute));
  const hssize_t n = space ? H5Sget_simple_extent_npoints(space.get()) : 0;
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

std::vector<std::string> read_texts(hid_t attribute, std::size_t most) {
  const TypeHandle stored(H5Aget_type(attribute));
  const SpaceHandle space(H5Aget_space(attribute));
  const std::size_t count = value_count(attribute);
  if (!stored || !space || H5Tget_class(stored.get()) != H5T_STRING || count == 0 || count > most) return {};
  const TypeHandle memory(H5Tcopy(H5T_C_S1));
  H5Tset_cset(memory.get(), H5Tget_cset(stored.get()));  // ASCII and UTF-8 do not convert into each other
  std::vector<std::string> texts;
  if (H5Tis_variable_str(stored.get()) > 0) {
    H5Tset_size(memory.get(), H5T_VARIABLE);
    std::vector<char*> pointers(count, nullptr);
    if (H5Aread(attribute, memory.get(), pointers.data()) < 0) return {};
    for (const char* const text : pointers) texts.emplace_back(text != nullptr ? text : "");
    reclaim(memory.get(), space.get(), pointers.data());
    return texts;
  }
  const std::size_t bytes = H5Tget_size(stored.get());
  if (bytes == 0 || bytes > most_text_bytes || bytes * count > most_text_bytes) return {};
  H5Tset_size(memory.get(), bytes + 1);  // room for the end that padded texts lack
  std::vector<char> buffer((bytes + 1) * count, '\0');
  if (H5Aread(attribute, memory.get(), buffer.data()) < 0) return {};
  for (std::size_t i = 0; i < count; ++i) {
    const char* const begin = buffer.data() + i * (bytes + 1);
    std::string text(begin, std::find(begin, begin + bytes, '\0'));
    if (H5Tget_strpad(stored.get()) == H5T_STR_SPACEPAD) text.erase(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

template <class Value>
std::vector<Value> read_values(hid_t attribute, hid_t memory, std::size_t count) {
  std::vector<Value> values(count);
  if (count > 0 && H5Aread(attribute, memory, values.data()) < 0) values.clear();
  return values;
}

}  // namespace

std::optional<std::string> text_attribute(hid_t object, const std::string& name) {
  const AttributeHandle attribute = open_attribute(object, name);
  std::optional<std::string> result;
  if (attribute) {
    if (auto texts = read_texts(attribute.get(), 1); !texts.empty()) result = std::move(texts[0]);
  }
  H5Eclear2(H5E_DEFAULT);
  return result;
}

std::vector<std::string> text_list_attribute(hid_t object, const std::string& name, std::size_t most) {
  const AttributeHandle attribute = open_attribute(object, name);
  std::vector<std::string> result;
  if (attribute) result = read_texts(attribute.get(), most);
  H5Eclear2(H5E_DEFAULT);
  return result;
}

std::optional<NumberAttribute> number_attribute(hid_t object, const std::string& name, std::size_t most) {
  const AttributeHandle attribute = open_attribute(object, name);
  if (!attribute) return std::nullopt;
  const TypeHandle type(H5Aget_type(attribute.get()));
  const H5T_class_t kind = type ? H5Tget_class(type.get()) : H5T_NO_CLASS;
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) return std::nullopt;
  NumberAttribute result;
  result.count = value_count(attribute.get());
  result.bytes = H5Tget_size(type.get());
  if (result.count > most) return result;
  if (kind == H5T_FLOAT) {
    for (const double value : read_values<double>(attribute.get(), H5T_NATIVE_DOUBLE, result.count)) {
      result.values.push_back(Number::real(value));
    }
  } else if (H5Tget_sign(type.get()) == H5T_SGN_2) {
    for (const auto value : read_values<std::int64_t>(attribute.get(), H5T_NATIVE_INT64, result.count)) {
      result.values.push_back(Number::integer(value, result.bytes));
    }
  } else {
    for (const auto value : read_values<std::uint64_t>(attribute.get(), H5T_NATIVE_UINT64, result.count)) {
      result.values.push_back(Number::integer(value, 0));
    }
  }
  H5Eclear2(H5E_DEFAULT);
  return result;
}

}  // namespace scatterfold
