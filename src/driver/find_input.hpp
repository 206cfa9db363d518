// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

#include "driver/job.hpp"
#include "driver/open_input.hpp"
#include "io/group_members.hpp"

namespace scatterfold {

class Team;

/// What a job's input turns out to be.
struct FoundInput {
  InputFiles files;
  std::vector<GroupMember> members;  ///< of a group all that it has; else what the job names
};

/// Looks at the input in child processes (io/guarded.hpp): HDF5 may crash on a malformed file. Every dataset is opened
/// there. Errors: InputError; UsageError for what does not go with a group.
FoundInput find_input(const Job& job);

/// Those that rank 0 found, on every rank. Team: collective.
std::vector<GroupMember> agree_on_members(Team& team, const std::vector<GroupMember>& mine);

/// The job on each of its datasets alone.
std::vector<Job> dataset_jobs(const Job& job, const std::vector<GroupMember>& members);

/// What of a group is passed over, as a note; empty where nothing is.
std::string passed_over_note(const Job& job, const std::vector<GroupMember>& members);

}  // namespace scatterfold
