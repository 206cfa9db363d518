// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/coordinate_path.hpp"

#include "io/attributes.hpp"
#include "io/dataset.hpp"
#include "io/dataset_path.hpp"
#include "io/dimension_names.hpp"
#include "io/handle.hpp"
#include "io/hdf5_lock.hpp"
#include "io/input_file.hpp"
#include "io/links.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

/// What netCDF-4 writes as NAME of a scale that only stands for a dimension.
constexpr char stand_in[] = "This is a netCDF dimension but not a netCDF variable";

/// Nothing where `path` leads to no dataset.
DatasetHandle try_open(hid_t file, const std::string& path) {
  const auto facts = object_facts(file, path);
  H5Eclear2(H5E_DEFAULT);
  if (!facts || facts->type != H5O_TYPE_DATASET) return {};
  return DatasetHandle(H5Dopen2(file, path.c_str(), H5P_DEFAULT));
}

std::vector<std::int64_t> shape_of(hid_t dataset) {
  const SpaceHandle space(H5Dget_space(dataset));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  std::vector<hsize_t> extents(rank > 0 ? static_cast<std::size_t>(rank) : 0);
  if (!extents.empty()) H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

bool holds_numbers(hid_t dataset) {
  const TypeHandle type(H5Dget_type(dataset));
  return classify_type(type.get()).problem.empty() &&
         !text_attribute(dataset, "NAME").value_or("").starts_with(stand_in);
}

std::string find_in_scope(hid_t file, const std::string& path, const std::string& name) {
  if (name.starts_with('/')) return try_open(file, name) ? normal_path(name) : "";
  for (std::size_t slash = path.rfind('/'); slash != std::string::npos;) {
    std::string candidate = path.substr(0, slash + 1) + name;
    if (try_open(file, candidate)) return candidate;
    slash = slash == 0 ? std::string::npos : path.rfind('/', slash - 1);
  }
  return {};
}

}  // namespace

std::optional<std::string> coordinate_path(const DatasetInfo& info, std::size_t d) {
  const Hdf5Scope scope;
  const FileHandle file = open_input_file(info.file);
  const DatasetHandle dataset = try_open(file.get(), info.path);
  // Behind an external link the file may have another dataset of that path, or none.
  if (!dataset || shape_of(dataset.get()) != info.shape) return std::nullopt;
  const std::string scale = dimension_scale_paths(dataset.get(), info.shape.size())[d];
  if (!scale.empty()) {
    const DatasetHandle found = try_open(file.get(), scale);
    if (found && shape_of(found.get()).size() == 1 && holds_numbers(found.get())) return scale;
  }
  const std::string& name = info.dimension_names[d];
  const std::string beside = name.empty() ? "" : find_in_scope(file.get(), info.path, name);
  if (beside.empty()) return std::nullopt;
  const DatasetHandle found = try_open(file.get(), beside);
  if (shape_of(found.get()) != std::vector<std::int64_t>{info.shape[d]} || !holds_numbers(found.get()))
    return std::nullopt;
  return beside;
}

std::optional<std::string> dataset_in_scope(const std::string& file, const std::string& path, const std::string& name) {
  const Hdf5Scope scope;
  const FileHandle opened = open_input_file(file);
  std::string found = find_in_scope(opened.get(), path, name);
  if (found.empty()) return std::nullopt;
  return found;
}

std::vector<std::string> text_attributes(const std::string& file, const std::string& path,
                                         const std::vector<std::string>& names) {
  const Hdf5Scope scope;
  const FileHandle opened = open_input_file(file);
  const DatasetHandle dataset = open_dataset_path(opened.get(), file, path);
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const std::string& name : names) texts.push_back(text_attribute(dataset.get(), name).value_or(""));
  return texts;
}

}  // namespace scatterfold
