// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/copied_variable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "io/attributes.hpp"
#include "io/dataset_path.hpp"
#include "io/dimension_names.hpp"
#include "io/input_file.hpp"
#include "io/links.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_attributes = 10'000;

bool is_dataset(hid_t file, const std::string& path) {
  const auto facts = object_facts(file, path);
  H5Eclear2(H5E_DEFAULT);
  return facts && facts->type == H5O_TYPE_DATASET;
}

/// What pieces of two files do not have in common.
struct Difference {
  std::string what, first, second;  ///< "type", "int32", "float64"
};

std::optional<Difference> difference(const CopiedVariable& first, const CopiedVariable& second) {
  if (!first.values.same_type(second.values)) {
    return Difference{"type", first.values.type_name(), second.values.type_name()};
  }
  for (const std::string name : {"units", "calendar"}) {
    const std::string one = text_of(first.attributes, name), other = text_of(second.attributes, name);
    if (one != other) return Difference{name, '"' + one + '"', '"' + other + '"'};
  }
  return std::nullopt;
}

[[noreturn]] void throw_different(const CoordinatePiece& first, const CoordinatePiece& second, const Difference& how) {
  throw InputError(
      fmt::format("{} of {} differs ({} in {}, {} in {}): join files that agree, or convert one of them (cdo, NCO)",
                  how.what, printable(first.path), printable(how.first), printable(first.file, 1000),
                  printable(how.second), printable(second.file, 1000)));
}

[[noreturn]] void throw_lacking(const CoordinatePiece& with, const CoordinatePiece& without, const std::string& name) {
  throw InputError(fmt::format("no {} ({}), which {} has: join files that all have it or none", printable(name),
                               printable(without.file, 1000), printable(with.file, 1000)));
}

/// Reads the piece's part of the dataset `path` of its file: of the first dimension the piece, the others whole.
std::optional<CopiedVariable> read_piece(hid_t file, const CoordinatePiece& piece, const std::string& path,
                                         std::size_t least_rank, std::size_t most_rank) {
  const DatasetHandle dataset = open_dataset_path(file, piece.file, path);
  const std::vector<std::int64_t> shape = shape_of(dataset.get());
  if (shape.size() < least_rank || shape.size() > most_rank || is_bare_dimension(dataset.get())) return std::nullopt;
  if (piece.count > 0 && piece.start + (piece.count - 1) * piece.step >= shape[0]) return std::nullopt;
  Hyperslab slab = whole_slab(shape);
  slab.start[0] = piece.start;
  slab.count[0] = piece.count;
  slab.step[0] = piece.step;
  return read_copied(file, piece.file, path, slab);
}

bool same_rows(const CopiedVariable& first, const CopiedVariable& second) {
  const auto &one = first.values.shape(), &other = second.values.shape();
  return one.size() == other.size() && std::equal(one.begin() + 1, one.end(), other.begin() + 1);
}

/// Joins the pieces of what each file has at `path_in(file, piece)`, empty where it has none.
template <class PathIn>
std::optional<CopiedVariable> read_joined(const std::vector<CoordinatePiece>& pieces, const std::string& name,
                                          std::size_t least_rank, std::size_t most_rank, PathIn&& path_in) {
  std::optional<CopiedVariable> joined;
  for (const CoordinatePiece& piece : pieces) {
    const bool is_first = &piece == &pieces.front();
    const FileHandle file = open_input_file(piece.file);
    const std::string path = path_in(file.get(), piece);
    std::optional<CopiedVariable> next;
    if (!path.empty()) next = read_piece(file.get(), piece, path, least_rank, most_rank);
    if (is_first) {
      joined = std::move(next);
      continue;
    }
    if (!joined && !next) continue;
    if (!joined) throw_lacking(piece, pieces.front(), name);
    if (!next || !same_rows(*joined, *next)) throw_lacking(pieces.front(), piece, name);
    if (const auto how = difference(*joined, *next)) throw_different(pieces.front(), piece, *how);
    joined->values.append(std::move(next->values));
  }
  return joined;
}

}  // namespace

std::string find_variable(hid_t file, const std::string& path, const std::string& name) {
  if (name.empty()) return {};
  if (name[0] == '/') return is_dataset(file, name) ? name : std::string();
  std::string group = normal_path(path);
  while (!group.empty()) {
    group.erase(group.rfind('/'));
    if (std::string candidate = fmt::format("{}/{}", group, name); is_dataset(file, candidate)) return candidate;
  }
  return {};
}

std::vector<NamedValues> copied_attributes(hid_t object) {
  std::vector<NamedValues> attributes;
  for (const std::string& name : attribute_names(object, most_attributes)) {
    if (is_bookkeeping(name)) continue;
    if (auto values = RawValues::of_attribute(object, name)) attributes.push_back({name, std::move(*values)});
  }
  H5Eclear2(H5E_DEFAULT);
  return attributes;
}

std::optional<CopiedVariable> read_copied(hid_t file, const std::string& file_name, const std::string& path,
                                          const Hyperslab& slab) {
  const DatasetHandle dataset = open_dataset_path(file, file_name, path);
  std::optional<RawValues> values = RawValues::of_dataset(dataset.get(), slab, file_name, path);
  if (!values) return std::nullopt;
  return CopiedVariable{std::move(*values), dimension_names(dataset.get(), path, slab.count.size()),
                        copied_attributes(dataset.get())};
}

std::optional<CopiedVariable> read_coordinate(const std::vector<CoordinatePiece>& pieces) {
  if (pieces.empty()) return std::nullopt;
  return read_joined(pieces, pieces.front().path, 1, 1, [](hid_t file, const CoordinatePiece& piece) {
    const std::string path = normal_path(piece.path);
    return is_dataset(file, path) ? path : std::string();
  });
}

std::optional<CopiedVariable> read_bounds(const std::vector<CoordinatePiece>& pieces, const std::string& name) {
  return read_joined(pieces, name, 2, 8, [&name](hid_t file, const CoordinatePiece& piece) {
    return find_variable(file, piece.path, name);
  });
}

std::string text_of(const std::vector<NamedValues>& attributes, const std::string& name) {
  for (const NamedValues& attribute : attributes) {
    if (attribute.name != name) continue;
    std::string text = attribute.values.as_text().value_or("");
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }
  return {};
}

}  // namespace scatterfold
