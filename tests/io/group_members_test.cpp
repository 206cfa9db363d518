// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/group_members.hpp"

#include "io/guarded.hpp"
#include "scratch.hpp"

/// What "FILE:/group/*" means.
namespace scatterfold {
namespace {

class GroupMembers : public ::testing::Test {
 protected:
  void make() {
    Maker maker(file_);
    const GroupHandle group = maker.group("group"), deeper = maker.group("group/deeper"), empty = maker.group("empty");
    maker.counting<float>("group/t2m", {10});
    maker.counting<std::int16_t>("group/msl", {2, 3});
    maker.counting<double>("group/deeper/u", {4});
    maker.dataset("group/names", H5T_C_S1, {5});
    Maker::text(maker.counting<float>("group/x", {3}).get(), "NAME",
                "This is a netCDF dimension but not a netCDF variable.");
    H5Lcreate_soft("/group/deeper/u", maker.file(), "group/alias", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", maker.file(), "group/lost", H5P_DEFAULT, H5P_DEFAULT);
    const TypeHandle type(H5Tcopy(H5T_NATIVE_INT));
    H5Tcommit2(maker.file(), "group/type", type.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  }
  std::string error(const std::string& group) {
    return message_of([&] { look_at_group(file_, group, true); });
  }

  ScratchFolder folder_;
  std::string file_ = folder_ / "x.h5";
};

TEST_F(GroupMembers, stand_in_order_of_name_with_what_they_are) {
  make();
  const std::vector<GroupMember> wanted = {{"/group/alias", ""},
                                           {"/group/deeper", "a group"},
                                           {"/group/lost", "a link that leads nowhere"},
                                           {"/group/msl", ""},
                                           {"/group/names", "strings"},
                                           {"/group/t2m", ""},
                                           {"/group/type", "a named type"},
                                           {"/group/x", "a dimension without values"}};
  EXPECT_EQ(look_at_group(file_, "/group/", true), wanted);
  EXPECT_EQ(unpacked_members(packed(wanted)), wanted);
  EXPECT_EQ(others_of(wanted),
            "deeper (a group), lost (a link that leads nowhere), names (strings), type (a named type), "
            "x (a dimension without values)");
}

TEST_F(GroupMembers, of_the_root) {
  {
    Maker maker(file_);
    maker.counting<float>("a", {1});
  }
  const std::vector<GroupMember> wanted = {{"/a", ""}};
  EXPECT_EQ(look_at_group(file_, "/", true), wanted);
  EXPECT_EQ(look_at_group(file_, "", true), wanted);
  EXPECT_EQ(others_of(wanted), "");
}

TEST_F(GroupMembers, only_a_few_others_are_told) {
  std::vector<GroupMember> members;
  for (char c = 'a'; c < 'n'; ++c) members.push_back({std::string("/g/") + c, "strings"});
  const std::string told = others_of(members);
  EXPECT_SAYS(told, "h (strings) and 5 more");
  EXPECT_EQ(told.find("i (strings)"), std::string::npos);
}

TEST_F(GroupMembers, a_group_without_numeric_datasets_is_an_error) {
  make();
  EXPECT_EQ(error("/empty/"), "no numeric dataset in /empty (" + file_ + "): it is empty; name another group");
}

TEST_F(GroupMembers, a_group_that_is_not_there_has_near_names) {
  make();
  EXPECT_EQ(error("/grop"), "no group /grop (" + file_ + "): did you mean /group?");
  EXPECT_EQ(error("/zzzzzzz"), "no group /zzzzzzz (" + file_ + "): it has /group, /group/deeper");
  EXPECT_EQ(error("/group/t2m"), "/group/t2m is not a group (" + file_ + "): write FILE:/group/t2m");
  EXPECT_EQ(error("/group/t2m/x"), "no group /group/t2m/x (" + file_ + "): /group/t2m is not a group");
}

TEST_F(GroupMembers, every_dataset_is_opened) {
  {
    Maker maker(file_);
    maker.counting<float>("fine", {10});
    const DatasetHandle wrong = maker.counting<float>("wrong", {10});
    Maker::attribute<double>(wrong.get(), "scale_factor", {1, 2});
  }
  EXPECT_SAYS(error("/"), "/wrong");
}

}  // namespace
}  // namespace scatterfold
