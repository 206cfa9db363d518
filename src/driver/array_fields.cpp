// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_fields.hpp"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <map>
#include <vector>

#include "io/printable.hpp"
#include "io/stored_value.hpp"

namespace scatterfold {
namespace {

/// netCDF's own fill values (netcdf.h), as far as float64 has them, for results of inputs that have none.
double default_fill(ElementType type) {
  switch (type) {
    case ElementType::int8: return -127;
    case ElementType::uint8: return 255;
    case ElementType::int16: return -32767;
    case ElementType::uint16: return 65535;
    case ElementType::int32: return -2147483647;
    case ElementType::uint32: return 4294967295;
    case ElementType::int64: return -0x1p63;
    case ElementType::uint64: return 0x1p64;  // saturates
    case ElementType::float16: return std::numeric_limits<double>::quiet_NaN();
    case ElementType::float32:
    case ElementType::float64: break;
  }
  return 0x1.ep+122;
}

/// What a name of a result means in the CF conventions (appendix E), and the power of its units.
struct Meaning {
  const char* method;
  int power;
  bool same_quantity;  ///< still what the standard name says
};

const Meaning* meaning_of(const std::string& name) {
  static const std::map<std::string, Meaning> meanings = {{"min", {"minimum", 1, true}},
                                                          {"max", {"maximum", 1, true}},
                                                          {"mean", {"mean", 1, true}},
                                                          {"sum", {"sum", 1, false}},
                                                          {"variance", {"variance", 2, false}},
                                                          {"sample_variance", {"variance", 2, false}},
                                                          {"std", {"standard_deviation", 1, false}}};
  const auto found = meanings.find(name);
  return found == meanings.end() ? nullptr : &found->second;
}

ElementType own_type(const ArrayField& field, const Decoding& decoding, std::int64_t most_elements) {
  if (field.kind == ArrayField::Kind::natural) return ElementType::uint64;
  if (!field.blank_where_empty)
    return most_elements <= std::numeric_limits<std::int32_t>::max() ? ElementType::int32 : ElementType::int64;
  if (field.kind == ArrayField::Kind::integer) return field.name == "sum" ? ElementType::int64 : decoding.value;
  return decoding.value == ElementType::float32 && field.name != "sum" ? ElementType::float32 : ElementType::float64;
}

/// Whether a position can have no element that counts.
bool may_be_empty(const Decoding& decoding, const ArrayGeometry& geometry) {
  bool empty = decoding.mark.given || decoding.nan_is_missing || geometry.weights.has_value();
  for (std::int64_t g = 0; g < geometry.reduction.groups(); ++g)
    empty = empty || geometry.reduction.elements_of(g) == 0;
  return empty;
}

/// A value that no result has: the input's own where results are elements of it, else netCDF's.
double fill_of(const ArrayField& field, const DatasetInfo& info, const Decoding& decoding, ElementType type) {
  const bool elements = (field.name == "min" || field.name == "max") && !decoding.packed && type == info.type;
  if (elements && info.rules.nan_is_missing) return std::numeric_limits<double>::quiet_NaN();
  if (!elements || info.rules.missing.empty()) return default_fill(type);
  const double fill = bits_to_double(info.rules.missing.front(), info.type);
  return is_float(type) || (fill > -0x1p53 && fill < 0x1p53) ? fill : default_fill(type);
}

std::string squared(const std::string& units) {
  if (units == "1") return units;
  return units.find_first_of(" */^.-") == std::string::npos ? units + "^2" : "(" + units + ")^2";
}

}  // namespace

ArrayVariable variable_of(const ArrayField& field, const ArrayStorage& storage, const Input& input,
                          const ArrayGeometry& geometry) {
  const Decoding& decoding = input.source->decoding();
  ArrayVariable variable;
  variable.name = field.name;
  variable.type = own_type(field, decoding, geometry.reduction.most_elements());
  if (!storage.dtype.empty() && field.blank_where_empty) {
    variable.type = *element_type_named(storage.dtype);
  }
  if (field.blank_where_empty &&
      (is_float(variable.type) || field.kind == ArrayField::Kind::real || may_be_empty(decoding, geometry))) {
    variable.has_fill = true;
    variable.fill = fill_of(field, input.info, decoding, variable.type);
  }
  const DatasetInfo& info = input.info;
  const Meaning* const meaning = meaning_of(field.name);
  const std::string of = info.long_name.empty() ? info.path.substr(info.path.rfind('/') + 1) : info.long_name;
  variable.attributes.emplace_back("long_name", fmt::format("{} of {}", field.name, printable(of)));
  if (meaning == nullptr) {
    variable.attributes.emplace_back("units", "1");
    return variable;
  }
  if (meaning->same_quantity && !info.standard_name.empty())
    variable.attributes.emplace_back("standard_name", info.standard_name);
  if (!info.units.empty())
    variable.attributes.emplace_back("units", meaning->power == 2 ? squared(info.units) : info.units);
  std::string methods;
  for (const std::string& name : geometry.reduced) methods += name + ": ";
  if (!methods.empty()) variable.attributes.emplace_back("cell_methods", methods + meaning->method);
  return variable;
}

void write_words(ArrayWriter& writer, std::size_t variable, const Hyperslab& box, const ArrayField& field,
                 std::span<const std::uint64_t> words, std::span<const std::uint8_t> empty) {
  const auto write = [&](const ArrayValues& values) { writer.write(variable, box, values, empty); };
  const auto copied = [&]<class T>(std::vector<T> values) {
    if (!words.empty()) std::memcpy(values.data(), words.data(), words.size_bytes());
    write(std::span<const T>(values));
  };
  switch (field.kind) {
    case ArrayField::Kind::real: return copied(std::vector<double>(words.size()));
    case ArrayField::Kind::integer: return copied(std::vector<std::int64_t>(words.size()));
    case ArrayField::Kind::natural: return write(words);
  }
}

}  // namespace scatterfold
