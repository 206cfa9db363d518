// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/element_type.hpp"
#include "io/handle.hpp"
#include "partition/hyperslab.hpp"

namespace scatterfold {

/// Numbers or texts exactly as a file stores them, with their type and shape: what goes from file to file unchanged.
/// The caller holds `hdf5_mutex()`, also when one is destroyed.
class RawValues {
 public:
  RawValues() = default;
  ~RawValues();
  RawValues(RawValues&&) noexcept = default;
  RawValues& operator=(RawValues&& other) noexcept;

  /// Rounded to `type` once.
  static RawValues numbers(ElementType type, std::span<const double> values, const std::vector<std::int64_t>& shape);
  /// A text of fixed length, which netCDF calls NC_CHAR: of variable length it is NC_STRING, which old tools skip.
  static RawValues text(const std::string& value);
  /// Nothing where it is of another kind (references, compounds, ...), unreadable or longer than 1 MiB.
  static std::optional<RawValues> of_attribute(hid_t object, const std::string& name);
  /// Nothing where it is of another kind. Errors: InputError naming `file` and `path`.
  static std::optional<RawValues> of_dataset(hid_t dataset, const Hyperslab& slab, const std::string& file,
                                             const std::string& path);

  /// The one text that these are; nothing where they are numbers or several.
  std::optional<std::string> as_text() const;
  bool same_type(const RawValues& other) const;
  std::string type_name() const;
  const std::vector<std::int64_t>& shape() const { return shape_; }
  hid_t type() const { return type_.get(); }

  /// Adds `next` along the first dimension; type and the other extents must be the same.
  void append(RawValues next);

  /// Errors: OutputError naming `file`, here and below.
  void write_attribute(hid_t object, const std::string& name, const std::string& file) const;
  void write_dataset(hid_t dataset, const std::string& name, const std::string& file) const;

 private:
  std::int64_t count() const;
  SpaceHandle space() const;

  TypeHandle type_;
  std::vector<std::int64_t> shape_;
  bool null_ = false;  ///< an attribute without any value, not even an empty list
  std::vector<char> bytes_;
};

/// The extents of a dataspace; empty for a scalar. The caller holds `hdf5_mutex()`, here and below.
std::vector<std::int64_t> extents_of(hid_t space);
std::vector<std::int64_t> shape_of(hid_t dataset);

/// An attribute.
struct NamedValues {
  std::string name;
  RawValues values;
};

}  // namespace scatterfold
