// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include <hdf5.h>

#include "base/element_type.hpp"
#include "io/handle.hpp"

namespace scatterfold {

/// How a file's type becomes one of ours.
struct StoredType {
  ElementType type = ElementType::float64;
  TypeHandle memory;       ///< what the library is asked to deliver: the stored values in native byte order
  bool boolean = false;    ///< an enumeration of FALSE and TRUE in one byte; `type` is uint8
  bool swapped = false;    ///< the other byte order
  bool converted = false;  ///< raw bytes are of no use
  std::string problem;     ///< why it cannot be folded ("strings", "complex numbers"); empty: it can
};

/// Classifies an HDF5 type. Never throws for an odd one: `problem` says what it is.
/// The caller holds `hdf5_mutex()`, here and below.
StoredType classify_type(hid_t type);

/// The library's type for `type` in native byte order.
TypeHandle native_type(ElementType type);

/// The fields of a floating-point type, as H5Tget_fields and its like tell them.
struct FloatLayout {
  std::size_t bits = 0, sign_at = 0, exponent_at = 0, exponent_bits = 0, mantissa_at = 0, mantissa_bits = 0, bias = 0;
  bool implied_one = false;
  bool operator==(const FloatLayout&) const = default;
};

/// One line for people: "float32", "int16 (big-endian)", "text of 29 bytes", "compound {r, i}".
std::string describe_type(hid_t type);

}  // namespace scatterfold
