// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/choose_backend.hpp"
#include "driver/job.hpp"
#include "driver/open_input.hpp"
#include "driver/run_account.hpp"
#include "driver/stopwatch.hpp"
#include "io/result_file.hpp"

namespace scatterfold {

class Team;

/// The outputs of a run, claimed before any work: an output that cannot be written must not cost hours.
class Delivery {
 public:
  Delivery(const Job& job, const InputFiles& files);
  std::optional<OutputClaim> claim;  ///< of -o
};

/// Tells on stderr what runs where: with several ranks, or when asked for more. Team: collective.
void show_header(const Job& job, Team& team, const ChosenBackend& chosen, const std::string& command_line);

/// Rank 0 writes the outputs and prints. Team: collective, inside its own phases. Errors: OutputError.
void deliver(const Job& job, Team& team, RunAccount account, const Stopwatch& watch, std::optional<Delivery>& delivery,
             const std::string& command_line);

}  // namespace scatterfold
