// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/stored_type.hpp"

#include <bit>
#include <optional>

#include "io/hdf5_error.hpp"

namespace scatterfold {
namespace {

constexpr H5T_order_t native_order = std::endian::native == std::endian::little ? H5T_ORDER_LE : H5T_ORDER_BE;

constexpr FloatLayout ieee_half{16, 15, 10, 5, 0, 10, 15, true};
constexpr FloatLayout ieee_single{32, 31, 23, 8, 0, 23, 127, true};
constexpr FloatLayout ieee_double{64, 63, 52, 11, 0, 52, 1023, true};

std::optional<ElementType> integer_of(std::size_t bits, bool has_sign) {
  if (bits == 0 || bits > 64) return std::nullopt;
  int step = 0;
  while (bits > (std::size_t{8} << step)) ++step;
  return static_cast<ElementType>(2 * step + (has_sign ? 0 : 1));
}

std::optional<FloatLayout> float_layout(hid_t type) {
  FloatLayout layout;
  layout.bits = 8 * H5Tget_size(type);
  if (H5Tget_fields(type, &layout.sign_at, &layout.exponent_at, &layout.exponent_bits, &layout.mantissa_at,
                    &layout.mantissa_bits) < 0) {
    return std::nullopt;
  }
  layout.bias = H5Tget_ebias(type);
  layout.implied_one = H5Tget_norm(type) == H5T_NORM_IMPLIED;
  return layout;
}

/// Whether each value of `from`, subnormal ones too, is a value of `to`.
bool holds_exactly(const FloatLayout& from, const FloatLayout& to) {
  if (!from.implied_one || from.exponent_bits < 2 || from.exponent_bits > 15 || from.bias > 1u << 15) return false;
  const auto most = [](const FloatLayout& f) { return (1L << f.exponent_bits) - 2 - static_cast<long>(f.bias); };
  const auto least_bit = [](const FloatLayout& f) {
    return 1 - static_cast<long>(f.bias) - static_cast<long>(f.mantissa_bits);
  };
  return from.mantissa_bits <= to.mantissa_bits && most(from) <= most(to) && least_bit(from) >= least_bit(to);
}

/// The other byte order, of the two there are; a third one (VAX) is a problem.
bool is_swapped(hid_t type, std::size_t bytes, std::string& problem) {
  const H5T_order_t order = H5Tget_order(type);
  if (bytes == 1) return false;
  if (order != H5T_ORDER_LE && order != H5T_ORDER_BE) problem = "numbers in an unknown byte order";
  return order != native_order;
}

void classify_integer(hid_t type, StoredType& result) {
  const std::size_t bytes = H5Tget_size(type), precision = H5Tget_precision(type);
  const bool has_sign = H5Tget_class(type) == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
  const bool bits = H5Tget_class(type) == H5T_BITFIELD;
  const auto target = integer_of(precision, has_sign);
  if (!target) {
    result.problem = "integers of " + std::to_string(precision) + " bits";
    return;
  }
  result.type = *target;
  result.swapped = is_swapped(type, bytes, result.problem);
  result.converted = static_cast<std::size_t>(size_of(*target)) != bytes || precision != 8 * bytes;
  if (result.converted) result.swapped = false;
  if (bits) {  // the library converts bit fields to bit fields only
    const hid_t fields[] = {H5T_NATIVE_B8, H5T_NATIVE_B16, H5T_NATIVE_B32, H5T_NATIVE_B64};
    result.memory = TypeHandle(H5Tcopy(fields[static_cast<int>(*target) / 2]));
  } else {
    result.memory = native_type(*target);
  }
}

void classify_float(hid_t type, StoredType& result) {
  const auto layout = float_layout(type);
  const std::size_t bytes = H5Tget_size(type);
  if (!layout) {
    result.problem = "floating-point numbers of a damaged type";
    return;
  }
  result.swapped = is_swapped(type, bytes, result.problem);
  if (*layout == ieee_half) {
    result.type = ElementType::float16;
  } else if (*layout == ieee_single) {
    result.type = ElementType::float32;
  } else if (*layout == ieee_double) {
    result.type = ElementType::float64;
  } else if (holds_exactly(*layout, ieee_single) || holds_exactly(*layout, ieee_double)) {
    result.type = holds_exactly(*layout, ieee_single) ? ElementType::float32 : ElementType::float64;
    result.converted = true;
    result.swapped = false;
  } else {
    result.problem =
        "floating-point numbers of " + std::to_string(H5Tget_precision(type)) + " bits, which no float64 holds exactly";
  }
  result.memory = native_type(result.type);
}

std::string member_name(hid_t type, unsigned index) {
  char* const name = H5Tget_member_name(type, index);
  const std::string result = name != nullptr ? name : "";
  H5free_memory(name);
  return result;
}

/// h5py's and netCDF's way to store truth values.
bool is_boolean(hid_t type) {
  if (H5Tget_size(type) != 1 || H5Tget_nmembers(type) != 2) return false;
  bool found[2] = {false, false};
  for (unsigned i = 0; i < 2; ++i) {
    const std::string name = member_name(type, i);
    unsigned char value = 2;
    if (H5Tget_member_value(type, i, &value) < 0 || value > 1) return false;
    found[value] = name == (value == 1 ? "TRUE" : "FALSE");
  }
  return found[0] && found[1];
}

bool is_complex(hid_t type) {
  if (H5Tget_nmembers(type) != 2 || H5Tget_member_class(type, 0) != H5T_FLOAT) return false;
  if (H5Tget_member_class(type, 1) != H5T_FLOAT) return false;
  const std::string first = member_name(type, 0);
  return first == "r" || first == "re" || first == "real";
}

}  // namespace

TypeHandle native_type(ElementType type) {
  const hid_t natives[] = {H5T_NATIVE_INT8,  H5T_NATIVE_UINT8,  H5T_NATIVE_INT16, H5T_NATIVE_UINT16,
                           H5T_NATIVE_INT32, H5T_NATIVE_UINT32, H5T_NATIVE_INT64, H5T_NATIVE_UINT64,
                           H5T_NATIVE_FLOAT, H5T_NATIVE_FLOAT,  H5T_NATIVE_DOUBLE};
  TypeHandle copy(H5Tcopy(natives[static_cast<int>(type)]));
  if (type == ElementType::float16) {  // the library has no name for it before 1.14.4
    H5Tset_fields(copy.get(), ieee_half.sign_at, ieee_half.exponent_at, ieee_half.exponent_bits, ieee_half.mantissa_at,
                  ieee_half.mantissa_bits);
    H5Tset_size(copy.get(), 2);
    H5Tset_ebias(copy.get(), ieee_half.bias);
  }
  return copy;
}

StoredType classify_type(hid_t type) {
  StoredType result;
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_BITFIELD: classify_integer(type, result); break;
    case H5T_FLOAT: classify_float(type, result); break;
    case H5T_ENUM: {
      const TypeHandle base(H5Tget_super(type));
      if (!base || H5Tget_class(base.get()) != H5T_INTEGER) {
        result.problem = "an enumeration of a damaged type";
        break;
      }
      classify_integer(base.get(), result);
      result.boolean = result.problem.empty() && !result.converted && is_boolean(type);
      // `memory` stays as stored, so that a byte that is neither 0 nor 1 arrives as it is and is not clipped.
      if (result.boolean) result.type = ElementType::uint8;
      break;
    }
    case H5T_STRING: result.problem = "strings"; break;
    case H5T_COMPOUND: result.problem = is_complex(type) ? "complex numbers" : "compound values"; break;
    case H5T_OPAQUE: result.problem = "opaque bytes"; break;
    case H5T_REFERENCE: result.problem = "references"; break;
    case H5T_VLEN: result.problem = "variable-length lists"; break;
    case H5T_ARRAY: result.problem = "small arrays as elements"; break;
    case H5T_TIME: result.problem = "HDF5 time values"; break;
    default: result.problem = "a type that HDF5 cannot tell"; break;
  }
  if (result.problem.empty() && !result.memory) result.problem = "a type that HDF5 refuses: " + last_hdf5_error().text;
  H5Eclear2(H5E_DEFAULT);
  return result;
}

std::string describe_type(hid_t type) {
  const StoredType stored = classify_type(type);
  const std::size_t bytes = H5Tget_size(type);
  std::string text;
  if (stored.problem.empty()) {
    text = stored.boolean ? "boolean" : std::string(name_of(stored.type));
    if (stored.swapped) text += native_order == H5T_ORDER_LE ? " (big-endian)" : " (little-endian)";
    if (stored.converted) text += " (stored as " + std::to_string(H5Tget_precision(type)) + " bits)";
    if (H5Tget_class(type) == H5T_ENUM && !stored.boolean) text += " (enumeration)";
    return text;
  }
  switch (H5Tget_class(type)) {
    case H5T_STRING: return H5Tis_variable_str(type) > 0 ? "text" : "text of " + std::to_string(bytes) + " bytes";
    case H5T_COMPOUND: {
      const int members = H5Tget_nmembers(type);
      text = "compound {";
      for (int i = 0; i < members && i < 8; ++i) text += (i > 0 ? ", " : "") + member_name(type, i);
      return text + (members > 8 ? ", ...}" : "}");
    }
    case H5T_OPAQUE: return "opaque, " + std::to_string(bytes) + " bytes";
    case H5T_REFERENCE: return "reference";
    case H5T_ARRAY:
    case H5T_VLEN: {
      const TypeHandle base(H5Tget_super(type));
      return (H5Tget_class(type) == H5T_VLEN ? "lists of " : "arrays of ") + (base ? describe_type(base.get()) : "?");
    }
    default: return stored.problem;
  }
}

}  // namespace scatterfold
