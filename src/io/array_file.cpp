// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/array_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "base/size_signal.hpp"
#include "base/store_values.hpp"
#include "io/array_plan.hpp"
#include "io/attributes.hpp"
#include "io/hdf5_lock.hpp"
#include "io/output_file.hpp"
#include "io/printable.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t sensible_chunk_bytes = 1 << 20;  // what HDF5's readers keep of a dataset by default

std::int64_t product(const std::vector<std::int64_t>& shape) {
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape) elements *= extent;
  return elements;
}

std::int64_t bytes_of(const ArrayLayout& layout, std::size_t variable) {
  return product(layout.shape_of(variable)) * size_of(layout.variables[variable].type);
}

bool is_contiguous(const ArrayLayout& layout, std::size_t variable) {
  return layout.chunk_of(variable).empty() && bytes_of(layout, variable) > 0;
}

/// What a variable takes in the file at most. HDF5 lets deflate add a thousandth to a chunk before it stores it as it
/// is; chunks at the edges are whole. The index is a B-tree whose nodes are at least half full.
double most_bytes_of(const ArrayLayout& layout, std::size_t variable) {
  const std::vector<std::int64_t> chunk = layout.chunk_of(variable);
  if (chunk.empty()) return static_cast<double>(bytes_of(layout, variable));
  const auto bytes = static_cast<double>(product(chunk) * size_of(layout.variables[variable].type));
  const auto index_bytes = static_cast<double>(64 + 32 * chunk.size());
  const auto chunks = static_cast<double>(chunk_count(layout.shape_of(variable), chunk));
  return chunks * (bytes * (layout.deflate < 0 ? 1 : 1.001) + 16 + index_bytes);
}

/// What all of them take.
double room_of(const ArrayLayout& layout) {
  double bytes = 0;
  for (std::size_t v = 0; v < layout.variables.size(); ++v) bytes += most_bytes_of(layout, v);
  return bytes;
}

void check_layout(const ArrayLayout& layout) {
  const auto require = [](bool good, const std::string& what) {
    if (!good) throw Error(ExitCode::internal, "array file: " + what);
  };
  require(layout.chunk.empty() || layout.chunk.size() == layout.dimensions.size(), "one chunk extent per dimension");
  for (const ArrayDimension& dimension : layout.dimensions) {
    const auto length = static_cast<std::size_t>(dimension.length);
    require(dimension.values.empty() || dimension.values.size() == length, "values of " + dimension.name);
    require(dimension.bounds.empty() || dimension.bounds.size() == 2 * length, "bounds of " + dimension.name);
  }
  for (const ArrayVariable& variable : layout.variables) {
    for (const std::size_t d : variable.dimensions) {
      require(d < layout.dimensions.size(), "dimensions of " + variable.name);
    }
  }
}

/// Cuts the first dimensions, so that chunks are runs of the flattened array.
std::vector<std::int64_t> sensible_chunk(std::vector<std::int64_t> shape, std::int64_t element_bytes) {
  for (std::size_t d = 0; d < shape.size(); ++d) {
    while (shape[d] > 1 && product(shape) * element_bytes > sensible_chunk_bytes) shape[d] = (shape[d] + 1) / 2;
  }
  return shape;
}

PropertyHandle creation_of(const std::string& path, const ArrayLayout& layout, std::size_t number) {
  const ArrayVariable& variable = layout.variables[number];
  const std::vector<std::int64_t> chunk = layout.chunk_of(number);
  const int deflate = chunk.empty() ? -1 : layout.deflate;
  const bool shuffle = deflate >= 0 && size_of(variable.type) > 1;
  PropertyHandle creation = storage_properties(variable.name, {chunk, deflate, shuffle, false});
  // A chunk that is written in two parts must not hold noise in between.
  if (!chunk.empty()) H5Pset_fill_time(creation.get(), H5D_FILL_TIME_ALLOC);
  if (variable.has_fill) {
    alignas(8) std::array<unsigned char, 8> fill{};
    store_values(&variable.fill, 1, variable.type, fill.data());
    const TypeHandle type = native_type(variable.type);
    if (H5Pset_fill_value(creation.get(), type.get(), fill.data()) < 0) {
      throw_hdf5_error(path, "set the fill value of " + variable.name);
    }
  }
  return creation;
}

std::vector<NamedValues> attributes_of(const ArrayVariable& variable, std::vector<NamedValues> related) {
  std::vector<NamedValues> attributes;
  for (const auto& [name, text] : variable.attributes) attributes.push_back({name, RawValues::text(text)});
  if (variable.has_fill) {
    attributes.push_back({"_FillValue", RawValues::numbers(variable.type, {&variable.fill, 1}, {1})});
  }
  std::move(related.begin(), related.end(), std::back_inserter(attributes));
  return attributes;
}

std::int64_t add_array(const std::string& path, const ArrayLayout& layout, std::size_t number, ArrayPlan& plan,
                       NetcdfWriter& writer) {
  const ArrayVariable& variable = layout.variables[number];
  const DatasetHandle dataset = writer.add_variable(
      variable.group, variable.name, native_type(variable.type).get(), variable.dimensions,
      attributes_of(variable, std::move(plan.attributes[number])), creation_of(path, layout, number));
  if (!is_contiguous(layout, number)) return -1;
  const haddr_t at = H5Dget_offset(dataset.get());
  if (at == HADDR_UNDEF) throw_hdf5_error(path, "reserve room for " + variable.name);
  return static_cast<std::int64_t>(at);
}

void write_provenance(const std::string& path, const ArrayLayout& layout, NetcdfWriter& writer) {
  if (layout.provenance.empty()) return;
  const GroupHandle group = writer.group("provenance");
  std::set<std::string> keys;
  for (const auto& [key, value] : layout.provenance) {
    if (!key.empty() && keys.insert(key).second) write_text(group.get(), key, value, path);
  }
}

/// The caller holds `hdf5_mutex()`.
std::vector<std::int64_t> write_metadata(const std::string& path, const ArrayLayout& layout) {
  ArrayPlan plan = plan_array_file(layout);
  NetcdfWriter writer(path);
  for (const auto& [name, values] : plan.file_attributes) values.write_attribute(writer.file(), name, path);
  create_complete_mark(writer.file(), path);
  writer.add_dimensions(plan.dimensions, plan.variables);
  for (const NetcdfVariable& variable : plan.variables) writer.add_variable(variable);
  std::vector<std::int64_t> offsets;
  for (std::size_t v = 0; v < layout.variables.size(); ++v) offsets.push_back(add_array(path, layout, v, plan, writer));
  write_provenance(path, layout, writer);
  writer.finish();
  return offsets;
}

/// What a fresh look finds of one array.
void verify(const std::string& path, const ArrayLayout& layout, std::size_t number, std::int64_t offset, hid_t file) {
  const ArrayVariable& variable = layout.variables[number];
  const std::string name = variable.group + '/' + variable.name;
  const auto check = [&](bool good, const char* what) {
    if (!good) throw_damaged(path, name + ": " + what);
  };
  const DatasetHandle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT));
  check(static_cast<bool>(dataset), "does not open");
  const std::vector<std::int64_t> shape = layout.shape_of(number);
  check(shape_of(dataset.get()) == shape, "shape");
  const TypeHandle found(H5Dget_type(dataset.get())), expected = native_type(variable.type);
  check(H5Tequal(found.get(), expected.get()) > 0, "type");
  if (offset >= 0) {
    check(static_cast<std::int64_t>(H5Dget_offset(dataset.get())) == offset, "place of the data");
    check(file_bytes(path) >= offset + bytes_of(layout, number), "size");
  }
  const std::vector<std::int64_t> chunk = layout.chunk_of(number);
  if (chunk.empty()) return;
  const SpaceHandle space(H5Dget_space(dataset.get()));
  hsize_t chunks = 0;
  check(H5Dget_num_chunks(dataset.get(), space.get(), &chunks) >= 0 &&
            static_cast<std::int64_t>(chunks) == chunk_count(shape, chunk),
        "number of chunks");
}

}  // namespace

std::vector<std::int64_t> ArrayLayout::shape_of(std::size_t variable) const {
  std::vector<std::int64_t> shape;
  for (const std::size_t d : variables.at(variable).dimensions) shape.push_back(dimensions.at(d).length);
  return shape;
}

std::vector<std::int64_t> ArrayLayout::chunk_of(std::size_t variable) const {
  const std::vector<std::int64_t> shape = shape_of(variable);
  if (shape.empty() || product(shape) == 0) return {};
  if (chunk.empty()) {
    return deflate < 0 ? chunk : sensible_chunk(shape, size_of(variables[variable].type));
  }
  std::vector<std::int64_t> held;
  for (const std::size_t d : variables[variable].dimensions) {
    held.push_back(std::clamp<std::int64_t>(chunk.at(d), 1, dimensions[d].length));
  }
  return held;
}

void check_array_file(const std::string& path, const ArrayLayout& layout) {
  check_layout(layout);
  {
    const Hdf5Scope scope;
    plan_array_file(layout);
    for (std::size_t v = 0; v < layout.variables.size(); ++v) creation_of(path, layout, v);
  }
  check_room(path, room_of(layout));
}

std::vector<std::int64_t> create_array_file(const std::string& path, const ArrayLayout& layout) {
  const BlockedSizeSignal blocked;
  check_layout(layout);
  check_room(path, room_of(layout));
  std::vector<std::int64_t> offsets;
  {
    const Hdf5Scope scope;
    offsets = write_metadata(path, layout);
  }
  for (std::size_t v = 0; v < offsets.size(); ++v) {
    if (offsets[v] >= 0) reserve(path, offsets[v], bytes_of(layout, v));
  }
  return offsets;
}

void finish_array_file(const std::string& path, const ArrayLayout& layout, const std::vector<std::int64_t>& offsets,
                       const std::string& digest) {
  const BlockedSizeSignal blocked;
  const Hdf5Scope scope;
  {
    const FileHandle file = open_output(path);
    write_text(file.get(), "result_digest", digest, path);
    set_complete_mark(file.get(), path);
  }
  flush_to_device(path);
  const FileHandle file = open_complete(path);
  if (text_attribute(file.get(), "result_digest") != digest) throw_damaged(path, "result_digest");
  for (std::size_t v = 0; v < layout.variables.size(); ++v) verify(path, layout, v, offsets.at(v), file.get());
}

}  // namespace scatterfold
