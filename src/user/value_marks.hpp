// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "fold/decoding.hpp"
#include "user/user_call.hpp"

namespace scatterfold {

/// How values that a user's code makes lie in memory: as they are. `marks`: some of them may stand for missing
/// elements.
Decoding decoding_of_values(ElementType type, bool marks);

/// Which of the elements with this decoding are missing.
user::MissingRule missing_rule(const Decoding& elements);

/// A whole number of `unit` is the mark of missing elements by itself. Throws NumericError.
[[noreturn]] void refuse_marked_value(ElementType type, std::int64_t unit);

}  // namespace scatterfold
