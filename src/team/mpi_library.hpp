// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// What the loaded MPI library says of itself. Needs no MPI_Init.
std::string mpi_library_version();

}  // namespace scatterfold
