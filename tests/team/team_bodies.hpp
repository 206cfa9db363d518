// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold::testing_team {

/// Makes the team that the environment names, runs the named body on every rank, as the program's main would, and gives
/// the exit code. A body that finds a law broken makes it 99 and says which.
///   SCATTERFOLD_TEST_TEAM  solo | forked | mpi      SCATTERFOLD_TEST_SIZE  of a forked team
///   SCATTERFOLD_TEST_BODY  the body's name
int run_body_from_environment();

}  // namespace scatterfold::testing_team
