// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/field_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/field_file.hpp"
#include "io/file_descriptor.hpp"
#include "io/hdf5_error.hpp"
#include "io/hdf5_lock.hpp"
#include "io/printable.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

constexpr double metadata_bytes = 64 << 10;  // more than headers and attributes take

/// Refuses what cannot fit, before a file exists. Packed data may turn out smaller, so it is left to the writes.
void check_room(const std::string& path, const FieldLayout& layout) {
  if (layout.deflate >= 0) return;
  const double bytes = static_cast<double>(layout.bytes()) + metadata_bytes;
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

/// A text that h5py shows as `str`.
void write_text(hid_t object, const std::string& name, const std::string& value, const std::string& path) {
  const TypeHandle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  const SpaceHandle space(H5Screate(H5S_SCALAR));
  const AttributeHandle attribute(H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
  const char* const text = value.c_str();
  if (!attribute || H5Awrite(attribute.get(), type.get(), &text) < 0) throw_hdf5_error(path, "write attribute " + name);
}

PropertyHandle creation_properties(const FieldLayout& layout) {
  PropertyHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(properties.get(), false);  // the same job gives the same bytes
  H5Pset_fill_time(properties.get(), H5D_FILL_TIME_NEVER);
  bool accepted = true;
  if (layout.chunk.empty()) {
    H5Pset_layout(properties.get(), H5D_CONTIGUOUS);
    H5Pset_alloc_time(properties.get(), H5D_ALLOC_TIME_EARLY);
  } else {
    const std::vector<hsize_t> chunk(layout.chunk.begin(), layout.chunk.end());
    accepted = H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data()) >= 0;
  }
  if (layout.shuffle) accepted = accepted && H5Pset_shuffle(properties.get()) >= 0;
  if (layout.deflate >= 0)
    accepted = accepted && H5Pset_deflate(properties.get(), static_cast<unsigned>(layout.deflate)) >= 0;
  if (layout.fletcher32) accepted = accepted && H5Pset_fletcher32(properties.get()) >= 0;
  if (!accepted) {
    throw UsageError(fmt::format("HDF5 refuses this storage ({}): {}", printable(layout.path), last_hdf5_error().text));
  }
  return properties;
}

SpaceHandle space_of(const FieldLayout& layout) {
  if (layout.shape.empty()) return SpaceHandle(H5Screate(H5S_SCALAR));
  const std::vector<hsize_t> shape(layout.shape.begin(), layout.shape.end());
  std::vector<hsize_t> most = shape;
  for (std::size_t d = 0; d < layout.chunk.size(); ++d) {
    // A dimension that cannot grow may not be smaller than its chunk.
    if (layout.chunk[d] > layout.shape[d]) most[d] = H5S_UNLIMITED;
  }
  return SpaceHandle(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), most.data()));
}

}  // namespace

std::int64_t FieldLayout::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) product *= extent;
  return product;
}

std::int64_t create_field_file(const std::string& path, const FieldLayout& layout) {
  check_room(path, layout);
  std::int64_t offset = -1;
  {
    const Hdf5Scope scope;
    const PropertyHandle access = unlocked_access();
    FileHandle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()));
    if (!file) throw_hdf5_error(path, "create the file");
    for (const auto& [name, value] : layout.root_attributes) write_text(file.get(), name, value, path);
    {
      const SpaceHandle scalar(H5Screate(H5S_SCALAR));
      const AttributeHandle complete(
          H5Acreate2(file.get(), "complete", H5T_STD_I32LE, scalar.get(), H5P_DEFAULT, H5P_DEFAULT));
      const int no = 0;
      if (!complete || H5Awrite(complete.get(), H5T_NATIVE_INT, &no) < 0)
        throw_hdf5_error(path, "write attribute complete");
    }
    const TypeHandle type = native_type(layout.type);
    if (size_of(layout.type) > 1) H5Tset_order(type.get(), layout.big_endian ? H5T_ORDER_BE : H5T_ORDER_LE);
    const PropertyHandle creation = creation_properties(layout);
    const PropertyHandle links(H5Pcreate(H5P_LINK_CREATE));
    H5Pset_create_intermediate_group(links.get(), 1);
    const SpaceHandle space = space_of(layout);
    const DatasetHandle dataset(
        H5Dcreate2(file.get(), layout.path.c_str(), type.get(), space.get(), links.get(), creation.get(), H5P_DEFAULT));
    if (!dataset) throw_hdf5_error(path, "create dataset " + layout.path);
    for (const auto& [name, value] : layout.attributes) write_text(dataset.get(), name, value, path);
    if (layout.chunk.empty() && layout.elements() > 0) {
      const haddr_t at = H5Dget_offset(dataset.get());
      if (at == HADDR_UNDEF) throw_hdf5_error(path, "reserve room for " + layout.path);
      offset = static_cast<std::int64_t>(at);
    }
    if (H5Fflush(file.get(), H5F_SCOPE_GLOBAL) < 0) throw_hdf5_error(path, "write the file");
  }
  if (offset >= 0) reserve(path, offset, layout.bytes());
  return offset;
}

void finish_field_file(const std::string& path, const FieldLayout& layout, std::int64_t offset) {
  const Hdf5Scope scope;
  const PropertyHandle access = unlocked_access();
  const auto check = [&path](bool good, const char* what) {
    if (!good)
      throw OutputError(fmt::format("{} is damaged after writing ({}): check the disk", printable(path, 1000), what));
  };
  {
    const FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get()));
    check(static_cast<bool>(file), "does not open");
    const AttributeHandle complete(H5Aopen(file.get(), "complete", H5P_DEFAULT));
    const int yes = 1;
    check(complete && H5Awrite(complete.get(), H5T_NATIVE_INT, &yes) >= 0, "complete mark");
    if (H5Fflush(file.get(), H5F_SCOPE_GLOBAL) < 0) throw_hdf5_error(path, "write the file");
  }
  // HDF5's close has been seen to succeed on a full disk, so what counts is what a fresh look finds.
  const FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  check(static_cast<bool>(file), "does not open");
  const AttributeHandle complete(H5Aopen(file.get(), "complete", H5P_DEFAULT));
  int mark = 0;
  check(complete && H5Aread(complete.get(), H5T_NATIVE_INT, &mark) >= 0 && mark == 1, "complete mark");
  const DatasetHandle dataset(H5Dopen2(file.get(), layout.path.c_str(), H5P_DEFAULT));
  check(static_cast<bool>(dataset), "dataset");
  const SpaceHandle space(H5Dget_space(dataset.get()));
  check(space && H5Sget_simple_extent_npoints(space.get()) == layout.elements(), "shape");
  if (offset >= 0) {
    check(static_cast<std::int64_t>(H5Dget_offset(dataset.get())) == offset, "place of the data");
    struct stat status {};
    check(stat(path.c_str(), &status) == 0 && status.st_size >= offset + layout.bytes(), "size");
  }
  if (!layout.chunk.empty()) {
    hsize_t chunks = 0;
    check(H5Dget_num_chunks(dataset.get(), space.get(), &chunks) >= 0 &&
              static_cast<std::int64_t>(chunks) == chunk_count(layout),
          "number of chunks");
  }
}

}  // namespace scatterfold
