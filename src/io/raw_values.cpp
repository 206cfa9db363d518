// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/raw_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/store_values.hpp"
#include "io/hdf5_error.hpp"
#include "io/output_file.hpp"
#include "io/printable.hpp"
#include "io/stored_type.hpp"
#include "io/vlen.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t most_attribute_bytes = 1 << 20;

std::int64_t product(const std::vector<std::int64_t>& shape) {
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape) elements *= extent;
  return elements;
}

std::vector<hsize_t> as_hsize(const std::vector<std::int64_t>& shape) { return {shape.begin(), shape.end()}; }

/// The stored type as one in memory: nothing for kinds that are not copied. Texts keep padding and character set.
TypeHandle plain_type(hid_t stored) {
  const H5T_class_t kind = H5Tget_class(stored);
  if (kind == H5T_STRING && H5Tis_variable_str(stored) > 0) {
    TypeHandle text(H5Tcopy(H5T_C_S1));
    H5Tset_size(text.get(), H5T_VARIABLE);
    H5Tset_cset(text.get(), H5Tget_cset(stored));
    return text;
  }
  if (kind != H5T_INTEGER && kind != H5T_FLOAT && kind != H5T_STRING) return {};
  return TypeHandle(H5Tcopy(stored));
}

/// No handle where HDF5 refuses.
SpaceHandle select(hid_t dataset, const Hyperslab& slab) {
  SpaceHandle space(H5Dget_space(dataset));
  if (slab.count.empty()) return space;
  const auto start = as_hsize(slab.start), step = as_hsize(slab.step), count = as_hsize(slab.count);
  if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), step.data(), count.data(), nullptr) < 0) return {};
  return space;
}

}  // namespace

std::vector<std::int64_t> extents_of(hid_t space) {
  std::vector<hsize_t> shape(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space))));
  if (!shape.empty()) H5Sget_simple_extent_dims(space, shape.data(), nullptr);
  return {shape.begin(), shape.end()};
}

std::vector<std::int64_t> shape_of(hid_t dataset) {
  const SpaceHandle space(H5Dget_space(dataset));
  return extents_of(space.get());
}

RawValues::~RawValues() {
  if (bytes_.empty() || H5Tis_variable_str(type_.get()) <= 0) return;
  const SpaceHandle all = space();
  reclaim(type_.get(), all.get(), bytes_.data());
}

RawValues& RawValues::operator=(RawValues&& other) noexcept {
  std::swap(type_, other.type_);
  std::swap(shape_, other.shape_);
  std::swap(null_, other.null_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

RawValues RawValues::numbers(ElementType type, std::span<const double> values, const std::vector<std::int64_t>& shape) {
  RawValues result;
  result.type_ = native_type(type);
  result.shape_ = shape;
  const auto count = static_cast<std::int64_t>(values.size());
  if (count != product(shape)) throw Error(ExitCode::internal, "values do not fit their shape");
  result.bytes_.resize(values.size() * static_cast<std::size_t>(size_of(type)));
  store_values(values.data(), count, type, result.bytes_.data());
  return result;
}

RawValues RawValues::text(const std::string& value) {
  RawValues result;
  result.type_ = TypeHandle(H5Tcopy(H5T_C_S1));
  H5Tset_size(result.type_.get(), std::max<std::size_t>(1, value.size()));
  const bool ascii =
      std::all_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
  H5Tset_cset(result.type_.get(), ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8);
  result.null_ = value.empty();  // as netCDF writes an empty text
  result.bytes_.assign(value.begin(), value.end());
  return result;
}

std::optional<RawValues> RawValues::of_attribute(hid_t object, const std::string& name) {
  const AttributeHandle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
  const TypeHandle stored(attribute ? H5Aget_type(attribute.get()) : H5I_INVALID_HID);
  const SpaceHandle space(attribute ? H5Aget_space(attribute.get()) : H5I_INVALID_HID);
  RawValues result;
  if (stored) result.type_ = plain_type(stored.get());
  if (!space || !result.type_) return std::nullopt;
  result.null_ = H5Sget_simple_extent_type(space.get()) == H5S_NULL;
  if (result.null_) return result;
  result.shape_ = extents_of(space.get());
  const std::int64_t count = result.count();
  const auto size = static_cast<std::int64_t>(H5Tget_size(result.type_.get()));
  if (count < 0 || size > most_attribute_bytes || count > most_attribute_bytes / size) return std::nullopt;
  std::vector<char> bytes(static_cast<std::size_t>(count * size));
  if (count > 0 && H5Aread(attribute.get(), result.type_.get(), bytes.data()) < 0) return std::nullopt;
  result.bytes_ = std::move(bytes);
  return result;
}

std::optional<RawValues> RawValues::of_dataset(hid_t dataset, const Hyperslab& slab, const std::string& file,
                                               const std::string& path) {
  const TypeHandle stored(H5Dget_type(dataset));
  RawValues result;
  if (stored) result.type_ = plain_type(stored.get());
  if (!result.type_) return std::nullopt;
  result.shape_ = slab.count;
  const std::int64_t count = slab.elements();
  std::vector<char> bytes(static_cast<std::size_t>(count) * H5Tget_size(result.type_.get()));
  const SpaceHandle from = select(dataset, slab), to = result.space();
  const hid_t type = result.type_.get();
  const bool good = from && to && H5Dread(dataset, type, to.get(), from.get(), H5P_DEFAULT, bytes.data()) >= 0;
  if (count > 0 && !good) {
    throw InputError(fmt::format("cannot read {} ({}): HDF5 says \"{}\"", printable(path), printable(file, 1000),
                                 last_hdf5_error().text));
  }
  result.bytes_ = std::move(bytes);
  return result;
}

std::optional<std::string> RawValues::as_text() const {
  if (count() != 1 || H5Tget_class(type_.get()) != H5T_STRING) return std::nullopt;
  if (H5Tis_variable_str(type_.get()) > 0) {
    const char* text = nullptr;
    std::memcpy(&text, bytes_.data(), sizeof text);
    return text != nullptr ? text : "";
  }
  return std::string(bytes_.begin(), std::find(bytes_.begin(), bytes_.end(), '\0'));
}

bool RawValues::same_type(const RawValues& other) const { return H5Tequal(type_.get(), other.type_.get()) > 0; }

std::string RawValues::type_name() const { return describe_type(type_.get()); }

void RawValues::append(RawValues next) {
  shape_.at(0) += next.shape_.at(0);
  bytes_.insert(bytes_.end(), next.bytes_.begin(), next.bytes_.end());
  next.bytes_.clear();  // texts of variable length have one owner
}

std::int64_t RawValues::count() const { return null_ ? 0 : product(shape_); }

SpaceHandle RawValues::space() const {
  if (null_) return SpaceHandle(H5Screate(H5S_NULL));
  if (shape_.empty()) return SpaceHandle(H5Screate(H5S_SCALAR));
  return SpaceHandle(H5Screate_simple(static_cast<int>(shape_.size()), as_hsize(shape_).data(), nullptr));
}

void RawValues::write_attribute(hid_t object, const std::string& name, const std::string& file) const {
  const SpaceHandle all = space();
  const AttributeHandle attribute(H5Acreate2(object, name.c_str(), type_.get(), all.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!attribute || (count() > 0 && H5Awrite(attribute.get(), type_.get(), bytes_.data()) < 0)) {
    throw_hdf5_error(file, "write attribute " + name);
  }
}

void RawValues::write_dataset(hid_t dataset, const std::string& name, const std::string& file) const {
  if (count() > 0 && H5Dwrite(dataset, type_.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes_.data()) < 0) {
    throw_hdf5_error(file, "write " + name);
  }
}

}  // namespace scatterfold
