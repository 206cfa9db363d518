// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/small_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file_descriptor.hpp"
#include "base/parse.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_bytes = 1 << 20;  // a page of text; what is larger is a mistake

}  // namespace

std::string read_small_file(const std::string& path, const std::string& kind, ExitCode unreadable) {
  const std::string shown = kind + " " + printable(path, 1000);
  const auto refuse_access = [&](const char* verb) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    const std::string what = fmt::format("cannot {} {}: {}", verb, shown, std::strerror(errno));
    if (absent || unreadable == ExitCode::usage) throw UsageError(what);
    throw Error(unreadable, what);
  };
  const auto refuse_size = [&](double size) {
    throw UsageError(fmt::format("{} is too large ({}): a {} has at most 1 MiB", shown, format_bytes(size), kind));
  };
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) refuse_access("open");
  struct stat status {};
  if (fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode))
    throw UsageError(fmt::format("{} is a directory: name a file", shown));
  if (S_ISREG(status.st_mode) && static_cast<std::size_t>(status.st_size) > most_bytes)
    refuse_size(static_cast<double>(status.st_size));
  std::string text(most_bytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = ::read(file.get(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) refuse_access("read");
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  if (size > most_bytes) refuse_size(static_cast<double>(size));
  text.resize(size);
  return text;
}

}  // namespace scatterfold
