// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/input_bytes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "io/dataset.hpp"
#include "io/printable.hpp"

namespace scatterfold {

InputBytes::InputBytes(const DatasetInfo& info) : info_(info), file_(::open(info.file.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat status {};
  if (!file_ || ::fstat(file_.get(), &status) != 0) {
    throw InputError(fmt::format("cannot open {}: {}", printable(info.file, 1000), std::strerror(errno)));
  }
  size_ = static_cast<std::int64_t>(status.st_size);
}

void InputBytes::read(std::int64_t offset, std::byte* out, std::int64_t bytes) const {
  while (bytes > 0) {
    const ssize_t got = ::pread(file_.get(), out, static_cast<std::size_t>(bytes), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw InputError(fmt::format("cannot read {}:{} at byte {}: {}", printable(info_.file, 1000),
                                   printable(info_.path), offset, std::strerror(errno)));
    }
    if (got == 0) {
      struct stat now {};
      ::fstat(file_.get(), &now);
      throw InputError(fmt::format(
          "truncated file ({} in {}): it had {} bytes when it was opened and has {} now; get a fresh copy",
          printable(info_.path), printable(info_.file, 1000), size_, static_cast<std::int64_t>(now.st_size)));
    }
    out += got;
    offset += got;
    bytes -= got;
  }
}

bool InputBytes::ends_before(std::int64_t end) const {
  struct stat now {};
  return ::fstat(file_.get(), &now) != 0 || static_cast<std::int64_t>(now.st_size) < end;
}

void InputBytes::report_lost(std::int64_t offset, std::int64_t bytes) const {
  std::vector<std::byte> again(static_cast<std::size_t>(bytes));
  read(offset, again.data(), bytes);
  throw InputError(fmt::format("cannot read {}:{} at byte {}: it changed while it was read; run again",
                               printable(info_.file, 1000), printable(info_.path), offset));
}

}  // namespace scatterfold
