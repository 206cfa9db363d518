// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

namespace scatterfold {

class Team;

/// From here on SIGTERM, SIGINT and SIGHUP end the run at once, whatever it is doing: unfinished files are removed,
/// rank 0 says so in one line, and the code is ExitCode::resumable. A forked worker leaves it to rank 0; of MPI's ranks
/// each ends itself, and the launcher the others. A second SIGINT kills. Signals that were ignored stay so (nohup).
/// Every process of the team calls this once, when the team is made.
void install_stop_signals(const Team& team);

}  // namespace scatterfold
