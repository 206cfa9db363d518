// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/doctor.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "driver/compare_child.hpp"
#include "driver/compare_modes.hpp"
#include "driver/doctor_machine.hpp"

namespace scatterfold {
namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A machine with nothing wrong.
DoctorFacts healthy() {
  DoctorFacts facts;
  facts.host = "node1";
  facts.instruction_set = "avx2";
  facts.cores = facts.usable_cores = 8;
  facts.affinity = "0-7";
  facts.memory = {16'000'000'000, 8'000'000'000, 0};
  facts.temporary_folder = "/tmp";
  facts.temporary_free_bytes = facts.shared_memory_free_bytes = 8e9;
  facts.hdf5_built = facts.hdf5_loaded = "1.10.8";
  facts.mpi_built = "Open MPI 4.1.4";
  facts.mpirun = "/usr/bin/mpirun";
  return facts;
}

/// The finding of that name; its remedy is "" where nothing is wrong.
Finding found(const DoctorFacts& facts, const std::string& name) {
  const std::vector<Finding> findings = examine(facts);
  const auto at = std::find_if(findings.begin(), findings.end(), [&](const Finding& f) { return f.name == name; });
  return at == findings.end() ? Finding{} : *at;
}

TEST(Doctor, finds_nothing_on_a_healthy_machine) {
  for (const Finding& finding : examine(healthy())) {
    EXPECT_EQ(finding.remedy, "") << finding.name;
    EXPECT_FALSE(finding.serious);
  }
}

TEST(Doctor, knows_remedies) {
  DoctorFacts facts = healthy();
  facts.mpirun = "";
  EXPECT_TRUE(contains(found(facts, "mpirun").remedy, "openmpi-bin"));
  facts.srun = "/usr/bin/srun";
  EXPECT_TRUE(contains(found(facts, "mpirun").remedy, "srun --mpi=pmix"));

  facts = healthy();
  facts.root = true;
  EXPECT_TRUE(contains(found(facts, "mpirun").remedy, "OMPI_ALLOW_RUN_AS_ROOT=1"));
  facts.root_may_mpirun = true;
  EXPECT_EQ(found(facts, "mpirun").remedy, "");

  facts = healthy();
  facts.usable_cores = 1;
  facts.launcher = "mpirun";
  EXPECT_TRUE(contains(found(facts, "cores").remedy, "--bind-to none"));

  facts = healthy();
  facts.quota_cores = 2;
  EXPECT_TRUE(contains(found(facts, "cores").remedy, "--threads 2"));

  facts = healthy();
  facts.nvidia_driver = true;
  EXPECT_TRUE(contains(found(facts, "GPUs").remedy, "scripts/build"));
  facts.cuda_built = "13.0";
  facts.gpu_problem = "the driver is too old";
  EXPECT_EQ(found(facts, "GPUs").remedy, "the driver is too old");
  facts.gpus = {"NVIDIA H200"};
  EXPECT_EQ(found(facts, "GPUs").value, "NVIDIA H200");
  EXPECT_EQ(found(facts, "GPUs").remedy, "");

  facts = healthy();
  facts.shared_memory_free_bytes = 1e6;
  EXPECT_TRUE(contains(found(facts, "/dev/shm").remedy, "--shm-size"));
}

TEST(Doctor, an_hdf5_of_another_version_is_serious) {
  DoctorFacts facts = healthy();
  facts.hdf5_loaded = "1.14.3";
  EXPECT_TRUE(found(facts, "HDF5").serious);
  facts.hdf5_built = "1.14.3";
  EXPECT_FALSE(found(facts, "HDF5").serious);
}

TEST(Doctor, text_puts_remedies_below_what_they_are_for) {
  EXPECT_EQ(findings_text(
                {{"GPUs", "one\ntwo", "", false}, {"cores", "1", "use more", false}, {"HDF5", "2", "rebuild", true}}),
            "  GPUs        one\n"
            "              two\n"
            "  cores       1\n"
            "              -> use more\n"
            "  HDF5        2\n"
            "              PROBLEM: rebuild\n");
}

TEST(DoctorMachine, knows_this_one) {
  EXPECT_FALSE(affinity_text().empty());
  EXPECT_FALSE(processor_name().empty());
  EXPECT_TRUE(on_path("sh").ends_with("/sh"));
  EXPECT_EQ(on_path("no-such-program-anywhere"), "");
}

TEST(DoctorProgram, answers_at_once) {
  const ChildRun run = run_child({SCATTERFOLD_PROGRAM, "doctor"}, child_environment(), 60);
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_TRUE(contains(run.out, "this machine\n"));
  EXPECT_EQ(run.err, "");
}

}  // namespace
}  // namespace scatterfold
