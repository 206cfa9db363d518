// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
// The bodies that tests run on a team, and the main of the test program.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <new>
#include <stdexcept>
#include <thread>

#include "base/error.hpp"
#include "team/agreed_error.hpp"
#include "team/host_name.hpp"
#include "team/run_body.hpp"
#include "team/team.hpp"

namespace scatterfold::testing_team {
namespace {

constexpr std::size_t beyond_a_piece = (std::size_t{17} << 20) + 3;  // teams cut at 16 MiB and 2^20 cells

/// The byte at `index` of what `rank` gives in `round`: differs between neighbours of each.
std::byte pattern(int rank, int round, std::size_t index) {
  return static_cast<std::byte>(
      (static_cast<std::size_t>(rank) * 31 + static_cast<std::size_t>(round) * 7 + index * 13 + index / 251) & 255);
}

std::vector<std::byte> made_bytes(int rank, int round, std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = pattern(rank, round, i);
  return bytes;
}

void gather_keeps_rank_order(Team& team) {
  // Sizes by (rank, round): none at all, uneven, only the last rank, one beyond a piece, all large at the same time.
  const std::vector<std::function<std::size_t(int)>> sizes = {
      [](int) { return 0; },
      [](int rank) { return static_cast<std::size_t>(rank) * 1001; },
      [&](int rank) { return rank == team.size() - 1 ? 5 : 0; },
      [&](int rank) { return rank == team.size() - 1 ? beyond_a_piece : 1; },
      [](int rank) { return (std::size_t{3} << 20) + static_cast<std::size_t>(rank); },
  };
  for (int round = 0; round < static_cast<int>(sizes.size()); ++round) {
    const auto all = team.gather(made_bytes(team.rank(), round, sizes[round](team.rank())));
    if (team.rank() != 0) {
      require(all.empty(), "gather gives nothing on other ranks");
      continue;
    }
    require(static_cast<int>(all.size()) == team.size(), "gather gives one entry per rank");
    for (int rank = 0; rank < team.size(); ++rank) {
      require(all[rank] == made_bytes(rank, round, sizes[round](rank)),
              "gather round " + std::to_string(round) + ": the bytes of rank " + std::to_string(rank));
    }
  }
}

void exchange_brings_each_its_own(Team& team) {
  // Sizes by (from, to, round): none at all, uneven, one beyond a piece, all large at the same time.
  const std::vector<std::function<std::size_t(int, int)>> sizes = {
      [](int, int) { return 0; },
      [](int from, int to) { return static_cast<std::size_t>(from) * 1001 + static_cast<std::size_t>(to) * 7; },
      [&](int from, int to) { return from == team.size() - 1 && to == 0 ? beyond_a_piece : 1; },
      [](int from, int to) { return (std::size_t{1} << 20) + static_cast<std::size_t>(from + to); },
  };
  for (int round = 0; round < static_cast<int>(sizes.size()); ++round) {
    const auto made = [&](int from, int to) { return made_bytes(from * 64 + to, round, sizes[round](from, to)); };
    std::vector<std::vector<std::byte>> mine;
    for (int to = 0; to < team.size(); ++to) mine.push_back(made(team.rank(), to));
    const auto all = team.exchange(mine);
    require(static_cast<int>(all.size()) == team.size(), "exchange gives one entry per rank");
    for (int from = 0; from < team.size(); ++from) {
      require(all[from] == made(from, team.rank()),
              "exchange round " + std::to_string(round) + ": the bytes of rank " + std::to_string(from));
    }
  }
}

void broadcast_gives_rank_0s_bytes(Team& team) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{4097}, beyond_a_piece}) {
    // The others hold something longer or shorter before.
    std::vector<std::byte> bytes = made_bytes(team.rank(), 1, team.rank() == 0 ? count : 77);
    team.broadcast(bytes);
    require(bytes == made_bytes(0, 1, count), "broadcast of " + std::to_string(count) + " bytes");
  }
}

void sum_is_exact(Team& team) {
  const std::int64_t size = team.size();
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, (std::size_t{1} << 20) + 5}) {
    std::vector<std::int64_t> cells(count);
    // Beyond 2^53, so that a sum that passes through doubles is caught; both signs.
    const auto cell = [](std::int64_t rank, std::size_t i) {
      return (rank % 2 ? -1 : 1) * ((std::int64_t{1} << 55) + static_cast<std::int64_t>(i) * 3 + rank);
    };
    for (std::size_t i = 0; i < count; ++i) cells[i] = cell(team.rank(), i);
    team.sum(cells);
    for (std::size_t i = 0; i < count; ++i) {
      std::int64_t expected = 0;
      for (std::int64_t rank = 0; rank < size; ++rank) expected += cell(rank, i);
      require(cells[i] == expected, "sum of cell " + std::to_string(i) + " of " + std::to_string(count));
    }
  }
}

void barrier_holds_back(Team& team) {
  // Nobody leaves before the last has come; rank 0 comes late on purpose. The ranks of a host share the steady clock.
  using clock = std::chrono::steady_clock;
  if (team.rank() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::array<clock::rep, 2> times = {clock::now().time_since_epoch().count(), 0};
  team.barrier();
  times[1] = clock::now().time_since_epoch().count();
  clock::rep last_in = times[0], first_out = times[1];
  for (const std::vector<std::byte>& bytes : team.gather(std::as_bytes(std::span(times)))) {
    std::memcpy(times.data(), bytes.data(), sizeof(times));
    last_in = std::max(last_in, times[0]);
    first_out = std::min(first_out, times[1]);
  }
  require(last_in <= first_out, "nobody passes a barrier before the last");
}

void ranks_are_numbered(Team& team) {
  const char* size = std::getenv("SCATTERFOLD_TEST_SIZE");
  require(team.size() == std::atoi(size), "the team has the size that was asked for");
  require(team.kind() == std::getenv("SCATTERFOLD_TEST_TEAM"), "kind");
  std::vector<std::int64_t> seen(team.size());
  seen.at(team.rank()) = 1;
  team.sum(seen);
  require(std::all_of(seen.begin(), seen.end(), [](std::int64_t n) { return n == 1; }), "every rank is there once");
  // All on this host.
  require(team.local_rank() == team.rank() && team.local_size() == team.size(), "local rank and size");
}

struct FailureKind {
  std::function<void()> fail;
  ExitCode code;
  std::string text;
};

const std::vector<FailureKind>& failure_kinds() {
  static const std::vector<FailureKind> kinds = {
      {[] { throw InputError("cannot open X: No such file"); }, ExitCode::input, "cannot open X: No such file"},
      {[] { throw OutputError("disk full (/tmp): make room"); }, ExitCode::output, "disk full (/tmp): make room"},
      {[] { throw std::runtime_error("odd\nthing"); }, ExitCode::internal,
       "odd thing (phase fold): an internal error, please report it"},
      {[] { throw std::bad_alloc(); }, ExitCode::resource,
       "out of memory (phase fold): lower --memory or use more ranks"},
      {[] { throw 42; }, ExitCode::internal, "unknown exception (phase fold): an internal error, please report it"},
      {[] { throw Error(ExitCode::ok, "claims success"); }, ExitCode::internal, "claims success"},
  };
  return kinds;
}

/// Runs a phase and requires exactly this failure on this rank.
void require_phase_fails(Team& team, const std::function<void()>& work, ExitCode code, const std::string& text) {
  try {
    team.phase("fold", work);
  } catch (const AgreedError& error) {
    require(error.what() == text, "text \"" + std::string(error.what()) + "\", expected \"" + text + "\"");
    require(error.code() == code, "code " + std::to_string(static_cast<int>(error.code())) + " of " + text);
    return;
  }
  require(false, "no failure on this rank: " + text);
}

void phase_agrees(Team& team) {
  int ran = 0;
  team.phase("fold", [&] { ++ran; });
  require(ran == 1, "work runs once");
  for (const FailureKind& kind : failure_kinds()) {
    for (int failing = 0; failing < team.size(); ++failing) {
      const std::string prefix = team.size() == 1 ? "" : "rank " + std::to_string(failing) + " (" + host_name() + ") ";
      require_phase_fails(
          team,
          [&] {
            if (team.rank() == failing) kind.fail();
          },
          kind.code, prefix + kind.text);
    }
    require_phase_fails(team, kind.fail, kind.code, kind.text);
    team.phase("fold", [] {});  // the team is as good as before
  }
  // Several fail differently: the lowest speaks. All but rank 0 fail alike: that is not all.
  const std::string host = " (" + host_name() + ") ";
  const std::string first = team.size() == 1 ? "r0" : "rank 0" + host + "r0";
  require_phase_fails(
      team, [&] { throw InputError("r" + std::to_string(team.rank())); }, ExitCode::input, first);
  if (team.size() > 1) {
    require_phase_fails(
        team,
        [&] {
          if (team.rank() > 0) throw InputError("x");
        },
        ExitCode::input, "rank 1" + host + "x");
    require_phase_fails(
        team,
        [&] {
          if (team.rank() == 0) throw InputError("x");
          throw OutputError("x");
        },
        ExitCode::input, "rank 0" + host + "x");
  }
}

void phase_refuses_communication(Team& team) {
  const std::string rest = " inside phase fold (a peer that fails would leave the others waiting): please report it";
  std::vector<std::byte> bytes;
  std::int64_t cell = 0;
  const std::map<std::string, std::function<void()>> works = {
      {"gather", [&] { team.gather({}); }},          {"exchange", [&] { team.exchange({}); }},
      {"broadcast", [&] { team.broadcast(bytes); }}, {"sum", [&] {
                                                                 team.sum({&cell, 1}); }},
      {"barrier", [&] { team.barrier(); }},          {"phase plan", [&] { team.phase("plan", [] {}); }}};
  for (const auto& [name, work] : works) require_phase_fails(team, work, ExitCode::internal, name + rest);
}

void measure_phase(Team& team) {
  const int rounds = 2000;
  for (int i = 0; i < 100; ++i) team.phase("fold", [] {});
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) team.phase("fold", [] {});
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
  if (team.rank() == 0)
    std::printf("%s %d: %.2f us a phase\n", team.kind().c_str(), team.size(), spent.count() / rounds);
}

/// A small job: SCATTERFOLD_FAULT strikes in one of its phases.
void job(Team& team) {
  for (const char* name : {"open", "plan", "fold"}) team.phase(name, [] {});
  std::vector<std::byte> bytes;
  team.phase("combine", [&] { bytes = made_bytes(team.rank(), 0, 5000); });
  team.gather(bytes);
  for (const char* name : {"finish", "write"}) team.phase(name, [] {});
}

/// The rank of SCATTERFOLD_TEST_RANK does something outside phases while the others wait for it in a collective, or
/// (`others_compute`) are busy for longer than a test may take.
void lonely(Team& team, const std::function<void()>& act, bool others_compute) {
  team.barrier();
  if (team.rank() == std::atoi(std::getenv("SCATTERFOLD_TEST_RANK"))) act();
  if (others_compute) std::this_thread::sleep_for(std::chrono::seconds(60));
  team.barrier();
}

void abort_with_line(Team& team) {
  std::fprintf(stderr, "scatterfold: error: aborted on purpose\n");
  team.abort(4);
}

const Bodies& bodies() {
  static const Bodies all = {
      {"laws",
       [](Team& team) {
         ranks_are_numbered(team);
         gather_keeps_rank_order(team);
         exchange_brings_each_its_own(team);
         broadcast_gives_rank_0s_bytes(team);
         sum_is_exact(team);
         barrier_holds_back(team);
         phase_agrees(team);
         phase_refuses_communication(team);
         gather_keeps_rank_order(team);  // nothing was left in a socket
       }},
      {"broken_law", [](Team& team) { require(team.rank() != team.size() - 1, "on purpose"); }},
      {"measure", measure_phase},
      {"job", job},
      {"abort",
       [](Team& team) {
         lonely(
             team, [&] { abort_with_line(team); }, false);
       }},
      {"abort_busy",
       [](Team& team) {
         lonely(
             team, [&] { abort_with_line(team); }, true);
       }},
      {"kill_busy",
       [](Team& team) {
         lonely(
             team, [] { kill(getpid(), SIGKILL); }, true);
       }},
      {"alone",
       [](Team& team) {
         lonely(
             team, [] { throw OutputError("disk full (/x): make room"); }, false);
       }},
      {"alone_busy",
       [](Team& team) {
         lonely(
             team, [] { throw OutputError("disk full (/x): make room"); }, true);
       }},
      {"exit3",
       [](Team& team) {
         lonely(
             team, [] { _exit(3); }, false);
       }},
      {"leave_then_work",  // workers go home at once, rank 0 has more to do: no loss
       [](Team& team) {
         team.barrier();
         if (team.rank() == 0) std::this_thread::sleep_for(std::chrono::seconds(2));
       }},
      {"print_once",
       [](Team& team) {
         if (team.rank() == 0) std::printf("from rank 0\n");
       }},
      {"slow",
       [](Team& team) {
         if (team.rank() == 0) {
           std::printf("started\n");
           std::fflush(stdout);
         }
         std::this_thread::sleep_for(std::chrono::seconds(60));
       }},
  };
  return all;
}

}  // namespace
}  // namespace scatterfold::testing_team

int main(int count, char** arguments) {
  using namespace scatterfold::testing_team;
  return run_body_or_tests(count, arguments, bodies());
}
