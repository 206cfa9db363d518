// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/bottleneck_facts.hpp"

#include <gtest/gtest.h>

#include "driver/open_input.hpp"
#include "io/scratch.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

class FactsOfFiles : public testing::Test {
 protected:
  /// All *.h5 in the folder, in the order of their names, as one.
  BottleneckFacts facts() const {
    Job job;
    job.file = folder_ / "*.h5";
    job.dataset = "/x";
    job.concat = std::string("0");
    const auto team = make_solo_team();
    std::vector<Input> inputs;
    inputs.push_back(open_input(job, input_files(job)));
    return bottleneck_facts(job, *team, inputs, {});
  }
  void make(const std::string& name, bool deflate, hid_t type = H5T_NATIVE_INT32) {
    const PropertyHandle properties = chunked({5});
    if (deflate) H5Pset_deflate(properties.get(), 1);
    Maker(folder_ / name).dataset("x", type, {10}, -1, nullptr, deflate ? properties.get() : H5P_DEFAULT);
  }

  ScratchFolder folder_;
};

TEST_F(FactsOfFiles, filters_of_any_file_count) {
  make("a.h5", false);
  EXPECT_FALSE(facts().filtered);
  make("b.h5", true);
  EXPECT_TRUE(facts().filtered);
}

TEST_F(FactsOfFiles, the_library_counts_where_any_file_needs_it) {
  make("a.h5", true);
  EXPECT_FALSE(facts().through_library);
  const TypeHandle odd(H5Tcopy(H5T_NATIVE_INT32));
  H5Tset_precision(odd.get(), 24);  // the library converts it
  make("b.h5", false, odd.get());
  const BottleneckFacts found = facts();
  EXPECT_TRUE(found.through_library);
  EXPECT_TRUE(found.without_library);
  EXPECT_EQ(found.storage_remedy, "a type that needs no conversion would be read by all threads");
}

TEST_F(FactsOfFiles, files_in_two_byte_orders_need_no_library) {
  make("a.h5", true, H5T_STD_I32BE);
  make("b.h5", true, H5T_STD_I32LE);
  EXPECT_FALSE(facts().through_library);
}

}  // namespace
}  // namespace scatterfold
