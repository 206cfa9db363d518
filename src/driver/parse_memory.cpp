// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/parse_memory.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/parse.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t least_bytes = 1024;

}  // namespace

std::int64_t parse_memory(const std::string& option, const std::string& text) {
  const std::int64_t bytes = parse_bytes(text);
  if (bytes >= least_bytes) return bytes;
  const bool bare = bytes > 0 && text.find_first_not_of("0123456789") == std::string::npos;
  throw UsageError(fmt::format("{} is {}, and the least is {}: {}", option, counted(bytes, "byte"),
                               format_bytes(static_cast<double>(least_bytes)),
                               bare ? fmt::format("did you mean {}GiB?", text) : "give for instance 4GiB"));
}

}  // namespace scatterfold
