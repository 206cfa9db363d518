// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <gtest/gtest.h>
#include <hdf5.h>

#include <bit>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "io/dataset.hpp"
#include "io/handle.hpp"
#include "io/hdf5_lock.hpp"
#include "support/scratch_folder.hpp"

namespace scatterfold {

template <class T>
hid_t native_of() {
  if constexpr (std::is_same_v<T, std::int8_t>) return H5T_NATIVE_INT8;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
  if constexpr (std::is_same_v<T, std::int16_t>) return H5T_NATIVE_INT16;
  if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_NATIVE_UINT16;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<T, std::uint32_t>) return H5T_NATIVE_UINT32;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  return H5I_INVALID_HID;
}

/// A file being made by a test. HDF5's calls are left unchecked: the dataset under test would not be there.
class Maker {
 public:
  explicit Maker(const std::string& path, hid_t creation = H5P_DEFAULT, hid_t access = H5P_DEFAULT)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access)) {}

  hid_t file() const { return file_.get(); }

  /// A dataset of `shape` (empty: scalar) of stored type `type`; written from `memory` type data unless null.
  DatasetHandle dataset(const std::string& name, hid_t type, const std::vector<hsize_t>& shape, hid_t memory = -1,
                        const void* data = nullptr, hid_t creation = H5P_DEFAULT) {
    const SpaceHandle space(shape.empty() ? H5Screate(H5S_SCALAR)
                                          : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
    return in_space(name, type, space.get(), memory, data, creation);
  }
  DatasetHandle in_space(const std::string& name, hid_t type, hid_t space, hid_t memory = -1,
                         const void* data = nullptr, hid_t creation = H5P_DEFAULT) {
    DatasetHandle made(H5Dcreate2(file_.get(), name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    if (data != nullptr) H5Dwrite(made.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
    return made;
  }
  /// 0, 1, 2, ... as T.
  template <class T>
  DatasetHandle counting(const std::string& name, const std::vector<hsize_t>& shape, hid_t creation = H5P_DEFAULT) {
    std::vector<T> values(std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>()));
    std::iota(values.begin(), values.end(), T(0));
    return dataset(name, native_of<T>(), shape, native_of<T>(), values.data(), creation);
  }
  GroupHandle group(const std::string& name) {
    return GroupHandle(H5Gcreate2(file_.get(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  }

  template <class T>
  static void attribute(hid_t object, const std::string& name, const std::vector<T>& values, hid_t stored = -1) {
    const hsize_t n = values.size();
    const SpaceHandle space(n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, nullptr));
    const AttributeHandle made(
        H5Acreate2(object, name.c_str(), stored >= 0 ? stored : native_of<T>(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
    if (n > 0) H5Awrite(made.get(), native_of<T>(), values.data());
  }
  static void text(hid_t object, const std::string& name, const std::string& value, bool variable = false) {
    const TypeHandle type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.get(), variable ? H5T_VARIABLE : value.size() + (value.empty() ? 1 : 0));
    H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
    const SpaceHandle space(H5Screate(H5S_SCALAR));
    const AttributeHandle made(H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
    const char* const pointer = value.c_str();
    H5Awrite(made.get(), type.get(), variable ? static_cast<const void*>(&pointer) : pointer);
  }
  /// Of the dimensions, as HDF5 labels.
  static void labels(hid_t dataset, std::vector<const char*> labels) {
    const hsize_t rank = labels.size();
    const TypeHandle type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.get(), H5T_VARIABLE);
    const SpaceHandle space(H5Screate_simple(1, &rank, nullptr));
    const AttributeHandle made(
        H5Acreate2(dataset, "DIMENSION_LABELS", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
    H5Awrite(made.get(), type.get(), labels.data());
  }

  /// Attaches scales the way H5DSattach_scale does, as far as a reader looks.
  void attach(hid_t dataset, const std::vector<std::string>& scales) const {
    const hsize_t rank = scales.size();
    const TypeHandle type(H5Tvlen_create(H5T_STD_REF_OBJ));
    const SpaceHandle space(H5Screate_simple(1, &rank, nullptr));
    const AttributeHandle attribute(
        H5Acreate2(dataset, "DIMENSION_LIST", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
    std::vector<hobj_ref_t> references(rank);
    std::vector<hvl_t> lists(rank, hvl_t{0, nullptr});
    for (std::size_t d = 0; d < rank; ++d) {
      if (scales[d].empty()) continue;
      H5Rcreate(&references[d], file(), scales[d].c_str(), H5R_OBJECT, -1);
      lists[d] = {1, &references[d]};
    }
    H5Awrite(attribute.get(), type.get(), lists.data());
  }

 private:
  Hdf5Scope quiet_;  // as the library under test holds it; released before that is called
  FileHandle file_;
};

inline PropertyHandle chunked(const std::vector<hsize_t>& chunk) {
  PropertyHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data());
  return properties;
}

inline Hyperslab whole(const DatasetInfo& info) {
  return {std::vector<std::int64_t>(info.shape.size(), 0), info.shape, std::vector<std::int64_t>(info.shape.size(), 1)};
}

template <class T>
std::vector<T> read_all(const Dataset& dataset) {
  EXPECT_EQ(size_of(dataset.info().type), static_cast<std::int64_t>(sizeof(T)));
  std::vector<T> values(static_cast<std::size_t>(dataset.info().elements()));
  dataset.read(whole(dataset.info()), values.data());
  return values;
}

/// The message of the error that `action` throws; fails where it throws none or one of another kind.
template <class Kind = InputError, class Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Kind& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another kind of error: " << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

inline std::string open_error(const std::string& file, const std::string& path, bool semantics = true) {
  return message_of([&] { Dataset dataset(file, path, semantics); });
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

}  // namespace scatterfold
