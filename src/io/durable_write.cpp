// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/durable_write.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/size_signal.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;

[[noreturn]] void throw_failure(const std::string& path, int number) {
  throw OutputError(fmt::format("cannot write {}: {}", printable(path, 1000), std::strerror(number)));
}

void reserve(int descriptor, const std::string& path, std::size_t size) {
  if (size == 0) return;
  int number = 0;
  do {
    number = posix_fallocate(descriptor, 0, static_cast<off_t>(size));
  } while (number == EINTR);
  // Some file systems cannot reserve; the write itself tells then.
  if (number != 0 && number != EINVAL && number != EOPNOTSUPP && number != ENOSYS) throw_failure(path, number);
}

void write_all(int descriptor, const std::string& path, const char* bytes, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t n = pwrite(descriptor, bytes + done, size - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw_failure(path, n < 0 ? errno : EIO);
    done += static_cast<std::size_t>(n);
  }
}

void verify(int descriptor, const std::string& path, const char* bytes, std::size_t size) {
  std::vector<char> found(std::min(size, piece_bytes));
  for (std::size_t done = 0; done < size;) {
    const std::size_t wanted = std::min(piece_bytes, size - done);
    const ssize_t n = pread(descriptor, found.data(), wanted, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || std::memcmp(found.data(), bytes + done, static_cast<std::size_t>(n)) != 0) {
      throw OutputError(fmt::format("{} reads back differently than written (at byte {}): check the disk",
                                    printable(path, 1000), done));
    }
    done += static_cast<std::size_t>(n);
  }
}

}  // namespace

void write_durably(int descriptor, const std::string& path, const void* bytes, std::size_t size) {
  const BlockedSizeSignal blocked;
  if (ftruncate(descriptor, 0) != 0) throw_failure(path, errno);
  reserve(descriptor, path, size);
  write_all(descriptor, path, static_cast<const char*>(bytes), size);
  if (fsync(descriptor) != 0) throw_failure(path, errno);
  verify(descriptor, path, static_cast<const char*>(bytes), size);
}

void flush_folder(const std::string& path) {
  const FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder && fsync(folder.get()) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) {
    throw OutputError(fmt::format("cannot flush folder {}: {}", printable(path, 1000), std::strerror(errno)));
  }
}

}  // namespace scatterfold
