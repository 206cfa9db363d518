// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "io/durable_write.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

[[noreturn]] void throw_failure(const std::string& path) {
  throw OutputError(fmt::format("cannot write {}: {}", printable(path, 1000), std::strerror(errno)));
}

void write_straight(const std::string& path, std::string_view text) {
  const FileDescriptor out(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY));
  if (!out) throw_failure(path);
  while (!text.empty()) {
    const ssize_t n = ::write(out.get(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw_failure(path);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

std::optional<OutputClaim> write_text_partial(const std::string& path, std::string_view text) {
  struct stat status {};
  // /dev/stdout may lead to a file that the shell holds open: replacing it would write where nobody looks.
  const bool device = path.starts_with("/dev/") || path.starts_with("/proc/");
  const bool special =
      device || (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode));
  if (special) {
    write_straight(path, text);
    return std::nullopt;
  }
  OutputClaim claim(path, true, {});
  const FileDescriptor out(::open(claim.partial_path().c_str(), O_RDWR | O_CLOEXEC));
  if (!out) throw_failure(path);
  write_durably(out.get(), path, text.data(), text.size());
  return claim;
}

void write_text_file(const std::string& path, std::string_view text) {
  if (auto claim = write_text_partial(path, text)) claim->commit();
}

}  // namespace scatterfold
