// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/store_values.hpp"
#include "io/array_file.hpp"
#include "io/file_descriptor.hpp"
#include "io/hdf5_lock.hpp"
#include "io/output_file.hpp"
#include "io/size_signal.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t piece_bytes = 256 << 10;  // rounded and written while still in L2

/// The values of a box of one variable, and what they are stored as.
class BoxValues {
 public:
  BoxValues(const ArrayLayout& layout, std::size_t variable, const Hyperslab& box, const ArrayValues& values,
            std::span<const std::uint8_t> missing)
      : variable_(layout.variables.at(variable)), values_(values), missing_(missing) {
    check(layout.shape_of(variable), box);
    const double nan = std::nan("");
    store_values(variable_.has_fill ? &variable_.fill : &nan, 1, variable_.type, fill_);
  }

  /// Elements [begin, begin + count) of the box, as stored.
  void store(std::int64_t begin, std::int64_t count, unsigned char* out) const {
    std::visit([&](const auto& values) { store_values(values.data() + begin, count, variable_.type, out); }, values_);
    if (variable_.has_fill && !is_float(variable_.type)) check_none_is_fill(begin, count, out);
    const auto size = static_cast<std::size_t>(size_of(variable_.type));
    const auto fill = [&](std::int64_t i) { std::memcpy(out + static_cast<std::size_t>(i) * size, fill_, size); };
    for (std::int64_t i = 0; i < count && !missing_.empty(); ++i) {
      if (missing_[static_cast<std::size_t>(begin + i)] != 0) fill(i);
    }
    const auto* const reals = std::get_if<std::span<const double>>(&values_);
    if (reals == nullptr || is_float(variable_.type)) return;
    for (std::int64_t i = 0; i < count; ++i) {
      if (std::isnan((*reals)[static_cast<std::size_t>(begin + i)])) fill(i);
    }
  }

  std::int64_t element_bytes() const { return size_of(variable_.type); }

 private:
  void check(const std::vector<std::int64_t>& shape, const Hyperslab& box) const {
    const auto count = std::visit([](const auto& values) { return values.size(); }, values_);
    bool good = box.start.size() == shape.size() && box.count.size() == shape.size();
    for (std::size_t d = 0; good && d < shape.size(); ++d) {
      good = box.start[d] >= 0 && box.count[d] >= 0 && box.start[d] + box.count[d] <= shape[d];
    }
    good = good && count == static_cast<std::size_t>(box.elements());
    if (!good || !(missing_.empty() || missing_.size() == count)) {
      throw Error(ExitCode::internal, "a box does not fit its array: " + variable_.name);
    }
  }

  /// A number that readers would take for none.
  void check_none_is_fill(std::int64_t begin, std::int64_t count, const unsigned char* out) const {
    const auto size = static_cast<std::size_t>(size_of(variable_.type));
    const auto* const reals = std::get_if<std::span<const double>>(&values_);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(begin + i);
      const bool none = (!missing_.empty() && missing_[at] != 0) || (reals != nullptr && std::isnan((*reals)[at]));
      if (none || std::memcmp(out + static_cast<std::size_t>(i) * size, fill_, size) != 0) continue;
      throw OutputError(
          fmt::format("a value of {} is its fill value {}, which readers take for none: store it in a wider type "
                      "(--dtype float64)",
                      variable_.name, variable_.fill));
    }
  }

  const ArrayVariable& variable_;
  const ArrayValues& values_;
  std::span<const std::uint8_t> missing_;
  alignas(8) unsigned char fill_[8] = {};
};

/// Calls `work(place, count)` for each run of consecutive elements of the array that `box` is made of, in order.
template <class Work>
void for_each_run(const std::vector<std::int64_t>& shape, const Hyperslab& box, Work&& work) {
  std::size_t inner = shape.size();  // from here on a run goes through whole dimensions
  std::int64_t run = 1;
  for (bool whole = true; inner > 0 && whole;) {
    --inner;
    run *= box.count[inner];
    whole = box.count[inner] == shape[inner];
  }
  const std::int64_t runs = run == 0 ? 0 : box.elements() / run;
  for (std::int64_t number = 0; number < runs; ++number) {
    std::int64_t place = 0, stride = 1, rest = number;
    for (std::size_t d = shape.size(); d-- > 0;) {
      place += box.start[d] * stride;
      if (d < inner) {
        place += rest % box.count[d] * stride;
        rest /= box.count[d];
      }
      stride *= shape[d];
    }
    work(place, run);
  }
}

/// Writes `slab`, a part of the box that is consecutive in it, through HDF5. The caller holds `hdf5_mutex()`.
void write_slab(const std::string& path, hid_t dataset, const ArrayVariable& variable, const Hyperslab& slab,
                const unsigned char* bytes) {
  const std::vector<hsize_t> start(slab.start.begin(), slab.start.end()), count(slab.count.begin(), slab.count.end());
  const SpaceHandle to(H5Dget_space(dataset));
  const SpaceHandle from(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr));
  const TypeHandle type = native_type(variable.type);
  if (!to || !from || H5Sselect_hyperslab(to.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
      H5Dwrite(dataset, type.get(), from.get(), to.get(), H5P_DEFAULT, bytes) < 0) {
    throw_hdf5_error(path, "write " + variable.name);
  }
}

}  // namespace

void write_array_box(const std::string& path, const ArrayLayout& layout, std::size_t variable, std::int64_t offset,
                     const Hyperslab& box, const ArrayValues& values, std::span<const std::uint8_t> missing) {
  const BlockedSizeSignal blocked;
  const BoxValues stored(layout, variable, box, values, missing);
  if (box.elements() == 0) return;
  if (offset < 0) throw Error(ExitCode::internal, "no place for an array: " + layout.variables[variable].name);
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) throw_write_error(path, errno);
  const std::int64_t size = stored.element_bytes(), step = piece_bytes / size;
  std::vector<unsigned char> piece(static_cast<std::size_t>(std::min(step, box.elements()) * size));
  std::int64_t done = 0;
  for_each_run(layout.shape_of(variable), box, [&](std::int64_t place, std::int64_t count) {
    for (std::int64_t i = 0; i < count; i += step) {
      const std::int64_t now = std::min(step, count - i);
      stored.store(done, now, piece.data());
      write_at(file.get(), path, piece.data(), now * size, offset + (place + i) * size);
      done += now;
    }
  });
}

void write_array_chunks(const std::string& path, const ArrayLayout& layout, std::size_t variable, const Hyperslab& box,
                        const ArrayValues& values, std::span<const std::uint8_t> missing) {
  const BlockedSizeSignal blocked;
  const BoxValues stored(layout, variable, box, values, missing);
  const std::vector<std::int64_t> chunk = layout.chunk_of(variable);
  if (box.elements() == 0) return;
  const ArrayVariable& array = layout.variables[variable];
  if (chunk.empty()) throw Error(ExitCode::internal, "an array without chunks: " + array.name);
  const std::int64_t row = box.elements() / box.count[0];
  std::vector<unsigned char> bytes;
  const Hdf5Scope scope;
  const FileHandle file = open_output(path);
  const DatasetHandle dataset(H5Dopen2(file.get(), (array.group + '/' + array.name).c_str(), H5P_DEFAULT));
  if (!dataset) throw_hdf5_error(path, "open dataset " + array.name);
  // One row of chunks at a time: chunks stay whole, and the memory is bounded.
  const std::int64_t end = box.start[0] + box.count[0];
  for (std::int64_t first = box.start[0]; first < end;) {
    const std::int64_t next = std::min(end, (first / chunk[0] + 1) * chunk[0]);
    Hyperslab slab = box;
    slab.start[0] = first;
    slab.count[0] = next - first;
    bytes.resize(static_cast<std::size_t>(slab.elements() * stored.element_bytes()));
    stored.store((first - box.start[0]) * row, slab.elements(), bytes.data());
    write_slab(path, dataset.get(), array, slab, bytes.data());
    first = next;
  }
  if (H5Fflush(file.get(), H5F_SCOPE_GLOBAL) < 0) throw_hdf5_error(path, "write the file");
}

}  // namespace scatterfold
