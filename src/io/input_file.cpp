// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "io/hdf5_error.hpp"
#include "io/printable.hpp"
#include "io/superblock.hpp"

namespace scatterfold {
namespace {

constexpr int nfs_not_supported = 524;  // the kernel's ENOTSUPP, which has no name in user space
constexpr std::int64_t longest_superblock = 96;

/// netCDF's classic formats: "CDF" and 1 (classic), 2 (64-bit offset) or 5 (64-bit data).
bool is_classic_netcdf(const unsigned char* start) {
  return std::memcmp(start, "CDF", 3) == 0 && (start[3] == 1 || start[3] == 2 || start[3] == 5);
}

/// Whether another process holds a writer's lock right now. Asked only after something else has failed.
bool has_live_writer(int descriptor) {
  if (flock(descriptor, LOCK_SH | LOCK_NB) == 0) {
    flock(descriptor, LOCK_UN);
    return false;
  }
  return errno == EWOULDBLOCK;
}

[[noreturn]] void throw_open_by_writer(const std::string& name) {
  throw InputError(fmt::format("file is open for writing by another process ({}): wait until it is closed", name));
}

/// Says why H5Fopen refused.
[[noreturn]] void throw_open_failure(const std::string& name, int descriptor, const Superblock* block) {
  const Hdf5Error error = last_hdf5_error();
  const int number = error.error_number;
  if (number == EAGAIN || number == EACCES) throw_open_by_writer(name);
  if (number == ENOLCK || number == ENOSYS || number == EOPNOTSUPP || number == nfs_not_supported) {
    throw InputError(
        fmt::format("no file locks on this file system ({}, errno {}): set HDF5_USE_FILE_LOCKING=FALSE", name, number));
  }
  if (number != 0 && error.text.starts_with("unable to lock file")) {
    throw InputError(fmt::format("cannot lock {}: {}: where nobody writes to it, set HDF5_USE_FILE_LOCKING=FALSE", name,
                                 std::strerror(number)));
  }
  if (block != nullptr && block->marked_for_writing) {
    if (has_live_writer(descriptor)) throw_open_by_writer(name);
    throw InputError(
        fmt::format("file is marked as open for {} but no writer holds its lock ({}): let a running writer "
                    "finish; if it was killed, check the file and clear the mark with h5clear -s",
                    block->marked_for_swmr ? "SWMR writing" : "writing", name));
  }
  throw InputError(fmt::format("damaged HDF5 file ({}): HDF5 says \"{}\"; get a fresh copy", name, error.text));
}

}  // namespace

FileHandle open_input_file(const std::string& file) {
  const std::string name = printable(file, 1000);
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor) throw InputError(fmt::format("cannot open {}: {}", name, std::strerror(errno)));
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0) {
    throw InputError(fmt::format("cannot open {}: {}", name, std::strerror(errno)));
  }
  if (S_ISDIR(status.st_mode)) throw InputError(fmt::format("not a file ({} is a directory): name a file in it", name));
  if (!S_ISREG(status.st_mode)) {
    throw InputError(fmt::format("not a regular file ({}): name an HDF5 or netCDF-4 file", name));
  }
  const std::int64_t file_bytes = status.st_size;
  if (file_bytes == 0) throw InputError(fmt::format("empty file ({}, 0 bytes): name an HDF5 or netCDF-4 file", name));

  unsigned char start[4] = {};
  if (pread(descriptor.get(), start, sizeof start, 0) < 0) {
    throw InputError(fmt::format("cannot read {}: {}", name, std::strerror(errno)));
  }
  if (is_classic_netcdf(start)) {
    throw InputError(
        fmt::format("netCDF-3 file ({}): convert it to netCDF-4 with nccopy -k nc4 {} NEW.nc", name, name));
  }
  const auto address = find_hdf5_signature(descriptor.get(), file_bytes);
  if (!address) {
    throw InputError(fmt::format("not an HDF5 file ({}): name an HDF5 or netCDF-4 file", name));
  }
  const auto block = read_superblock(descriptor.get(), *address);
  if (!block && file_bytes - *address < longest_superblock) {
    throw InputError(fmt::format("truncated file ({}): it has {} bytes and ends inside its header; get a fresh copy",
                                 name, file_bytes));
  }
  // A file that is being written in SWMR mode may be ahead of its header or behind it; the library allows for that.
  if (block && block->end_of_file > file_bytes && !block->marked_for_swmr) {
    if (has_live_writer(descriptor.get())) throw_open_by_writer(name);
    throw InputError(fmt::format("truncated file ({}): it has {} bytes and its header says {}; get a fresh copy", name,
                                 file_bytes, block->end_of_file));
  }
  FileHandle handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (!handle) throw_open_failure(name, descriptor.get(), block ? &*block : nullptr);
  return handle;
}

}  // namespace scatterfold
