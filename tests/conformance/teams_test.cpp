// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/conformance.hpp"
#include "backend/cuda_devices.hpp"
#include "driver/combine.hpp"
#include "team/nccl.hpp"
#include "team/run_body.hpp"
#include "team/team_run.hpp"

/// Every fold x backend x team x type x awkward size against serial x solo, bit for bit, shared out and combined as the
/// driver does. A team starts once and goes through all of it: its start takes longer than a thousand folds.
namespace scatterfold::conformance {
namespace {

using testing_team::Outcome;
using testing_team::require;
using testing_team::run_team;
using testing_team::TeamKind;

constexpr std::int64_t memory = std::int64_t{64} << 20;
/// 0, 1, 2, around a leaf, around a segment, and several segments with some left over. What is awkward inside a leaf is
/// no matter of teams.
const std::vector<std::int64_t> sizes = {0, 1, 2, 4095, 4096, 4097, 65535, 65536, 65537, 5 * 65536 + 4097};
/// For programs that are instrumented, and for GPUs, which ranks may have to share.
const std::vector<std::int64_t> few_sizes = {0, 1, 4097, 3 * 65536 + 4097};

/// How ranks compute, how they share the segments, and what carries their partials: `gpus` is NCCL, null for the team
/// itself.
struct Way {
  std::string name;
  std::unique_ptr<Backend> backend;
  bool weighted = false;  ///< in pairs of segments that do not cost the same, as of compressed chunks; else one by one
  std::unique_ptr<GpuTeam> gpus = nullptr;
};

std::vector<Way> host_ways() {
  std::vector<Way> ways;
  ways.push_back({"serial", make_serial_backend(memory)});
  ways.push_back({"threads", make_threads_backend(2, memory), true});
  return ways;
}

/// On the GPU of the rank's number, which others may have too; by NCCL as well where none has.
std::vector<Way> gpu_ways(Team& team) {
  const int device = team.local_rank() % cuda_device_count();
  std::vector<Way> ways;
  ways.push_back({"cuda", make_cuda_backend(device, 2, memory)});
  if (team.size() > 1 && team.size() <= cuda_device_count() && !nccl_version().empty())
    ways.push_back({"cuda with NCCL", make_cuda_backend(device, 2, memory), true, make_gpu_team(team, device)});
  return ways;
}

Share share_of_rank(const Team& team, std::int64_t segments, bool weighted) {
  if (!weighted) return share_of(segments, 0, team.rank(), team.size());
  std::vector<std::int64_t> weights;
  for (std::int64_t run = 0; 2 * run < segments; ++run) {
    weights.push_back(1 + static_cast<std::int64_t>(scramble(static_cast<std::uint64_t>(run)) % 9));
  }
  return weighted_share_of(segments, 1, weights, team.rank(), team.size());
}

/// The results of all folds in one pass over the data, on rank 0.
std::vector<Result> fold_on(Team& team, Way& way, const Source& source, const std::vector<const Fold*>& folds) {
  const Share share = share_of_rank(team, source.partition().segments(), way.weighted);
  std::vector<Partial> partials;
  for (const Fold* fold : folds) partials.emplace_back(*fold);
  team.phase("fold", [&] {
    FoldProgress progress;
    way.backend->fold(source, folds, share, partials, progress);
  });
  return combine(team, way.gpus.get(), folds, partials);
}

void check_source(Team& team, std::vector<Way>& ways, const Source& source, const std::vector<NamedFold>& named,
                  const std::string& what) {
  std::vector<const Fold*> folds;
  std::vector<std::string> expected;
  const auto serial = make_serial_backend(memory);
  for (const NamedFold& one : named) {
    folds.push_back(one.fold.get());
    if (team.rank() == 0) expected.push_back(digest(*serial, source, *one.fold, 0));
  }
  for (Way& way : ways) {
    const std::vector<Result> results = fold_on(team, way, source, folds);
    for (std::size_t f = 0; f < expected.size(); ++f)
      require(result_digest({results.at(f)}) == expected[f], named[f].name + " of " + what + ", " + way.name);
  }
}

/// Elements that are hard inside a leaf only are no matter of teams.
bool is_for_teams(const Case& c) {
  return c.swapped || c.data == Data::special || c.data == Data::missing || c.data == Data::zeros;
}

/// `sizes` go up. The last element on the last rank is another one where that is wanted.
void check(Team& team, std::vector<Way> ways, const std::vector<std::int64_t>& sizes, bool spoiled = false) {
  for (const Case& c : all_cases()) {
    if (!is_for_teams(c)) continue;
    const Decoding d = decoding(c.type, c.data, c.swapped);
    const std::vector<NamedFold> folds = all_folds(d.value);
    std::vector<std::byte> most = elements(c.type, c.data, sizes.back());
    if (spoiled && team.rank() == team.size() - 1) most.back() ^= std::byte{0x7f};
    for (const std::int64_t size : sizes) {
      const std::vector<std::byte> bytes(most.begin(), most.begin() + size * size_of(c.type));
      const std::string what = std::to_string(size) + " elements " + c.name();
      check_source(team, ways, contiguous(bytes, d), folds, what);
      check_source(team, ways, chunked(bytes, d), folds, what + " in chunks");
    }
  }
}

const testing_team::Bodies bodies = {
    {"host", [](Team& team) { check(team, host_ways(), as_released ? sizes : few_sizes); }},
    {"gpu", [](Team& team) { check(team, gpu_ways(team), few_sizes); }},
    {"spoiled", [](Team& team) { check(team, host_ways(), {sizes.back()}, true); }},
};

class Teams : public testing::TestWithParam<TeamKind> {
 protected:
  void SetUp() override {
    if (GetParam().kind == "mpi" && !has_mpirun()) GTEST_SKIP() << "mpirun is not installed: no MPI team is tested";
  }

  /// Runs a body that must find nothing wrong. Ranks that wait leave their cores to the others.
  static void expect_same_bits(const std::string& body) {
    const Outcome outcome = run_team(GetParam(), body, {{"OMPI_MCA_mpi_yield_when_idle", "1"}}, {}, 100);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(outcome.left.empty()) << outcome.left.front();
  }
};

TEST_P(Teams, give_the_bits_of_serial_alone) { expect_same_bits("host"); }

class GpuTeams : public Teams {};

TEST_P(GpuTeams, give_the_bits_of_serial_alone) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  expect_same_bits("gpu");
}

class SpoiledTeams : public Teams {};

TEST_P(SpoiledTeams, are_seen) {  // the suite can fail
  const Outcome outcome = run_team(GetParam(), "spoiled");
  EXPECT_EQ(outcome.code, 99) << outcome.err;
  EXPECT_NE(outcome.err.find("broken law: moments of 331777 elements int8_special, serial"), std::string::npos)
      << outcome.err;
}

std::string name_of_team(const testing::TestParamInfo<TeamKind>& info) {
  return info.param.kind + "_" + std::to_string(info.param.size);
}

const TeamKind forked[] = {{"forked", 1}, {"forked", 2}, {"forked", 3}, {"forked", 5}, {"forked", 7}};
const TeamKind mpi[] = {{"mpi", 1}, {"mpi", 2}, {"mpi", 3}, {"mpi", 5}};

INSTANTIATE_TEST_SUITE_P(Solo, Teams, testing::Values(TeamKind{"solo", 1}), name_of_team);
INSTANTIATE_TEST_SUITE_P(Forked, Teams, testing::ValuesIn(forked), name_of_team);
INSTANTIATE_TEST_SUITE_P(Mpi, Teams, testing::ValuesIn(mpi), name_of_team);
INSTANTIATE_TEST_SUITE_P(Mpi, GpuTeams, testing::ValuesIn(mpi), name_of_team);
INSTANTIATE_TEST_SUITE_P(Some, SpoiledTeams, testing::Values(forked[2], mpi[1]), name_of_team);

}  // namespace
}  // namespace scatterfold::conformance

int main(int count, char** arguments) {
  return scatterfold::testing_team::run_body_or_tests(count, arguments, scatterfold::conformance::bodies);
}
