// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

namespace scatterfold {

class Team;

/// As long as it lives, SIGTERM, SIGINT and SIGHUP end the run at once, whatever it is doing: unfinished files are
/// removed, rank 0 says so in one line, and the code is ExitCode::resumable. A forked worker leaves it to rank 0; of
/// MPI's ranks each ends itself, and the launcher the others. A second SIGINT kills. Signals that were ignored stay so
/// (nohup). The line names no error: under a launcher the signal may be what follows a failure that a peer has told.
/// Every process of the team has one, for the run itself: afterwards a launcher ends those that take longer to leave.
class StopSignals {
 public:
  explicit StopSignals(const Team& team);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
};

}  // namespace scatterfold
