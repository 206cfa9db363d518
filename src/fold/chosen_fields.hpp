// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fold/fold.hpp"

namespace scatterfold {

/// The same fold, of whose arrays only those of these names are wanted; they stay in the order of the fold. It has
/// those of `looked_at` too, unwanted where `names` leaves them out. Errors: UsageError for a name that it does not
/// have.
std::unique_ptr<Fold> choose_fields(std::unique_ptr<Fold> fold, const std::vector<std::string>& names,
                                    const std::vector<std::string>& looked_at);

}  // namespace scatterfold
