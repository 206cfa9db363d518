// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/launch.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "team/fault.hpp"
#include "team/host_name.hpp"
#include "team/team_run.hpp"

namespace scatterfold::testing_team {
namespace {

/// detect_launch with only these launcher variables set; what the test run itself stands in is taken away and restored.
class LaunchTest : public testing::Test {
 protected:
  static constexpr const char* variables[] = {
      "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "PMIX_RANK",    "PMI_RANK",      "PMI_SIZE",
      "SLURM_JOB_ID",         "SLURM_NTASKS",         "SLURM_PROCID", "SLURM_STEP_ID", "SLURM_STEP_NUM_TASKS",
      "SCATTERFOLD_FAULT"};

  void SetUp() override {
    for (const char* name : variables) {
      if (const char* value = std::getenv(name)) before_[name] = value;
      unsetenv(name);
    }
  }
  void TearDown() override {
    for (const char* name : variables) unsetenv(name);
    for (const auto& [name, value] : before_) setenv(name.c_str(), value.c_str(), 1);
  }
  static Launch detect(const Environment& environment) {
    for (const char* name : variables) unsetenv(name);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    return detect_launch();
  }

 private:
  Environment before_;
};

void expect_launch(const Launch& launch, int tasks, int rank, bool mpi, const std::string& launcher) {
  EXPECT_EQ(launch.tasks, tasks);
  EXPECT_EQ(launch.rank, rank);
  EXPECT_EQ(launch.mpi, mpi);
  EXPECT_EQ(launch.launcher, launcher);
}

// The sets of variables below were read off Slurm 22.05.8 and Open MPI 4.1.4.
const Environment srun_step = {{"SLURM_JOB_ID", "1"},
                               {"SLURM_NTASKS", "4"},
                               {"SLURM_PROCID", "2"},
                               {"SLURM_STEP_ID", "0"},
                               {"SLURM_STEP_NUM_TASKS", "4"}};

Environment with(Environment environment, const Environment& more) {
  for (const auto& [name, value] : more) environment[name] = value;
  return environment;
}

TEST_F(LaunchTest, a_plain_run_is_solo) { expect_launch(detect({}), 1, 0, false, ""); }

TEST_F(LaunchTest, mpirun) {
  expect_launch(detect({{"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_RANK", "3"}, {"PMIX_RANK", "3"}}), 4, 3, true,
                "mpirun");
}

TEST_F(LaunchTest, mpirun_inside_a_slurm_step_is_mpirun) {
  expect_launch(
      detect(with(srun_step, {{"OMPI_COMM_WORLD_SIZE", "8"}, {"OMPI_COMM_WORLD_RANK", "5"}, {"PMIX_RANK", "5"}})), 8, 5,
      true, "mpirun");
}

TEST_F(LaunchTest, srun_with_pmix) { expect_launch(detect(with(srun_step, {{"PMIX_RANK", "2"}})), 4, 2, true, "srun"); }

TEST_F(LaunchTest, srun_without_pmi_is_singletons) {
  const Launch launch = detect(srun_step);
  expect_launch(launch, 4, 2, false, "srun");
  try {
    refuse_singletons(launch);
    FAIL() << "accepted";
  } catch (const ResourceError& error) {
    EXPECT_EQ(error.what(), "4 tasks launched but MPI sees 1 (" + host_name() + "): use srun --mpi=pmix or mpirun");
  }
}

TEST_F(LaunchTest, srun_of_one_task_is_a_plain_run) {
  const Launch launch = detect(with(srun_step, {{"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_PROCID", "0"}}));
  EXPECT_EQ(launch.tasks, 1);
  EXPECT_FALSE(launch.mpi);
  EXPECT_NO_THROW(refuse_singletons(launch));
}

TEST_F(LaunchTest, a_batch_script_of_a_larger_job_is_a_plain_run) {
  const Launch launch = detect({{"SLURM_JOB_ID", "5"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}});
  expect_launch(launch, 1, 0, false, "");
  EXPECT_NO_THROW(refuse_singletons(launch));
}

TEST_F(LaunchTest, another_mpis_launcher_is_singletons_for_open_mpi) {
  const Launch launch = detect({{"PMI_SIZE", "3"}, {"PMI_RANK", "1"}});
  EXPECT_EQ(launch.tasks, 3);
  EXPECT_EQ(launch.rank, 1);
  if (!launch.mpi) {
    EXPECT_THROW(refuse_singletons(launch), ResourceError);
  }
}

TEST_F(LaunchTest, nonsense_in_the_environment_is_no_launch) {
  expect_launch(detect({{"OMPI_COMM_WORLD_SIZE", "many"}, {"PMI_SIZE", "3x"}, {"PMI_RANK", "0"}}), 1, 0, false, "");
}

TEST_F(LaunchTest, a_launch_that_mpi_does_not_see_is_refused_after_init) {
  if (!has_mpirun()) GTEST_SKIP() << "mpirun is not installed: no MPI team is tested";
  // One process under mpirun that is told of four: what an mpirun of another MPI looks like.
  const Outcome outcome = run_team({"mpi", 1}, "job", {{"SCATTERFOLD_TEST_TASKS", "4"}});
  EXPECT_EQ(outcome.code, 5) << outcome.err;
  EXPECT_EQ(outcome.error_lines(), std::vector<std::string>{"scatterfold: error: 4 tasks launched but MPI sees 1 (" +
                                                            host_name() + "): use srun --mpi=pmix or mpirun"});
}

using FaultSetting = LaunchTest;

TEST_F(FaultSetting, well_formed_or_absent_is_accepted) {
  EXPECT_NO_THROW(check_fault_setting());
  for (const char* text :
       {"rank=1,point=combine,kind=throw", "point=open,kind=hang", "kind=kill,rank=all,point=write"}) {
    setenv("SCATTERFOLD_FAULT", text, 1);
    EXPECT_NO_THROW(check_fault_setting()) << text;
  }
}

TEST_F(FaultSetting, malformed_is_refused) {
  for (const char* text :
       {"", "rank=1", "point=fold", "kind=throw", "point=fold,kind=thro", "point=flod,kind=throw",
        "rank=-1,point=fold,kind=throw", "rank=1x,point=fold,kind=throw", "rank=,point=fold,kind=throw",
        "point=fold,kind=throw,", "point=fold;kind=throw", "point=fold,point=fold,kind=throw",
        "rank=0,rank=1,point=fold,kind=throw", "where=fold,kind=throw", "rank=99999999999,point=fold,kind=throw",
        "rank", "point=fold, kind=throw"}) {
    setenv("SCATTERFOLD_FAULT", text, 1);
    EXPECT_THROW(check_fault_setting(), UsageError) << '"' << text << '"';
  }
}

}  // namespace
}  // namespace scatterfold::testing_team
