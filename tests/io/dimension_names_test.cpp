// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "scratch.hpp"

namespace scatterfold {
namespace {

TEST(DimensionNames, scales_before_labels_before_nothing) {
  const ScratchFolder folder;
  const std::string file = folder / "names.h5";
  {
    Maker maker(file);
    const GroupHandle group = maker.group("axes");
    const DatasetHandle time = maker.counting<double>("axes/time", {2});
    Maker::text(time.get(), "CLASS", "DIMENSION_SCALE");
    const DatasetHandle x = maker.counting<double>("x", {2, 3, 4});
    maker.attach(x.get(), {"/axes/time", "", ""});
    Maker::labels(x.get(), {"label0", "label1", ""});
    maker.counting<double>("plain", {2, 3});
    const DatasetHandle wrong = maker.counting<double>("wrong", {2, 3});
    maker.attach(wrong.get(), {"/axes/time"});  // fewer than dimensions
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
