// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/dimension_names.hpp"

#include <array>

#include "io/attributes.hpp"
#include "io/dataset_path.hpp"
#include "io/handle.hpp"
#include "io/vlen.hpp"

namespace scatterfold {
namespace {

/// "" where it has none.
std::string path_of_scale(hid_t dataset, const hobj_ref_t& reference) {
  const ObjectHandle scale(H5Rdereference2(dataset, H5P_DEFAULT, H5R_OBJECT, &reference));
  std::array<char, 4096> name{};
  if (!scale || H5Iget_name(scale.get(), name.data(), name.size()) <= 0) return {};
  return name.data();
}

/// DIMENSION_LIST: per dimension a list of references to its scales, of which the first names it.
void take_scale_paths(hid_t dataset, std::vector<std::string>& paths) {
  if (H5Aexists(dataset, "DIMENSION_LIST") <= 0) return;
  const AttributeHandle attribute(H5Aopen(dataset, "DIMENSION_LIST", H5P_DEFAULT));
  if (!attribute) return;
  const TypeHandle stored(H5Aget_type(attribute.get()));
  const SpaceHandle space(H5Aget_space(attribute.get()));
  if (!stored || !space || H5Tget_class(stored.get()) != H5T_VLEN) return;
  const TypeHandle base(H5Tget_super(stored.get()));
  if (!base || H5Tequal(base.get(), H5T_STD_REF_OBJ) <= 0) return;
  if (H5Sget_simple_extent_npoints(space.get()) != static_cast<hssize_t>(paths.size())) return;
  std::vector<hvl_t> lists(paths.size(), hvl_t{0, nullptr});
  const TypeHandle memory(H5Tvlen_create(H5T_STD_REF_OBJ));
  if (H5Aread(attribute.get(), memory.get(), lists.data()) < 0) return;
  for (std::size_t d = 0; d < paths.size(); ++d) {
    if (lists[d].len > 0) paths[d] = path_of_scale(dataset, *static_cast<const hobj_ref_t*>(lists[d].p));
  }
  reclaim(memory.get(), space.get(), lists.data());
}

}  // namespace

std::vector<std::string> dimension_scale_paths(hid_t dataset, std::size_t rank) {
  std::vector<std::string> paths(rank);
  if (rank > 0) take_scale_paths(dataset, paths);
  H5Eclear2(H5E_DEFAULT);
  return paths;
}

std::vector<std::string> dimension_names(hid_t dataset, const std::string& path, std::size_t rank) {
  std::vector<std::string> names = dimension_scale_paths(dataset, rank);
  if (rank == 0) return names;
  for (std::string& name : names) name = base_name(name);
  const auto labels = text_list_attribute(dataset, "DIMENSION_LABELS", rank);
  for (std::size_t d = 0; d < rank && d < labels.size(); ++d) {
    if (names[d].empty()) names[d] = labels[d];
  }
  if (names[0].empty() && text_attribute(dataset, "CLASS") == "DIMENSION_SCALE") names[0] = base_name(path);
  H5Eclear2(H5E_DEFAULT);
  return names;
}

bool is_bare_dimension(hid_t dataset) {
  const auto name = text_attribute(dataset, "NAME");
  return name && name->starts_with(bare_dimension_name);
}

}  // namespace scatterfold
