// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fold/fold.hpp"

namespace scatterfold {

/// The same fold, of whose arrays only those of these names are wanted; they stay in the order of the fold.
/// Errors: UsageError for a name that it does not have.
std::unique_ptr<Fold> choose_fields(std::unique_ptr<Fold> fold, const std::vector<std::string>& names);

}  // namespace scatterfold
