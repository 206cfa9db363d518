// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/result_image.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "io/attributes.hpp"
#include "io/handle.hpp"
#include "io/hdf5_error.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

/// The name of a file in memory. HDF5 refuses an image under the name of a file that exists; this one cannot.
constexpr const char* name_of_nothing = "/dev/null/scatterfold-result";

/// Throws with HDF5's own words where a call failed.
hid_t checked(hid_t result, const std::string& what) {
  if (result < 0) {
    throw OutputError(
        fmt::format("cannot write {} to the output: HDF5 says \"{}\"", printable(what), last_hdf5_error().text));
  }
  return result;
}

/// Names that HDF5 takes as one link each, without doubles: "a/b" -> "a_b", a second "a" -> "a_2".
class LinkNames {
 public:
  std::string add(std::string name) {
    std::replace(name.begin(), name.end(), '/', '_');
    std::replace(name.begin(), name.end(), '\0', '_');
    if (name.empty() || name == "." || name == "..") name = "result";
    std::string unique = name;
    for (int i = 2; !used_.insert(unique).second; ++i) unique = fmt::format("{}_{}", name, i);
    return unique;
  }

 private:
  std::set<std::string> used_;
};

/// One value as HDF5 takes it: a type, a pointer, a count (scalar: one without a dimension).
struct Cell {
  hid_t type = H5I_INVALID_HID;  // one of the library's own; text: invalid
  const void* data = nullptr;
  hsize_t count = 1;
  bool scalar = true;
  std::int64_t signed_value = 0;
  std::uint64_t unsigned_value = 0;
  std::string text;
};

struct CellMaker {
  Cell& cell;
  void operator()(const double& value) const { set(H5T_NATIVE_DOUBLE, &value); }
  void operator()(const std::int64_t& value) const { set(H5T_NATIVE_INT64, &value); }
  void operator()(const Int128& value) const {
    if (value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max()) {
      cell.signed_value = static_cast<std::int64_t>(value);
      set(H5T_NATIVE_INT64, &cell.signed_value);
    } else if (value >= 0 && value <= std::numeric_limits<std::uint64_t>::max()) {
      cell.unsigned_value = static_cast<std::uint64_t>(value);
      set(H5T_NATIVE_UINT64, &cell.unsigned_value);
    } else {
      cell.text = to_string(value);
    }
  }
  void operator()(const std::vector<double>& values) const {
    set_array(H5T_NATIVE_DOUBLE, values.data(), values.size());
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    set_array(H5T_NATIVE_INT64, values.data(), values.size());
  }

 private:
  void set(hid_t type, const void* data) const {
    cell.type = type;
    cell.data = data;
  }
  void set_array(hid_t type, const void* data, std::size_t count) const {
    set(type, data);
    cell.count = count;
    cell.scalar = false;
  }
};

TypeHandle text_type(std::size_t size) {
  TypeHandle type(checked(H5Tcopy(H5T_C_S1), "text"));
  H5Tset_size(type.get(), size);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

void write_text(hid_t object, const std::string& name, const std::string& value) {
  // Of variable length: a fixed one would have to fit the 64 KiB of an object header, and h5py would give bytes.
  const TypeHandle type = text_type(H5T_VARIABLE);
  const SpaceHandle space(checked(H5Screate(H5S_SCALAR), name));
  const AttributeHandle attribute(
      checked(H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), name));
  const char* const text = value.c_str();
  checked(H5Awrite(attribute.get(), type.get(), &text), name);
}

void write_field(hid_t group, const std::string& name, const ResultValue& value) {
  Cell cell;
  std::visit(CellMaker{cell}, value);
  const SpaceHandle space(
      checked(cell.scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &cell.count, nullptr), name));
  const TypeHandle text = cell.text.empty() ? TypeHandle() : text_type(cell.text.size() + 1);
  const hid_t type = text ? text.get() : cell.type;
  const PropertyHandle properties(checked(H5Pcreate(H5P_DATASET_CREATE), name));
  H5Pset_obj_track_times(properties.get(), false);  // the same result gives the same bytes
  const DatasetHandle dataset(
      checked(H5Dcreate2(group, name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), name));
  if (cell.count == 0) return;
  checked(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text ? cell.text.c_str() : cell.data), name);
}

/// Links in the order they were made: the order of the fields is part of the contract.
PropertyHandle ordered(hid_t property_class) {
  PropertyHandle properties(checked(H5Pcreate(property_class), "properties"));
  H5Pset_link_creation_order(properties.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_attr_creation_order(properties.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_obj_track_times(properties.get(), false);
  return properties;
}

FileHandle create_in_memory() {
  const PropertyHandle access(checked(H5Pcreate(H5P_FILE_ACCESS), "the file"));
  H5Pset_fapl_core(access.get(), 1 << 16, false);
  const PropertyHandle creation = ordered(H5P_FILE_CREATE);
  return FileHandle(checked(H5Fcreate(name_of_nothing, H5F_ACC_TRUNC, creation.get(), access.get()), "the file"));
}

void write_root_attributes(hid_t file, const std::string& digest, const std::string& history) {
  write_text(file, "Conventions", "CF-1.8");
  write_text(file, "history", history);
  write_text(file, "result_digest", digest);
  const SpaceHandle space(checked(H5Screate(H5S_SCALAR), "complete"));
  const AttributeHandle complete(
      checked(H5Acreate2(file, "complete", H5T_STD_I32LE, space.get(), H5P_DEFAULT, H5P_DEFAULT), "complete"));
  const int one = 1;
  checked(H5Awrite(complete.get(), H5T_NATIVE_INT, &one), "complete");
}

GroupHandle create_group(hid_t parent, const std::string& name) {
  const PropertyHandle properties = ordered(H5P_GROUP_CREATE);
  return GroupHandle(checked(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), name));
}

void write_results(hid_t parent, LinkNames& names, const std::vector<Result>& results) {
  for (const Result& result : results) {
    const GroupHandle group = create_group(parent, names.add(result.name));
    write_text(group.get(), "analysis", result.analysis);
    LinkNames field_names;
    for (const ResultField& field : result.fields) write_field(group.get(), field_names.add(field.name), field.value);
  }
}

[[noreturn]] void refuse_difference(const std::string& path, const std::string& what) {
  throw OutputError(fmt::format("{} reads back differently than written ({}): check the disk", printable(path, 1000),
                                printable(what)));
}

void verify_field(hid_t dataset, const ResultValue& value, const std::string& path, const std::string& name) {
  Cell cell;
  std::visit(CellMaker{cell}, value);
  if (dataset < 0) refuse_difference(path, name);
  const TypeHandle text = cell.text.empty() ? TypeHandle() : text_type(cell.text.size() + 1);
  const hid_t type = text ? text.get() : cell.type;
  const char* const expected = text ? cell.text.c_str() : static_cast<const char*>(cell.data);
  std::vector<char> found(H5Tget_size(type) * cell.count);
  const bool read = found.empty() || H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, found.data()) >= 0;
  if (!read || !std::equal(found.begin(), found.end(), expected)) refuse_difference(path, name);
}

void verify_results(hid_t parent, LinkNames& names, const std::vector<Result>& results, const std::string& path) {
  for (const Result& result : results) {
    const GroupHandle group(H5Gopen2(parent, names.add(result.name).c_str(), H5P_DEFAULT));
    LinkNames field_names;
    for (const ResultField& field : result.fields) {
      const std::string name = field_names.add(field.name);
      const DatasetHandle dataset(H5Dopen2(group.get(), name.c_str(), H5P_DEFAULT));
      verify_field(dataset.get(), field.value, path, result.name + "/" + name);
    }
  }
}

LinkNames names_of_file() {
  LinkNames names;
  names.add("provenance");
  return names;
}

}  // namespace

std::vector<char> make_result_image(const std::vector<ResultGroup>& groups, const std::string& digest,
                                    const std::string& history,
                                    const std::vector<std::pair<std::string, std::string>>& provenance) {
  const FileHandle file = create_in_memory();
  LinkNames names = names_of_file();
  for (const ResultGroup& of_dataset : groups) {
    if (of_dataset.name.empty()) {
      write_results(file.get(), names, of_dataset.results);
      continue;
    }
    const GroupHandle group = create_group(file.get(), names.add(of_dataset.name));
    write_text(group.get(), "result_digest", of_dataset.digest);
    LinkNames result_names;
    write_results(group.get(), result_names, of_dataset.results);
  }
  const GroupHandle group = create_group(file.get(), "provenance");
  std::set<std::string> keys;
  for (const auto& [key, value] : provenance) {
    if (!key.empty() && keys.insert(key).second) write_text(group.get(), key, value);
  }
  write_root_attributes(file.get(), digest, history);
  checked(H5Fflush(file.get(), H5F_SCOPE_GLOBAL), "the file");
  const ssize_t size = H5Fget_file_image(file.get(), nullptr, 0);
  checked(size < 0 ? -1 : 0, "the file");
  std::vector<char> image(static_cast<std::size_t>(size));
  checked(H5Fget_file_image(file.get(), image.data(), image.size()) < 0 ? -1 : 0, "the file");
  return image;
}

void verify_result_image(std::vector<char> image, const std::string& path, const std::vector<ResultGroup>& groups,
                         const std::string& digest) {
  const PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_fapl_core(access.get(), 1 << 16, false);
  H5Pset_file_image(access.get(), image.data(), image.size());  // not the file itself: the claim holds its lock
  const FileHandle file(H5Fopen(name_of_nothing, H5F_ACC_RDONLY, access.get()));
  if (!file) refuse_difference(path, last_hdf5_error().text);
  if (text_attribute(file.get(), "result_digest") != digest) refuse_difference(path, "result_digest");
  LinkNames names = names_of_file();
  for (const ResultGroup& of_dataset : groups) {
    if (of_dataset.name.empty()) {
      verify_results(file.get(), names, of_dataset.results, path);
      continue;
    }
    const GroupHandle group(H5Gopen2(file.get(), names.add(of_dataset.name).c_str(), H5P_DEFAULT));
    LinkNames result_names;
    verify_results(group.get(), result_names, of_dataset.results, path);
  }
}

}  // namespace scatterfold
