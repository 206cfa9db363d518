// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "io/slab_fold.hpp"
#include "measure/arguments.hpp"
#include "measure/main.hpp"
#include "measure/rounds.hpp"
#include "measure/types.hpp"

/// The program that people write: H5Dread of slabs made of whole chunks, on one thread, and the same statistics by this
/// project's own kernels.
///   bench_library_read FILE DATASET [--slab 1MiB]
/// Slabs are as large as they get within --slab (one chunk at least), so that they are in cache when they are folded.
namespace scatterfold::bench {
namespace {

using Extents = std::vector<hsize_t>;

struct Opened {
  hid_t dataset, space;
  Extents shape, slab;
};

hsize_t product(const Extents& extents) {
  hsize_t all = 1;
  for (const hsize_t extent : extents) all *= extent;
  return all;
}

/// A chunk, or one element of contiguous data, grown from the last dimension on.
Extents slab_within(Extents slab, const Extents& shape, hsize_t elements) {
  for (std::size_t d = shape.size(); d-- > 0;) {
    const hsize_t fit = std::max<hsize_t>(1, elements / product(slab)), whole = (shape[d] + slab[d] - 1) / slab[d];
    slab[d] = std::min(shape[d], slab[d] * std::min(fit, whole));
    if (slab[d] < shape[d]) break;
  }
  return slab;
}

Opened open(const char* file, const char* name, hsize_t slab_elements) {
  const hid_t opened = H5Fopen(file, H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = opened < 0 ? H5I_INVALID_HID : H5Dopen2(opened, name, H5P_DEFAULT);
  if (dataset < 0) throw InputError(fmt::format("no dataset {} in {}", name, file));
  const hid_t space = H5Dget_space(dataset), creation = H5Dget_create_plist(dataset);
  Extents shape(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, shape.data(), nullptr);
  Extents unit(shape.size(), 1);
  if (H5Pget_layout(creation) == H5D_CHUNKED) H5Pget_chunk(creation, static_cast<int>(unit.size()), unit.data());
  return {dataset, space, shape, slab_within(unit, shape, slab_elements)};
}

/// Reads slab after slab, row-major, and folds each.
void fold_slabs(const Opened& data, SlabFold& fold) {
  const int rank = static_cast<int>(data.shape.size());
  std::vector<float> values(product(data.slab));
  Extents at(data.shape.size(), 0), count = data.slab;
  for (bool more = true; more;) {
    for (std::size_t d = 0; d < at.size(); ++d) count[d] = std::min(data.slab[d], data.shape[d] - at[d]);
    const hid_t memory = H5Screate_simple(rank, count.data(), nullptr);
    H5Sselect_hyperslab(data.space, H5S_SELECT_SET, at.data(), nullptr, count.data(), nullptr);
    if (H5Dread(data.dataset, H5T_NATIVE_FLOAT, memory, data.space, H5P_DEFAULT, values.data()) < 0) {
      throw InputError("H5Dread failed");
    }
    H5Sclose(memory);
    fold.add(values.data(), static_cast<std::int64_t>(product(count)));
    more = false;
    for (std::size_t d = at.size(); d-- > 0 && !more;) {
      at[d] += data.slab[d];
      more = at[d] < data.shape[d];
      if (!more) at[d] = 0;
    }
  }
}

int run(int argc, char** argv) {
  if (argc < 3) throw UsageError("bench_library_read FILE DATASET [--slab 1MiB]");
  const char* size = argument(argc, argv, "--slab");
  const hsize_t slab_bytes = size != nullptr ? static_cast<hsize_t>(parse_bytes(size)) : hsize_t{1} << 20;
  const auto moments = bind_moments(ElementType::float32, 2);
  SlabFold fold(*moments);
  Result result;
  const double seconds = seconds_of([&] {
    fold_slabs(open(argv[1], argv[2], slab_bytes / sizeof(float)), fold);
    result = fold.finish();
  });
  fmt::print("seconds {}", seconds);
  for (const auto& field : result.fields) {
    if (const double* number = std::get_if<double>(&field.value)) fmt::print(" {} {}", field.name, *number);
  }
  fmt::print("\n");
  return 0;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  return scatterfold::bench::main_of("bench_library_read", scatterfold::bench::run, argc, argv);
}
