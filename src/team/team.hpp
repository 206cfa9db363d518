// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace scatterfold {

/// Who takes part in a run: `solo` (this process), `forked` (local worker processes, no MPI), `mpi`.
/// All operations but the accessors are collective: every rank calls them, in the same order. They throw only when a
/// peer is lost (PeerError); work that can fail belongs inside `phase`.
class Team {
 public:
  virtual ~Team() = default;

  virtual int rank() const noexcept = 0;
  virtual int size() const noexcept = 0;
  virtual const std::string& kind() const noexcept = 0;  ///< "solo", "forked" or "mpi"

  /// The rank's place among the ranks of its host, and how many those are.
  virtual int local_rank() const noexcept = 0;
  virtual int local_size() const noexcept = 0;

  /// Cores that this rank may run on; those that it shares with other ranks of its host count in parts. At least 1.
  virtual int core_share() const = 0;

  /// Runs `work` on every rank, then agrees: when it threw on any rank, every rank throws the same Error.
  /// Exceptions that are no Error become ExitCode::internal (std::bad_alloc: ExitCode::resource); the text then names
  /// rank and host whenever the team has more than one rank. Fault injection (base of the tests) strikes here.
  void phase(const std::string& name, const std::function<void()>& work);

  /// The bytes of every rank, in rank order, on rank 0; empty elsewhere. Ranks may give different numbers of bytes.
  virtual std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine) = 0;

  /// Every rank gives bytes for every rank (`to[r]`, which may be none) and gets what the ranks have for it, in rank
  /// order.
  virtual std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> to) = 0;

  /// Rank 0's bytes on every rank; `bytes` is resized elsewhere.
  virtual void broadcast(std::vector<std::byte>& bytes) = 0;

  /// Adds the cells of all ranks; every rank has the sums afterwards. Exact: integers.
  virtual void sum(std::span<std::int64_t> cells) = 0;

  virtual void barrier() = 0;

  /// Ends the whole team at once with this code, without unwinding: for failures outside any phase.
  [[noreturn]] virtual void abort(int exit_code) noexcept = 0;
};

/// How this process was started, from the environment alone (MPI is not touched).
struct Launch {
  int tasks = 1;         ///< processes the launcher started together
  int rank = 0;          ///< this one's number among them
  bool mpi = false;      ///< a launcher that MPI can talk to (mpirun, srun --mpi=pmix)
  std::string launcher;  ///< "mpirun", "srun", ... or empty
};
Launch detect_launch();

std::unique_ptr<Team> make_solo_team();

/// Forks `processes` - 1 workers; every process returns from here with its own rank. Call before any thread, GPU or
/// file is opened. Rank 0 is the calling process. Workers leave when rank 0 goes; a lost worker is a PeerError.
std::unique_ptr<Team> make_forked_team(int processes);

/// Initialises MPI; finalised when the team is destroyed in an orderly way.
/// Errors: ResourceError when the launcher started more tasks than MPI sees (FAULTS case 16).
std::unique_ptr<Team> make_mpi_team(const Launch& launch);

}  // namespace scatterfold
