// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_geometry.hpp"

#include <fmt/format.h>

#include <utility>

#include "axes/groups.hpp"
#include "axes/weights.hpp"
#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/select.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

std::vector<const DatasetInfo*> infos_of(const Input& input) {
  std::vector<const DatasetInfo*> infos;
  for (const auto& part : input.source->parts()) infos.push_back(&part->info());
  return infos;
}

/// Of all parts where they follow one another in it, else of the first.
std::optional<Coordinate> coordinate_of(const Input& input, std::size_t d) {
  std::vector<const DatasetInfo*> infos = infos_of(input);
  if (d != input.along) infos.resize(1);
  return read_coordinate(infos, d);
}

std::vector<std::int64_t> selected_indices(const Hyperslab& selection, std::size_t d) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(selection.count[d]));
  for (std::size_t i = 0; i < indices.size(); ++i)
    indices[i] = selection.start[d] + static_cast<std::int64_t>(i) * selection.step[d];
  return indices;
}

/// The name of a dimension in the output.
std::string output_name(const Input& input, std::size_t d) {
  const std::string& name = input.info.dimension_names[d];
  return name.empty() ? fmt::format("dim_{}", d) : name;
}

/// The groups that --by or --every make of a dimension, and which that is.
struct Grouped {
  std::size_t dimension;
  Groups groups;
};

Grouped group_by_option(const std::string& by, const Input& input) {
  const std::size_t colon = by.rfind(':');
  const std::string name = by.substr(0, colon), what = colon == std::string::npos ? "" : by.substr(colon + 1);
  if (name.empty() || (colon != std::string::npos && what.empty()))
    throw UsageError(fmt::format("--by is \"{}\": give a dimension and a part of time, as in time:month", by));
  const std::size_t d = find_dimension(input.info, name, "--by");
  const std::optional<Coordinate> coordinate = coordinate_of(input, d);
  if (!coordinate) {
    throw InputError(fmt::format("dimension {} of {}:{} has no coordinate (--by {}): use --every {}=N, or add one",
                                 printable(name), printable(input.info.file, 1000), printable(input.info.path),
                                 printable(by), printable(name)));
  }
  return {d, group_by(*coordinate, selected_indices(input.selection, d), what)};
}

Grouped group_every_option(const std::string& every, const Input& input) {
  const std::size_t equals = every.rfind('=');
  if (equals == std::string::npos || equals == 0)
    throw UsageError(fmt::format("--every is \"{}\": give a dimension and a number, as in time=24", every));
  const std::string name = every.substr(0, equals);
  const std::int64_t steps = parse_integer(every.substr(equals + 1));
  const std::size_t d = find_dimension(input.info, name, "--every");
  const std::optional<Coordinate> coordinate = coordinate_of(input, d);
  return {d, group_every(coordinate ? &*coordinate : nullptr, selected_indices(input.selection, d),
                         output_name(input, d), steps)};
}

/// Where the values of a kept dimension's coordinate come from, file by file.
std::vector<CoordinatePiece> coordinate_pieces(const Input& input, std::size_t d, const Coordinate& coordinate) {
  std::vector<CoordinatePiece> pieces;
  const Hyperslab& all = input.selection;
  if (d != input.along) return {{coordinate.file, coordinate.path, all.start[d], all.count[d], all.step[d]}};
  std::int64_t begin = 0;
  for (const DatasetInfo* info : infos_of(input)) {
    const Hyperslab own = intersect({{all.start[d]}, {all.count[d]}, {all.step[d]}}, {begin}, {begin + info->shape[d]});
    if (own.count[0] > 0)
      pieces.push_back({info->file, coordinate.path, own.start[0] - begin, own.count[0], own.step[0]});
    begin += info->shape[d];
  }
  return pieces;
}

ArrayDimension kept_dimension(const Input& input, std::size_t d) {
  ArrayDimension dimension;
  dimension.name = output_name(input, d);
  dimension.length = input.selection.count[d];
  dimension.source_dimension = static_cast<std::int64_t>(d);
  dimension.source_start = input.selection.start[d];
  dimension.source_step = input.selection.step[d];
  if (const std::optional<Coordinate> coordinate = coordinate_of(input, d))
    dimension.copied = coordinate_pieces(input, d, *coordinate);
  return dimension;
}

ArrayDimension grouped_dimension(Groups groups) {
  ArrayDimension dimension;
  dimension.name = std::move(groups.dimension);
  dimension.length = groups.count;
  dimension.values = std::move(groups.values);
  dimension.values_type = groups.values_type;
  dimension.attributes = std::move(groups.attributes);
  dimension.bounds = std::move(groups.bounds);
  return dimension;
}

Weights named_weights(const std::string& text, const Input& input, std::int64_t most_bytes) {
  if (text == "area") {
    const bool joined = input.source->parts().size() > 1;
    return area_weights(infos_of(input), joined ? std::optional(input.along) : std::nullopt);
  }
  std::string file, path;
  split_input(text, file, path);
  if (file.empty() || path.empty())
    throw UsageError(fmt::format("--weights is \"{}\": give area, or FILE:/DATASET", printable(text)));
  return dataset_weights(file, path, input.info, most_bytes);
}

std::optional<ElementWeights> weights_of(const std::string& text, const Input& input, std::int64_t most_bytes) {
  if (text.empty()) return std::nullopt;
  Weights weights = named_weights(text, input, most_bytes);
  return ElementWeights{std::move(weights.dimensions), std::move(weights.shape), std::move(weights.values),
                        std::move(weights.read)};
}

}  // namespace

ArrayGeometry array_geometry(const ArrayOptions& options, const Input& input, std::int64_t most_weight_bytes) {
  const std::size_t rank = input.info.shape.size();
  std::vector<bool> reduced(rank, options.dims.empty() && options.by.empty() && options.every.empty());
  for (const std::string& name : options.dims) {
    const std::size_t d = find_dimension(input.info, name, "--dims");
    if (reduced[d]) throw UsageError(fmt::format("dimension {} is given twice (--dims): give it once", name));
    reduced[d] = true;
  }
  std::optional<Grouped> grouped;
  if (!options.by.empty()) grouped = group_by_option(options.by, input);
  if (!options.every.empty()) grouped = group_every_option(options.every, input);
  std::optional<Grouping> grouping;
  if (grouped) {
    reduced[grouped->dimension] = true;
    grouping = Grouping{grouped->dimension, std::move(grouped->groups.group_of), grouped->groups.count};
  }
  std::vector<ArrayDimension> dimensions;
  std::vector<std::string> names;
  for (std::size_t d = 0; d < rank; ++d) {
    if (reduced[d]) names.push_back(output_name(input, d));
    if (grouped && grouped->dimension == d) {
      dimensions.push_back(grouped_dimension(std::move(grouped->groups)));
    } else if (!reduced[d]) {
      dimensions.push_back(kept_dimension(input, d));
    }
  }
  return {Reduction(input.selection, reduced, std::move(grouping)), std::move(dimensions), std::move(names),
          weights_of(options.weights, input, most_weight_bytes)};
}

}  // namespace scatterfold
