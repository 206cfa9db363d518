// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "base/error.hpp"

namespace scatterfold {

/// What Team::phase throws: every rank holds the same one, so rank 0 alone prints it and all may leave in order.
/// Any other exception that leaves a run happened on this rank alone: print it and call Team::abort.
struct AgreedError : Error {
  using Error::Error;
};

}  // namespace scatterfold
