// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/memory_file.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/size_signal.hpp"

namespace scatterfold {
namespace {

[[noreturn]] void refuse() {
  throw ResourceError(fmt::format("no memory for a compiler's files ({}): free some", std::strerror(errno)));
}

}  // namespace

MemoryFile::MemoryFile(std::span<const std::byte> content) : file_(memfd_create("scatterfold-user", MFD_CLOEXEC)) {
  if (!file_) refuse();
  const BlockedSizeSignal blocked;
  for (std::size_t done = 0; done < content.size();) {
    const ssize_t written =
        ::pwrite(file_.get(), content.data() + done, content.size() - done, static_cast<off_t>(done));
    if (written <= 0) refuse();
    done += static_cast<std::size_t>(written);
  }
}

std::string MemoryFile::content() const {
  std::string bytes;
  char part[1 << 16];
  for (ssize_t got; (got = ::pread(file_.get(), part, sizeof part, static_cast<off_t>(bytes.size()))) > 0;)
    bytes.append(part, static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace scatterfold
