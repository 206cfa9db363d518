// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "base/error.hpp"

namespace scatterfold::bench {

/// `pread` until all of `bytes` are there. Errors: InputError.
inline void whole_read(int file, std::byte* to, std::int64_t bytes, std::int64_t offset) {
  while (bytes > 0) {
    const ssize_t got = ::pread(file, to, static_cast<std::size_t>(bytes), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw InputError("the file cannot be read to its end");
    to += got;
    offset += got;
    bytes -= got;
  }
}

}  // namespace scatterfold::bench
