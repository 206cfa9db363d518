// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/inspect.hpp"

#include "scratch.hpp"

namespace scatterfold {
namespace {

TEST(Inspect, shows_groups_links_and_cycles) {
  const ScratchFolder folder;
  const std::string file = folder / "tree.h5";
  {
    Maker maker(file);
    Maker::text(maker.file(), "title", "two\nlines", true);
    const GroupHandle group = maker.group("group");
    const DatasetHandle x = maker.counting<float>("group/x", {2, 3});
    Maker::attribute<float>(x.get(), "scale_factor", {0.1f});
    Maker::attribute<int>(x.get(), "list", {1, 2, 3, 4, 5, 6});
    H5Lcreate_hard(maker.file(), "group", maker.file(), "group/again", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(maker.file(), "/", maker.file(), "group/root", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/group/x", maker.file(), "soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/none", maker.file(), "lost", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("a.h5", "/b", maker.file(), "far", H5P_DEFAULT, H5P_DEFAULT);
    H5Tcommit2(maker.file(), "type", x.get() >= 0 ? H5Tcopy(H5T_NATIVE_INT) : -1, H5P_DEFAULT, H5P_DEFAULT,
               H5P_DEFAULT);
  }
  const std::string text = inspect_file(file);
  EXPECT_SAYS(text, "    title = \"two lines\"\n");
  EXPECT_SAYS(text, "  far  -> file a.h5:/b\n");
  EXPECT_SAYS(text, "  group/\n    again  is the same object as /group\n    root  is the same object as /\n");
  EXPECT_SAYS(text, "    x  float32  (2, 3)  24 B\n        list = [1, 2, 3, 4, ... 6 values], scale_factor = 0.1\n");
  EXPECT_SAYS(text, "  lost  -> /none (leads nowhere)\n  soft  -> /group/x\n  type  (named type)\n");
}

TEST(Inspect, is_bounded) {
  const ScratchFolder folder;
  const std::string file = folder / "many.h5";
  {
    Maker maker(file);
    for (int i = 0; i < 10'100; ++i)
      H5Lcreate_soft("/x", maker.file(), std::to_string(i).c_str(), H5P_DEFAULT, H5P_DEFAULT);
  }
  EXPECT_SAYS(inspect_file(file), "The file has more than 10000 objects; the rest is left out.\n");
}

TEST(Inspect, survives_deep_nesting) {
  const ScratchFolder folder;
  const std::string file = folder / "deep.h5";
  {
    Maker maker(file);
    GroupHandle at = maker.group("g");
    for (int i = 0; i < 3000; ++i) at = GroupHandle(H5Gcreate2(at.get(), "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  }
  EXPECT_SAYS(inspect_file(file), "(nested too deeply to show)");
  EXPECT_SAYS(open_error(file, ""), "no numeric dataset");
}

TEST(Inspect, says_how_each_dataset_is_read) {
  const ScratchFolder folder;
  const std::string file = folder / "read.h5";
  {
    Maker maker(file);
    const DatasetHandle x = maker.counting<std::int16_t>("x", {4});
    Maker::attribute<std::int16_t>(x.get(), "_FillValue", {-999});
    Maker::attribute<double>(x.get(), "valid_min", {-5.5});
    Maker::attribute<double>(x.get(), "scale_factor", {0.25});
    const double one = 1;
    maker.dataset("big", H5T_IEEE_F64BE, {1}, H5T_NATIVE_DOUBLE, &one);
    maker.dataset("never", H5T_IEEE_F64BE, {5});
    maker.dataset("none", H5T_IEEE_F64BE, {0});
    const PropertyHandle chunks = chunked({2});
    H5Pset_deflate(chunks.get(), 4);
    const DatasetHandle packed = maker.counting<float>("chunked", {4}, chunks.get());
    Maker::attribute<double>(packed.get(), "valid_range", {1, 2, 3});
  }
  EXPECT_EQ(inspect_dataset(file, "x").substr(file.size()),
            ":/x\n"
            "  type        int16\n"
            "  shape       (4)\n"
            "  size        8 B\n"
            "  stored      contiguous\n"
            "              at byte 2048\n"
            "  rules       stored values equal to -999 are missing\n"
            "              stored values below -5 are missing\n"
            "              value = stored * 0.25 + 0 in float64\n"
            "  is read     directly (pread) by all threads\n"
            "  attributes  _FillValue = -999\n"
            "              scale_factor = 0.25\n"
            "              valid_min = -5.5\n");
  EXPECT_SAYS(inspect_dataset(file, "big"), "float64 (big-endian)");
  EXPECT_SAYS(inspect_dataset(file, "big"), "directly (pread) by all threads, bytes swapped on the way");
  EXPECT_SAYS(inspect_dataset(file, "never"), "nothing to read: never written, every element is the fill value 0");
  EXPECT_SAYS(inspect_dataset(file, "none"), "nothing to read: it has no elements");
  EXPECT_SAYS(inspect_dataset(file, "chunked"), "chunk by chunk, read and decoded by all threads");
  EXPECT_SAYS(inspect_dataset(file, "chunked"), "attribute valid_range has 3 values instead of 2");
}

}  // namespace
}  // namespace scatterfold
