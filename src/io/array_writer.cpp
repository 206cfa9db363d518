// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/array_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/size_signal.hpp"
#include "io/array_runs.hpp"
#include "io/box_values.hpp"
#include "io/handle.hpp"
#include "io/hdf5_error.hpp"
#include "io/hdf5_lock.hpp"
#include "io/output_file.hpp"
#include "io/printable.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t piece_bytes = 256 << 10;  // rounded, summed and written while still in L2

/// Boxes are remembered until they are read back: so many take a few MiB.
constexpr std::size_t most_written = std::size_t{1} << 14;

/// A box that is not read back yet.
struct Written {
  std::size_t variable;
  Hyperslab box;
  std::uint64_t checksum;
};

/// A part of a dataset, here and in memory. The caller holds `hdf5_mutex()`.
struct Selection {
  SpaceHandle in_file, in_memory;
  TypeHandle type;

  Selection(hid_t dataset, const ArrayVariable& variable, const Hyperslab& slab)
      : in_file(H5Dget_space(dataset)), type(native_type(variable.type)) {
    const std::vector<hsize_t> start(slab.start.begin(), slab.start.end()), count(slab.count.begin(), slab.count.end());
    in_memory = SpaceHandle(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr));
    selected_ = H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) >= 0;
  }
  explicit operator bool() const { return in_memory && type && selected_; }

 private:
  bool selected_ = false;
};

}  // namespace

struct ArrayWriter::Impl {
  std::string path;
  const ArrayLayout& layout;
  std::vector<std::int64_t> offsets;

  FileDescriptor descriptor;            // for contiguous variables
  FileHandle file;                      // of HDF5, for chunks
  std::vector<DatasetHandle> datasets;  // per variable, opened when it is needed
  std::vector<Written> written;         // since the last `settle`
  std::vector<unsigned char> bytes;
  Checksum checksum;

  Impl(std::string file_path, const ArrayLayout& of, std::vector<std::int64_t> places)
      : path(std::move(file_path)), layout(of), offsets(std::move(places)) {}
  ~Impl() { close_file(); }

  std::int64_t element_bytes(std::size_t variable) const { return size_of(layout.variables[variable].type); }

  std::uint64_t write_contiguous(std::size_t variable, const Hyperslab& box, const BoxValues& values) {
    if (!descriptor) descriptor = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!descriptor) throw_write_error(path, errno);
    return sum_runs(variable, box,
                    [&](std::int64_t done, std::int64_t count, std::int64_t bytes_here, std::int64_t at) {
                      values.store(done, count, bytes.data());
                      write_at(descriptor.get(), path, bytes.data(), bytes_here, at);
                    });
  }

  std::uint64_t read_contiguous(const Written& box) {
    return sum_runs(box.variable, box.box, [&](std::int64_t, std::int64_t, std::int64_t bytes_here, std::int64_t at) {
      read_at(descriptor.get(), path, bytes.data(), bytes_here, at);
    });
  }

  /// The checksum of what `move(first element, elements, their bytes, place in the file)` leaves in `bytes`, run by
  /// run.
  template <class Move>
  std::uint64_t sum_runs(std::size_t variable, const Hyperslab& box, Move&& move) {
    const std::int64_t size = element_bytes(variable), most = piece_bytes / size;
    bytes.resize(static_cast<std::size_t>(std::min(most, box.elements()) * size));
    checksum.reset();
    std::int64_t done = 0;
    for_each_run(layout.shape_of(variable), box, most, [&](std::int64_t place, std::int64_t count) {
      move(done, count, count * size, offsets.at(variable) + place * size);
      checksum.add(bytes.data(), static_cast<std::size_t>(count * size));
      done += count;
    });
    return checksum.value();
  }

  std::uint64_t write_chunks(std::size_t variable, const Hyperslab& box, const BoxValues& values) {
    const Hdf5Scope scope;
    if (!file) file = open_output(path);
    const hid_t to = dataset(variable);
    return sum_rows(variable, box, [&](const Hyperslab& slab, std::int64_t done) {
      values.store(done, slab.elements(), bytes.data());
      const Selection selection(to, layout.variables[variable], slab);
      if (!selection || H5Dwrite(to, selection.type.get(), selection.in_memory.get(), selection.in_file.get(),
                                 H5P_DEFAULT, bytes.data()) < 0) {
        throw_hdf5_error(path, "write " + layout.variables[variable].name);
      }
    });
  }

  std::uint64_t read_chunks(const Written& box) {
    const Hdf5Scope scope;
    if (!file) file = open_written(path);
    const hid_t from = dataset(box.variable);
    return sum_rows(box.variable, box.box, [&](const Hyperslab& slab, std::int64_t) {
      const Selection selection(from, layout.variables[box.variable], slab);
      if (selection && H5Dread(from, selection.type.get(), selection.in_memory.get(), selection.in_file.get(),
                               H5P_DEFAULT, bytes.data()) >= 0) {
        return;
      }
      const int number = last_hdf5_error().error_number;
      if (number != 0) throw_read_error(path, number);
      throw_changed(box);  // a chunk that cannot be unpacked
    });
  }

  /// The same for what `move(slab, first element)` leaves in `bytes`, row of chunks by row of chunks.
  template <class Move>
  std::uint64_t sum_rows(std::size_t variable, const Hyperslab& box, Move&& move) {
    checksum.reset();
    std::int64_t done = 0;
    for_each_row_of_chunks(layout.chunk_of(variable), box, [&](const Hyperslab& slab) {
      bytes.resize(static_cast<std::size_t>(slab.elements() * element_bytes(variable)));
      move(slab, done);
      checksum.add(bytes.data(), bytes.size());
      done += slab.elements();
    });
    return checksum.value();
  }

  /// The caller holds `hdf5_mutex()`, and `file` is open.
  hid_t dataset(std::size_t variable) {
    datasets.resize(layout.variables.size());
    if (!datasets[variable]) {
      const ArrayVariable& array = layout.variables[variable];
      datasets[variable] = DatasetHandle(H5Dopen2(file.get(), (array.group + '/' + array.name).c_str(), H5P_DEFAULT));
      if (!datasets[variable]) throw_hdf5_error(path, "open dataset " + array.name);
    }
    return datasets[variable].get();
  }

  void settle() {
    if (written.empty()) return;
    flush_chunks();
    close_file();
    flush_to_device(path);
    descriptor = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor) throw_read_error(path, errno);
    for (const Written& box : written) {
      const bool contiguous = layout.chunk_of(box.variable).empty();
      if ((contiguous ? read_contiguous(box) : read_chunks(box)) != box.checksum) throw_changed(box);
    }
    written.clear();
    close_file();
  }

  [[noreturn]] void throw_changed(const Written& box) const {
    throw NumericError(fmt::format(
        "{} reads back differently than written (from {}{} on): check the disk, and run again", printable(path, 1000),
        printable(layout.variables[box.variable].name), place_in(layout, box.variable, box.box.start)));
  }

  void flush_chunks() {
    const Hdf5Scope scope;
    if (file && H5Fflush(file.get(), H5F_SCOPE_GLOBAL) < 0) throw_hdf5_error(path, "write the file");
  }

  void close_file() {
    descriptor.reset();
    if (!file) return;
    const Hdf5Scope scope;
    datasets.clear();
    file.reset();
  }
};

ArrayWriter::ArrayWriter(std::string path, const ArrayLayout& layout, std::vector<std::int64_t> offsets)
    : impl_(std::make_unique<Impl>(std::move(path), layout, std::move(offsets))) {}
ArrayWriter::~ArrayWriter() = default;

void ArrayWriter::write(std::size_t variable, const Hyperslab& box, const ArrayValues& values,
                        std::span<const std::uint8_t> missing) {
  const BlockedSizeSignal blocked;
  const BoxValues stored(impl_->layout, variable, box, values, missing);
  if (box.elements() == 0) return;
  if (impl_->written.size() == most_written) impl_->settle();
  const bool contiguous = impl_->layout.chunk_of(variable).empty();
  const std::uint64_t checksum =
      contiguous ? impl_->write_contiguous(variable, box, stored) : impl_->write_chunks(variable, box, stored);
  impl_->written.push_back({variable, box, checksum});
}

void ArrayWriter::settle() {
  const BlockedSizeSignal blocked;
  impl_->settle();
}

}  // namespace scatterfold
