// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/find_input.hpp"

#include <fmt/format.h>

#include <span>

#include "base/error.hpp"
#include "io/guarded.hpp"
#include "io/printable.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

void refuse_what_takes_one_dataset(const Job& job) {
  const std::string shown = printable(job.dataset);
  if (!job.concat.empty()) {
    throw UsageError(fmt::format(
        "{} is all datasets of a group, and --concat joins one dataset of several files: name one dataset", shown));
  }
  if (job.with_arrays() && !job.output.empty()) {
    throw UsageError(
        fmt::format("{} is all datasets of a group, and a file of arrays (-o) is of one dataset: name one dataset, or "
                    "leave out -o",
                    shown));
  }
}

}  // namespace

FoundInput find_input(const Job& job) {
  if (job.of_group()) {
    refuse_what_takes_one_dataset(job);
    const std::vector<std::string> files = input_files(job);
    return {{files}, look_at_group(files.front(), job.dataset.substr(0, job.dataset.size() - 1), job.missing)};
  }
  FoundInput found{{}, {{job.dataset, ""}}};
  for (const InputJob& input : input_jobs(job)) {
    found.files.push_back(input_files(input.job));
    check_inputs(found.files.back(), input.job.dataset, job.missing);
  }
  return found;
}

std::vector<GroupMember> agree_on_members(Team& team, const std::vector<GroupMember>& mine) {
  const std::string text = packed(mine);
  const auto raw = std::as_bytes(std::span(text));
  std::vector<std::byte> bytes(raw.begin(), raw.end());
  team.broadcast(bytes);
  return unpacked_members(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::vector<Job> dataset_jobs(const Job& job, const std::vector<GroupMember>& members) {
  std::vector<Job> jobs;
  for (const GroupMember& member : members) {
    if (!member.numeric()) continue;
    jobs.push_back(job);
    jobs.back().dataset = member.path;
  }
  return jobs;
}

std::string passed_over_note(const Job& job, const std::vector<GroupMember>& members) {
  const std::string others = others_of(members);
  return others.empty() ? "" : fmt::format("passed over in {}: {}", printable(job.dataset), others);
}

}  // namespace scatterfold
