// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/field_writer.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "io/hdf5_lock.hpp"
#include "io/output_file.hpp"
#include "io/printable.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

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

TypeHandle type_of(const FieldLayout& layout) {
  if (layout.boolean) {
    TypeHandle type(H5Tenum_create(H5T_STD_I8LE));
    const signed char no = 0, yes = 1;
    H5Tenum_insert(type.get(), "FALSE", &no);
    H5Tenum_insert(type.get(), "TRUE", &yes);
    return type;
  }
  TypeHandle type = native_type(layout.type);
  if (size_of(layout.type) > 1) H5Tset_order(type.get(), layout.big_endian ? H5T_ORDER_BE : H5T_ORDER_LE);
  return type;
}

}  // namespace

std::int64_t FieldLayout::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) product *= extent;
  return product;
}

std::int64_t create_field_file(const std::string& path, const FieldLayout& layout) {
  // Packed data may turn out smaller, so it is left to the writes.
  if (layout.deflate < 0) check_room(path, static_cast<double>(layout.bytes()));
  std::int64_t offset = -1;
  {
    const Hdf5Scope scope;
    const PropertyHandle access = unlocked_access();
    FileHandle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()));
    if (!file) throw_hdf5_error(path, "create the file");
    for (const auto& [name, value] : layout.root_attributes) write_text(file.get(), name, value, path);
    create_complete_mark(file.get(), path);
    const TypeHandle type = type_of(layout);
    const PropertyHandle creation =
        storage_properties(layout.path, {layout.chunk, layout.deflate, layout.shuffle, layout.fletcher32});
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
  {
    const FileHandle file = open_output(path);
    set_complete_mark(file.get(), path);
  }
  const FileHandle file = open_complete(path);
  const auto check = [&path](bool good, const char* what) {
    if (!good) throw_damaged(path, what);
  };
  const DatasetHandle dataset(H5Dopen2(file.get(), layout.path.c_str(), H5P_DEFAULT));
  check(static_cast<bool>(dataset), "dataset");
  const SpaceHandle space(H5Dget_space(dataset.get()));
  check(space && H5Sget_simple_extent_npoints(space.get()) == layout.elements(), "shape");
  if (offset >= 0) {
    check(static_cast<std::int64_t>(H5Dget_offset(dataset.get())) == offset, "place of the data");
    check(file_bytes(path) >= offset + layout.bytes(), "size");
  }
  if (!layout.chunk.empty()) {
    hsize_t chunks = 0;
    check(H5Dget_num_chunks(dataset.get(), space.get(), &chunks) >= 0 &&
              static_cast<std::int64_t>(chunks) == chunk_count(layout.shape, layout.chunk),
          "number of chunks");
  }
}

}  // namespace scatterfold
