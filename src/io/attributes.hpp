// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <hdf5.h>

#include "io/stored_value.hpp"

namespace scatterfold {

/// A text attribute, whether of fixed or variable length; nothing where there is none or it is not one text.
/// The caller holds `hdf5_mutex()`, here and below.
std::optional<std::string> text_attribute(hid_t object, const std::string& name);

/// The texts of a one-dimensional text attribute, at most `most` of them; empty where there is none.
std::vector<std::string> text_list_attribute(hid_t object, const std::string& name, std::size_t most);

struct NumberAttribute {
  std::vector<Number> values;
  std::size_t count = 0;  ///< how many the file has; `values` is empty where they are too many or cannot be read
  std::size_t bytes = 0;  ///< the stored size of one
};

/// A numeric attribute of at most `most` values; nothing where there is none or it is of another kind (text, ...).
std::optional<NumberAttribute> number_attribute(hid_t object, const std::string& name, std::size_t most);

/// The names of an object's attributes, at most `most` of them, in order of name.
std::vector<std::string> attribute_names(hid_t object, std::size_t most);

/// Whether an attribute is HDF5's or netCDF's own bookkeeping, which shape and dimension names already tell.
bool is_bookkeeping(const std::string& attribute);

/// An attribute for people: name = "text", name = 1.5, name = [1, 2, 3, 4, ...].
std::string describe_attribute(hid_t object, const std::string& name);

}  // namespace scatterfold
