// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/affinity.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace scatterfold {
namespace {

TEST(Affinity, CoresAreThoseOfTheMask) {
  std::thread([] {
    const std::vector<int> all = usable_core_numbers();
    ASSERT_EQ(usable_cores(), static_cast<int>(all.size()));
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(all.back(), &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);  // of this thread
    EXPECT_EQ(usable_core_numbers(), std::vector<int>{all.back()});
  }).join();
}

TEST(Affinity, CoresOfItsOwnCountWholeAndSharedOnesInParts) {
  EXPECT_EQ(core_share({0, 1, 2, 3}, {1, 1, 1, 1}), 4);
  EXPECT_EQ(core_share({0, 1, 2, 3, 4, 5}, {3, 3, 3, 3, 3, 3}), 2);
  EXPECT_EQ(core_share({0, 1, 2}, {1, 2, 2, 1}), 2) << "one of its own, two shared by two";
  EXPECT_EQ(core_share({1}, {0, 7}), 1) << "never none";
}

}  // namespace
}  // namespace scatterfold
