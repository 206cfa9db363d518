// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

#include "base/error.hpp"

namespace scatterfold {

/// Stored bytes that are not what the dataset's filters make of a chunk. The text says which filter and what is wrong;
/// who knows the file and the chunk adds them.
struct DecodeError : InputError {
  using InputError::InputError;
};

/// For what claims or turns out to have more bytes than a chunk can have at this place of the pipeline.
[[noreturn]] inline void throw_too_long(std::string_view what, std::size_t most_bytes) {
  throw DecodeError(fmt::format("{} decodes to more than the {} bytes that can be there", what, most_bytes));
}

}  // namespace scatterfold
