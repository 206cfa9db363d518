// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/dataset.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.hpp"
#include "io/attributes.hpp"
#include "io/damaged_chunk.hpp"
#include "io/dataset_handles.hpp"
#include "io/dataset_path.hpp"
#include "io/describe.hpp"
#include "io/dimension_names.hpp"
#include "io/handle.hpp"
#include "io/hdf5_error.hpp"
#include "io/hdf5_lock.hpp"
#include "io/input_file.hpp"
#include "io/printable.hpp"
#include "io/storage.hpp"
#include "io/value_rules.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t least_cache_bytes = 1 << 20;
constexpr std::int64_t most_cache_bytes = std::int64_t{1} << 30;

/// Bytes of a chunk, where the library's cache has to be larger than usual to hold it; else 0. A chunk that does not
/// fit is decompressed anew for every piece read of it.
std::int64_t large_chunk_bytes(const DatasetInfo& info) {
  std::int64_t bytes = size_of(info.type);
  for (const std::int64_t n : info.chunk) {
    if (__builtin_mul_overflow(bytes, n, &bytes)) return 0;
  }
  return !info.chunk.empty() && bytes > least_cache_bytes && bytes <= most_cache_bytes ? bytes : 0;
}

/// With an empty cache that holds a whole chunk.
void reopen(DatasetHandle& dataset, hid_t file, const DatasetInfo& info) {
  const PropertyHandle access(H5Pcreate(H5P_DATASET_ACCESS));
  if (const std::int64_t bytes = large_chunk_bytes(info); bytes > 0) {
    H5Pset_chunk_cache(access.get(), 521, static_cast<std::size_t>(bytes), 1.0);
  }
  dataset.reset();
  dataset = DatasetHandle(H5Dopen2(file, info.path.c_str(), access.get()));
  if (!dataset)
    throw InputError(fmt::format("cannot open dataset {} ({})", printable(info.path), printable(info.file)));
}

std::uint64_t fill_bits(hid_t dataset, hid_t memory) {
  const PropertyHandle properties(H5Dget_create_plist(dataset));
  std::uint64_t bits = 0;
  std::array<unsigned char, 8> value{};
  H5D_fill_value_t state = H5D_FILL_VALUE_UNDEFINED;
  if (H5Tget_size(memory) <= value.size() && H5Pfill_value_defined(properties.get(), &state) >= 0 &&
      state != H5D_FILL_VALUE_UNDEFINED && H5Pget_fill_value(properties.get(), memory, value.data()) >= 0) {
    // Least significant byte first; a big-endian machine would need them turned.
    std::memcpy(&bits, value.data(), H5Tget_size(memory));
  }
  H5Eclear2(H5E_DEFAULT);
  return bits;
}

/// Of the file that the dataset is in, as the library has opened it; -1 where another driver of HDF5 is in use.
int descriptor_of(hid_t dataset) {
  const FileHandle file(H5Iget_file_id(dataset));  // of an external link, the one behind it
  const PropertyHandle access(H5Fget_access_plist(file.get()));
  void* handle = nullptr;
  const bool known = access && H5Pget_driver(access.get()) == H5FD_SEC2 &&
                     H5Fget_vfd_handle(file.get(), H5P_DEFAULT, &handle) >= 0 && handle != nullptr;
  H5Eclear2(H5E_DEFAULT);
  return known ? *static_cast<int*>(handle) : -1;
}

/// 0 where it cannot be known.
std::int64_t file_bytes(int descriptor) {
  struct stat status {};
  return descriptor >= 0 && fstat(descriptor, &status) == 0 ? static_cast<std::int64_t>(status.st_size) : 0;
}

}  // namespace

std::string containing_file(hid_t dataset, const std::string& file) {
  std::array<char, 4096> name{};
  const ssize_t length = H5Fget_name(dataset, name.data(), name.size());
  return length > 0 && length < static_cast<ssize_t>(name.size()) ? name.data() : file;
}

DatasetInfo describe_dataset(hid_t dataset, const StoredType& type, const std::string& file, const std::string& path,
                             bool semantics) {
  DatasetInfo info;
  info.file = containing_file(dataset, file);
  info.path = normal_path(path);
  info.type = type.type;
  info.boolean = type.boolean;
  info.swapped = type.swapped;
  info.converted = type.converted;
  describe_storage(dataset, info);
  info.dimension_names = dimension_names(dataset, info.path, info.shape.size());
  info.units = text_attribute(dataset, "units").value_or("");
  info.standard_name = text_attribute(dataset, "standard_name").value_or("");
  info.long_name = text_attribute(dataset, "long_name").value_or("");
  info.fill_bits = fill_bits(dataset, type.memory.get());
  if (semantics) describe_rules(dataset, info);
  return info;
}

std::int64_t DatasetInfo::elements() const {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::int64_t product = 1;
  for (const std::int64_t n : shape) {
    if (__builtin_mul_overflow(product, n, &product)) {
      throw InputError(
          fmt::format("dataset is too large ({} in {}): over 2^63 elements", printable(path), printable(file, 1000)));
    }
  }
  return product;
}

Dataset::Dataset(const std::string& file, const std::string& path, bool semantics) {
  const Hdf5Scope scope;
  auto handles = std::make_unique<Handles>();  // after `scope`: closed before the lock is given back
  handles->file = open_input_file(file);
  handles->dataset = open_dataset_path(handles->file.get(), file, path);
  const TypeHandle type(H5Dget_type(handles->dataset.get()));
  handles->type = classify_type(type.get());
  if (!handles->type.problem.empty()) {
    throw InputError(fmt::format("{} holds {} ({}): name a dataset of integers or real numbers",
                                 printable(normal_path(path)), handles->type.problem, printable(file, 1000)));
  }
  DatasetInfo info = describe_dataset(handles->dataset.get(), handles->type, file, path, semantics);
  check_storage(handles->dataset.get(), info, static_cast<std::int64_t>(H5Tget_size(type.get())));
  handles->descriptor = descriptor_of(handles->dataset.get());
  handles->bytes_when_opened = file_bytes(handles->descriptor);
  if (large_chunk_bytes(info) > 0) reopen(handles->dataset, handles->file.get(), info);
  info_ = std::move(info);
  handles_ = std::move(handles);
}

Dataset::~Dataset() {
  const Hdf5Scope scope;
  handles_.reset();
}

/// HDF5 gives zeros for what lies behind the end of a file that has become shorter since it was opened.
void Dataset::check_not_cut() const {
  const std::int64_t bytes = file_bytes(handles_->descriptor);
  if (bytes >= handles_->bytes_when_opened) return;
  throw InputError(
      fmt::format("truncated file ({} in {}): it had {} bytes when it was opened and has {} now; get a fresh copy",
                  printable(info_.path), printable(info_.file, 1000), handles_->bytes_when_opened, bytes));
}

void Dataset::forget_chunks() const {
  const Hdf5Scope scope;
  reopen(handles_->dataset, handles_->file.get(), info_);
}

void Dataset::read(const Hyperslab& slab, void* out) const {
  const std::size_t rank = info_.shape.size();
  bool inside = slab.start.size() == rank && slab.count.size() == rank && slab.step.size() == rank;
  for (std::size_t d = 0; inside && d < rank; ++d) {
    std::int64_t last = 0;
    inside = slab.start[d] >= 0 && slab.count[d] >= 0 && slab.step[d] >= 1 &&
             !__builtin_mul_overflow(slab.count[d] - 1, slab.step[d], &last) &&
             !__builtin_add_overflow(last, slab.start[d], &last) && last < info_.shape[d];
  }
  if (!inside) throw Error(ExitCode::internal, "selection leaves " + printable(info_.path));
  if (slab.elements() == 0) return;
  const Hdf5Scope scope;
  if (const auto cut = cut_chunk(handles_->dataset.get(), info_, slab)) {
    throw InputError(fmt::format("cannot read {} ({}, {}): {}; the file is damaged there, get a fresh copy",
                                 printable(info_.path), printable(info_.file, 1000), cut->place, cut->what));
  }
  const auto error = read_slab(handles_->dataset.get(), handles_->type.memory.get(), slab, out);
  check_not_cut();
  if (!error) return;
  throw InputError(fmt::format("cannot read {} ({}, {}): HDF5 says \"{}\"; the file is damaged there, get a fresh copy",
                               printable(info_.path), printable(info_.file, 1000),
                               damaged_place(handles_->dataset.get(), handles_->type.memory.get(), info_, slab, out),
                               error->text));
}

}  // namespace scatterfold
