// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// Test-only: makes one rank fail on purpose, so that tests can watch the others leave.
///   SCATTERFOLD_FAULT="rank=1,point=combine,kind=throw"
///   rank   a number, or `all`; 0 when absent
///   point  the phase in whose beginning it strikes: open, plan, fold, combine, finish or write
///   kind   throw (std::runtime_error), input, output, resource (an Error of that code), badalloc, terminate (throws
///   out
///          of a noexcept function), exit0 (_exit(0)), kill (SIGKILL to itself), hang (sleeps for ever)

/// Errors: UsageError when SCATTERFOLD_FAULT is set and malformed: a fault that silently never strikes proves nothing.
void check_fault_setting();

/// Strikes when the setting names this rank and phase. Errors: as `kind` says; UsageError for a rank beyond the team.
void inject_fault(const std::string& phase, int rank, int size);

}  // namespace scatterfold
