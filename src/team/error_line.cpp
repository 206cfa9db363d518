// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/error_line.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <csignal>

namespace scatterfold {

void write_last_error_line(const std::string& text) noexcept {
  std::signal(SIGPIPE, SIG_IGN);  // the exit code is to tell what happened, not that nobody reads stderr
  static constexpr char head[] = "scatterfold: error: ";
  // iovec wants char*, writev does not write through it.
  iovec parts[3] = {{const_cast<char*>(head), sizeof(head) - 1},
                    {const_cast<char*>(text.data()), text.size()},
                    {const_cast<char*>("\n"), 1}};
  [[maybe_unused]] const ssize_t written = writev(STDERR_FILENO, parts, 3);
}

}  // namespace scatterfold
