// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// Notes that the work of a phase runs. Process-wide, as a process belongs to one team.
class PhaseGuard {
 public:
  explicit PhaseGuard(const std::string& phase);
  ~PhaseGuard();
  PhaseGuard(const PhaseGuard&) = delete;
  PhaseGuard& operator=(const PhaseGuard&) = delete;
};

/// Every collective calls this first. If work could communicate, a rank that throws before would go to the agreement of
/// the phase while its peers wait in the collective, for ever; so even one process refuses it, on the first try.
/// Errors: Error with ExitCode::internal inside the work of a phase.
void refuse_inside_phase(const char* operation);

/// Whether the last phase ended in a failure that every rank knows of, so that all leave together.
bool last_failure_was_agreed() noexcept;

}  // namespace scatterfold
