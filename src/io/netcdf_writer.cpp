// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/netcdf_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "io/dimension_names.hpp"
#include "io/output_file.hpp"

namespace scatterfold {
namespace {

constexpr unsigned in_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

PropertyHandle ordered_group(hid_t property_class) {
  PropertyHandle properties(H5Pcreate(property_class));
  H5Pset_link_creation_order(properties.get(), in_order);
  H5Pset_attr_creation_order(properties.get(), in_order);
  H5Pset_obj_track_times(properties.get(), false);  // the same job gives the same bytes
  return properties;
}

/// HDF5's own layout of an entry of REFERENCE_LIST.
TypeHandle use_type(std::size_t size, std::size_t dataset_at, std::size_t dimension_at) {
  TypeHandle type(H5Tcreate(H5T_COMPOUND, size));
  H5Tinsert(type.get(), "dataset", dataset_at, H5T_STD_REF_OBJ);
  H5Tinsert(type.get(), "dimension", dimension_at, H5T_NATIVE_INT);
  return type;
}

void write_number(hid_t object, const std::string& name, int value, const std::string& path) {
  const SpaceHandle scalar(H5Screate(H5S_SCALAR));
  const AttributeHandle attribute(
      H5Acreate2(object, name.c_str(), H5T_NATIVE_INT, scalar.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!attribute || H5Awrite(attribute.get(), H5T_NATIVE_INT, &value) < 0) {
    throw_hdf5_error(path, "write attribute " + name);
  }
}

void write_list(hid_t object, const std::string& name, hid_t type, std::size_t count, const void* values,
                const std::string& path) {
  const hsize_t n = count;
  const SpaceHandle space(H5Screate_simple(1, &n, nullptr));
  const AttributeHandle attribute(H5Acreate2(object, name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!attribute || H5Awrite(attribute.get(), type, values) < 0) throw_hdf5_error(path, "write attribute " + name);
}

/// Of a variable whose values follow at once.
PropertyHandle creation_with_values(const std::string& name) {
  PropertyHandle creation = storage_properties(name, {});
  H5Pset_fill_time(creation.get(), H5D_FILL_TIME_IFSET);  // HDF5 wants one for texts of variable length
  return creation;
}

std::string made_with() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("version=2,hdf5={}.{}.{}", major, minor, release);
}

}  // namespace

NetcdfWriter::NetcdfWriter(std::string path) : path_(std::move(path)) {
  const PropertyHandle access = unlocked_access(), creation = ordered_group(H5P_FILE_CREATE);
  file_ = FileHandle(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()));
  if (!file_) throw_hdf5_error(path_, "create the file");
  RawValues::text(made_with()).write_attribute(file(), "_NCProperties", path_);
}

bool NetcdfWriter::is_coordinate(const NetcdfVariable& variable) const {
  return variable.dimensions.size() == 1 && dimensions_[variable.dimensions[0]].name == variable.name;
}

void NetcdfWriter::add_dimensions(const std::vector<NetcdfDimension>& dimensions,
                                  const std::vector<NetcdfVariable>& variables) {
  dimensions_ = dimensions;
  uses_.resize(dimensions.size());
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    const auto found = std::find_if(variables.begin(), variables.end(), [&](const NetcdfVariable& variable) {
      return is_coordinate(variable) && variable.dimensions[0] == d;
    });
    if (found != variables.end()) {
      add_coordinate(d, *found);
    } else {
      add_bare_dimension(d);
    }
    references_.push_back(reference_to(file(), dimensions[d].name));
  }
}

DatasetHandle NetcdfWriter::create(hid_t group, const std::string& name, hid_t type,
                                   const std::vector<std::size_t>& dimensions, PropertyHandle creation) {
  H5Pset_attr_creation_order(creation.get(), in_order);
  std::vector<hsize_t> shape;
  shape.reserve(dimensions.size());
  for (const std::size_t d : dimensions) shape.push_back(static_cast<hsize_t>(dimensions_[d].length));
  const SpaceHandle space(shape.empty() ? H5Screate(H5S_SCALAR)
                                        : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
  DatasetHandle dataset(H5Dcreate2(group, name.c_str(), type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT));
  if (!dataset) throw_hdf5_error(path_, "create dataset " + name);
  return dataset;
}

void NetcdfWriter::add_bare_dimension(std::size_t dimension) {
  const auto& [name, length] = dimensions_[dimension];
  PropertyHandle creation = storage_properties(name, {});
  H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_LATE);  // never written, so it takes no room
  DatasetHandle dataset = create(file(), name, H5T_IEEE_F32BE, {dimension}, std::move(creation));
  make_scale(dataset.get(), dimension, fmt::format("{}.{:10d}", bare_dimension_name, length));
  scales_.push_back(std::move(dataset));
}

void NetcdfWriter::add_coordinate(std::size_t dimension, const NetcdfVariable& variable) {
  const std::string& name = variable.name;
  DatasetHandle dataset = create(file(), name, variable.values.type(), {dimension}, creation_with_values(name));
  make_scale(dataset.get(), dimension, name);
  for (const auto& [attribute, values] : variable.attributes) values.write_attribute(dataset.get(), attribute, path_);
  variable.values.write_dataset(dataset.get(), name, path_);
  scales_.push_back(std::move(dataset));
}

void NetcdfWriter::make_scale(hid_t dataset, std::size_t dimension, const std::string& title) {
  // HDF5 takes no dataset for a scale whose CLASS is stored without the end of the text.
  RawValues::text(std::string("DIMENSION_SCALE") + '\0').write_attribute(dataset, "CLASS", path_);
  RawValues::text(title + '\0').write_attribute(dataset, "NAME", path_);
  write_number(dataset, "_Netcdf4Dimid", static_cast<int>(dimension), path_);
}

DatasetHandle NetcdfWriter::add_variable(const std::string& group_name, const std::string& name, hid_t type,
                                         const std::vector<std::size_t>& dimensions,
                                         const std::vector<NamedValues>& attributes, PropertyHandle creation) {
  const GroupHandle in = group(group_name);
  DatasetHandle dataset = create(in.get(), name, type, dimensions, std::move(creation));
  for (const auto& [attribute, values] : attributes) values.write_attribute(dataset.get(), attribute, path_);
  if (dimensions.empty()) return dataset;
  attach(dataset.get(), dimensions, name);
  const hobj_ref_t reference = reference_to(in.get(), name);
  for (std::size_t i = 0; i < dimensions.size(); ++i) uses_[dimensions[i]].push_back({reference, static_cast<int>(i)});
  return dataset;
}

void NetcdfWriter::add_variable(const NetcdfVariable& variable) {
  if (is_coordinate(variable)) return;
  const DatasetHandle dataset = add_variable("", variable.name, variable.values.type(), variable.dimensions,
                                             variable.attributes, creation_with_values(variable.name));
  variable.values.write_dataset(dataset.get(), variable.name, path_);
}

GroupHandle NetcdfWriter::group(const std::string& name) {
  GroupHandle at(H5Gopen2(file(), "/", H5P_DEFAULT));
  const PropertyHandle creation = ordered_group(H5P_GROUP_CREATE);
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) continue;
    at = GroupHandle(H5Lexists(at.get(), part.c_str(), H5P_DEFAULT) > 0
                         ? H5Gopen2(at.get(), part.c_str(), H5P_DEFAULT)
                         : H5Gcreate2(at.get(), part.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT));
    if (!at) throw_hdf5_error(path_, "create group " + name);
  }
  return at;
}

/// DIMENSION_LIST: per dimension a list of references to its scales, here one each.
void NetcdfWriter::attach(hid_t dataset, const std::vector<std::size_t>& dimensions, const std::string& name) {
  const TypeHandle type(H5Tvlen_create(H5T_STD_REF_OBJ));
  std::vector<hvl_t> lists;
  lists.reserve(dimensions.size());
  for (const std::size_t d : dimensions) lists.push_back({1, &references_[d]});
  if (!type) throw_hdf5_error(path_, "attach dimensions to " + name);
  write_list(dataset, "DIMENSION_LIST", type.get(), lists.size(), lists.data(), path_);
}

void NetcdfWriter::write_uses(std::size_t dimension) {
  const std::vector<Use>& uses = uses_[dimension];
  if (uses.empty()) return;
  const TypeHandle type = use_type(sizeof(Use), HOFFSET(Use, dataset), HOFFSET(Use, dimension));
  write_list(scales_[dimension].get(), "REFERENCE_LIST", type.get(), uses.size(), uses.data(), path_);
}

hobj_ref_t NetcdfWriter::reference_to(hid_t group, const std::string& name) {
  hobj_ref_t reference = 0;
  if (H5Rcreate(&reference, group, name.c_str(), H5R_OBJECT, H5I_INVALID_HID) < 0) {
    throw_hdf5_error(path_, "refer to " + name);
  }
  return reference;
}

void NetcdfWriter::finish() {
  for (std::size_t d = 0; d < scales_.size(); ++d) write_uses(d);
  if (H5Fflush(file(), H5F_SCOPE_GLOBAL) < 0) throw_hdf5_error(path_, "write the file");
}

}  // namespace scatterfold
