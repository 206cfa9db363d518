// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "scratch.hpp"

namespace scatterfold {
namespace {

/// Attaches scales the way H5DSattach_scale does, as far as a reader looks.
void attach(const Maker& maker, hid_t dataset, const std::vector<std::string>& scales) {
  const hsize_t rank = scales.size();
  const TypeHandle type(H5Tvlen_create(H5T_STD_REF_OBJ));
  const SpaceHandle space(H5Screate_simple(1, &rank, nullptr));
  const AttributeHandle attribute(
      H5Acreate2(dataset, "DIMENSION_LIST", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
  std::vector<hobj_ref_t> references(rank);
  std::vector<hvl_t> lists(rank, hvl_t{0, nullptr});
  for (std::size_t d = 0; d < rank; ++d) {
    if (scales[d].empty()) continue;
    H5Rcreate(&references[d], maker.file(), scales[d].c_str(), H5R_OBJECT, -1);
    lists[d] = {1, &references[d]};
  }
  H5Awrite(attribute.get(), type.get(), lists.data());
}

TEST(DimensionNames, scales_before_labels_before_nothing) {
  const ScratchFolder folder;
  const std::string file = folder / "names.h5";
  {
    Maker maker(file);
    const GroupHandle group = maker.group("axes");
    const DatasetHandle time = maker.counting<double>("axes/time", {2});
    Maker::text(time.get(), "CLASS", "DIMENSION_SCALE");
    const DatasetHandle x = maker.counting<double>("x", {2, 3, 4});
    attach(maker, x.get(), {"/axes/time", "", ""});
    Maker::labels(x.get(), {"label0", "label1", ""});
    maker.counting<double>("plain", {2, 3});
    const DatasetHandle wrong = maker.counting<double>("wrong", {2, 3});
    attach(maker, wrong.get(), {"/axes/time"});  // fewer than dimensions
    Maker::attribute<int>(wrong.get(), "DIMENSION_LABELS", {1, 2});
  }
  using Names = std::vector<std::string>;
  EXPECT_EQ(Dataset(file, "x", true).info().dimension_names, (Names{"time", "label1", ""}));
  EXPECT_EQ(Dataset(file, "axes/time", true).info().dimension_names, (Names{"time"}));
  EXPECT_EQ(Dataset(file, "plain", true).info().dimension_names, (Names{"", ""}));
  EXPECT_EQ(Dataset(file, "wrong", true).info().dimension_names, (Names{"", ""}));
}

}  // namespace
}  // namespace scatterfold
