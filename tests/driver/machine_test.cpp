// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/machine.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/scratch_folder.hpp"

namespace scatterfold {
namespace {

/// A made-up /proc and /sys: 16000 KiB of memory, of which 8000 KiB are free.
class Machine : public ::testing::Test {
 protected:
  void SetUp() override {
    file("proc/meminfo", "MemTotal:       16000 kB\nMemFree: 100 kB\nMemAvailable:   8000 kB\nHugePages_Total:   0\n");
  }

  void file(const std::string& name, const std::string& text) {
    const std::filesystem::path path = scratch_ / name;
    std::filesystem::create_directories(path.parent_path());
    spill(path.string(), text);
  }
  MemoryFacts memory() const { return memory_facts(scratch_.path().string()); }
  double quota() const { return cpu_quota_cores(scratch_.path().string()); }

  ScratchFolder scratch_;
};

TEST_F(Machine, WithoutControlGroupsTheMachineCounts) {
  const MemoryFacts facts = memory();
  EXPECT_EQ(facts.total_bytes, 16000 * 1024);
  EXPECT_EQ(facts.free_bytes, 8000 * 1024);
  EXPECT_EQ(facts.limit_bytes, 0);
  EXPECT_EQ(quota(), 0);
}

TEST_F(Machine, WhatStorageGaveIsToldByTheSystem) {
  EXPECT_EQ(storage_bytes_read(scratch_.path().string()), 0);

  file("proc/self/io", "rchar: 5000\nsyscr: 10\nread_bytes: 4096\nwrite_bytes: 1\n");

  EXPECT_EQ(storage_bytes_read(scratch_.path().string()), 4096);
}

TEST_F(Machine, TheLeastOfNestedGroupsCounts) {
  file("proc/self/cgroup", "0::/slurm/job_7/step\n");
  file("sys/fs/cgroup/slurm/job_7/step/memory.max", "max\n");
  file("sys/fs/cgroup/slurm/job_7/memory.max", "4096000\n");
  file("sys/fs/cgroup/slurm/job_7/memory.current", "1000000\n");
  file("sys/fs/cgroup/slurm/memory.max", "6144000\n");
  file("sys/fs/cgroup/slurm/memory.current", "5144000\n");
  file("sys/fs/cgroup/slurm/job_7/cpu.max", "150000 100000\n");
  file("sys/fs/cgroup/slurm/cpu.max", "max 100000\n");
  const MemoryFacts facts = memory();
  EXPECT_EQ(facts.limit_bytes, 4096000);
  EXPECT_EQ(facts.free_bytes, 1000000) << "the outer group has a larger limit, and less of it left";
  EXPECT_EQ(quota(), 1.5);
}

TEST_F(Machine, TheFirstVersionOfControlGroupsCounts) {
  file("proc/self/cgroup", "9:memory:/job\n4:cpu,cpuacct:/job\n0::/job\n");
  file("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "3000000\n");
  file("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1000000\n");
  file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  file("sys/fs/cgroup/memory/memory.usage_in_bytes", "12000000\n");
  file("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "200000\n");
  file("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  const MemoryFacts facts = memory();
  EXPECT_EQ(facts.limit_bytes, 3000000);
  EXPECT_EQ(facts.free_bytes, 2000000);
  EXPECT_EQ(quota(), 2);
}

TEST_F(Machine, PagesOfFilesAreFree) {
  file("proc/self/cgroup", "0::/\n");
  file("sys/fs/cgroup/memory.max", "4096000\n");
  file("sys/fs/cgroup/memory.current", "4000000\n");
  file("sys/fs/cgroup/memory.stat", "anon 1000000\nfile 3000000\ninactive_file 2500000\nactive_file 500000\n");
  EXPECT_EQ(memory().free_bytes, 3096000);
}

TEST_F(Machine, AFullGroupHasNothingFree) {
  file("proc/self/cgroup", "0::/\n");
  file("sys/fs/cgroup/memory.max", "4096000\n");
  file("sys/fs/cgroup/memory.current", "4097000\n");
  EXPECT_EQ(memory().free_bytes, 0);
}

TEST(ThisMachine, IsKnown) {
  const MemoryFacts facts = memory_facts();
  EXPECT_GT(facts.free_bytes, 0);
  EXPECT_LE(facts.free_bytes, facts.total_bytes);
  EXPECT_GE(cpu_quota_cores(), 0);
}

}  // namespace
}  // namespace scatterfold
