// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <vector>

namespace scatterfold {

/// Several strings of bytes in one: how many, how long each, then all of them.
std::vector<std::byte> bundle(const std::vector<std::vector<std::byte>>& parts);

/// The same back. Errors: Error with ExitCode::internal where the bytes are no bundle.
std::vector<std::vector<std::byte>> unbundle(const std::vector<std::byte>& bytes);

}  // namespace scatterfold
