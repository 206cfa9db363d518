// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/parse.hpp"
#include "io/hdf5_error.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr double metadata_bytes = 64 << 10;  // more than headers and attributes take

}  // namespace

void check_room(const std::string& path, double data_bytes) {
  const double bytes = data_bytes + metadata_bytes;
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  struct statvfs disk {};
  if (statvfs(folder.c_str(), &disk) == 0) {
    const double free_bytes = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
    if (bytes > free_bytes) {
      throw OutputError(fmt::format("disk full ({}): {} needed, {} free; make room or write elsewhere",
                                    printable(folder, 1000), format_bytes(bytes), format_bytes(free_bytes)));
    }
  }
  struct rlimit limit {};
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
      bytes > static_cast<double>(limit.rlim_cur)) {
    throw OutputError(fmt::format("file-size limit reached ({}): {} needed, {} allowed; raise it with ulimit -f",
                                  printable(path, 1000), format_bytes(bytes),
                                  format_bytes(static_cast<double>(limit.rlim_cur))));
  }
}

void reserve(const std::string& path, std::int64_t offset, std::int64_t bytes) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file) throw_write_error(path, errno);
  int number = 0;
  do {
    number = posix_fallocate(file.get(), offset, bytes);
  } while (number == EINTR);
  // Some file systems cannot reserve; the writes themselves tell then.
  if (number != 0 && number != EINVAL && number != EOPNOTSUPP && number != ENOSYS) throw_write_error(path, number);
}

void write_at(int descriptor, const std::string& path, const unsigned char* bytes, std::int64_t size,
              std::int64_t offset) {
  for (std::int64_t done = 0; done < size;) {
    const ssize_t n = pwrite(descriptor, bytes + done, static_cast<std::size_t>(size - done), offset + done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw_write_error(path, n < 0 ? errno : ENOSPC);
    done += n;
  }
}

void read_at(int descriptor, const std::string& path, unsigned char* bytes, std::int64_t size, std::int64_t offset) {
  for (std::int64_t done = 0; done < size;) {
    const ssize_t n = pread(descriptor, bytes + done, static_cast<std::size_t>(size - done), offset + done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_read_error(path, errno);
    if (n == 0) throw_damaged(path, "size");
    done += n;
  }
}

void flush_to_device(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file || fdatasync(file.get()) != 0) throw_write_error(path, errno);
  posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
}

std::int64_t file_bytes(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw_write_error(path, errno);
  return status.st_size;
}

std::int64_t chunk_count(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& chunk) {
  if (chunk.empty()) return 0;
  std::int64_t chunks = 1;
  for (std::size_t d = 0; d < shape.size(); ++d) chunks *= (shape[d] + chunk[d] - 1) / chunk[d];
  return chunks;
}

void throw_write_error(const std::string& path, int number) {
  const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  throw OutputError(fmt::format("cannot write ({}): {}{}", printable(path, 1000), std::strerror(number),
                                full ? "; make room or write elsewhere" : ""));
}

void throw_read_error(const std::string& path, int number) {
  throw OutputError(
      fmt::format("cannot read back ({}): {}; check the disk", printable(path, 1000), std::strerror(number)));
}

void throw_damaged(const std::string& path, const std::string& what) {
  throw OutputError(
      fmt::format("{} is damaged after writing ({}): check the disk", printable(path, 1000), printable(what)));
}

void throw_hdf5_error(const std::string& path, const std::string& what) {
  const Hdf5Error error = last_hdf5_error();
  if (error.error_number == EAGAIN && std::getenv("HDF5_USE_FILE_LOCKING") != nullptr) {
    // The variable overrules unlocked_access(), and our own claim holds the lock.
    throw OutputError(
        fmt::format("HDF5_USE_FILE_LOCKING is set and keeps us from our own file ({}): unset it or set it to FALSE",
                    printable(path, 1000)));
  }
  if (error.error_number != 0) throw_write_error(path, error.error_number);
  throw OutputError(fmt::format("cannot {} ({}): {}", printable(what), printable(path, 1000), error.text));
}

PropertyHandle unlocked_access() {
  PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS));
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(access.get(), false, true);
#endif
  return access;
}

PropertyHandle storage_properties(const std::string& dataset, const Storage& storage) {
  PropertyHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(properties.get(), false);  // the same job gives the same bytes
  H5Pset_fill_time(properties.get(), H5D_FILL_TIME_NEVER);
  bool accepted = true;
  if (storage.chunk.empty()) {
    H5Pset_layout(properties.get(), H5D_CONTIGUOUS);
    H5Pset_alloc_time(properties.get(), H5D_ALLOC_TIME_EARLY);
  } else {
    const std::vector<hsize_t> chunk(storage.chunk.begin(), storage.chunk.end());
    accepted = H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data()) >= 0;
  }
  if (storage.shuffle) accepted = accepted && H5Pset_shuffle(properties.get()) >= 0;
  if (storage.deflate >= 0)
    accepted = accepted && H5Pset_deflate(properties.get(), static_cast<unsigned>(storage.deflate)) >= 0;
  if (storage.fletcher32) accepted = accepted && H5Pset_fletcher32(properties.get()) >= 0;
  if (!accepted) {
    throw UsageError(fmt::format("HDF5 refuses this storage ({}): {}", printable(dataset), last_hdf5_error().text));
  }
  return properties;
}

void write_text(hid_t object, const std::string& name, const std::string& value, const std::string& path) {
  const TypeHandle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  const SpaceHandle space(H5Screate(H5S_SCALAR));
  const AttributeHandle attribute(H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
  const char* const text = value.c_str();
  if (!attribute || H5Awrite(attribute.get(), type.get(), &text) < 0) throw_hdf5_error(path, "write attribute " + name);
}

void create_complete_mark(hid_t file, const std::string& path) {
  const SpaceHandle scalar(H5Screate(H5S_SCALAR));
  const AttributeHandle complete(H5Acreate2(file, "complete", H5T_STD_I32LE, scalar.get(), H5P_DEFAULT, H5P_DEFAULT));
  const int no = 0;
  if (!complete || H5Awrite(complete.get(), H5T_NATIVE_INT, &no) < 0)
    throw_hdf5_error(path, "write attribute complete");
}

FileHandle open_output(const std::string& path) {
  const PropertyHandle access = unlocked_access();
  FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get()));
  if (!file) throw_hdf5_error(path, "open the file");
  return file;
}

void set_complete_mark(hid_t file, const std::string& path) {
  const AttributeHandle complete(H5Aopen(file, "complete", H5P_DEFAULT));
  const int yes = 1;
  if (!complete || H5Awrite(complete.get(), H5T_NATIVE_INT, &yes) < 0) throw_damaged(path, "complete mark");
  if (H5Fflush(file, H5F_SCOPE_GLOBAL) < 0) throw_hdf5_error(path, "write the file");
}

FileHandle open_written(const std::string& path) {
  const PropertyHandle access = unlocked_access();
  FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (!file) throw_damaged(path, "does not open");
  return file;
}

FileHandle open_complete(const std::string& path) {
  FileHandle file = open_written(path);
  const AttributeHandle complete(H5Aopen(file.get(), "complete", H5P_DEFAULT));
  int mark = 0;
  if (!complete || H5Aread(complete.get(), H5T_NATIVE_INT, &mark) < 0 || mark != 1) {
    throw_damaged(path, "complete mark");
  }
  return file;
}

}  // namespace scatterfold
