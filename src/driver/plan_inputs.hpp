// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>

namespace scatterfold {

struct Inputs;
struct Job;

/// The lines of a plan that tell what is read, and what values are made of it.
std::string inputs_text(const Job& job, const Inputs& inputs, std::int64_t passes);

}  // namespace scatterfold
