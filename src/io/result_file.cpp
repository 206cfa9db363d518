// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/result_file.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "fold/result.hpp"
#include "io/durable_write.hpp"
#include "io/hdf5_lock.hpp"
#include "io/printable.hpp"
#include "io/result_image.hpp"

namespace scatterfold {
namespace {

std::vector<char> read_back(int descriptor, const std::string& path) {
  std::vector<char> bytes;
  std::array<char, 1 << 16> piece;
  while (true) {
    const ssize_t n = pread(descriptor, piece.data(), piece.size(), static_cast<off_t>(bytes.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw OutputError(fmt::format("cannot read {} back: {}", printable(path, 1000), std::strerror(errno)));
    if (n == 0) return bytes;
    bytes.insert(bytes.end(), piece.begin(), piece.begin() + n);
  }
}

}  // namespace

void write_result_file(OutputClaim& claim, const std::vector<ResultGroup>& groups, const std::string& digest,
                       const std::vector<std::pair<std::string, std::string>>& provenance) {
  const std::string& path = claim.partial_path();
  std::string history = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} scatterfold", fmt::gmtime(std::time(nullptr)));
  for (const auto& [key, value] : provenance) {
    if (key == "command") history += ": " + value;
  }
  // The file is made in memory and written in one piece: HDF5's own close has been seen to report success on a full
  // disk, and a system call has not.
  std::vector<char> image;
  {
    const Hdf5Scope scope;
    image = make_result_image(groups, digest, history, provenance);
  }
  const FileDescriptor out(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!out) throw OutputError(fmt::format("cannot write {}: {}", printable(path, 1000), std::strerror(errno)));
  write_durably(out.get(), path, image.data(), image.size());
  {
    const Hdf5Scope scope;
    verify_result_image(read_back(out.get(), path), path, groups, digest);
  }
}

}  // namespace scatterfold
