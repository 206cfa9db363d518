// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_output.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/array_fields.hpp"
#include "io/printable.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

/// Smaller files are written by rank 0 alone, which has everything anyway.
constexpr std::int64_t parallel_bytes = std::int64_t{64} << 20;

/// The bins of a histogram as a dimension: their middles, bounded by their edges.
ArrayDimension bins_of(const ArrayField& field, const DatasetInfo& info) {
  ArrayDimension bins;
  bins.name = "bin";
  bins.length = std::ssize(field.edges) - 1;
  for (std::size_t i = 0; i + 1 < field.edges.size(); ++i) {
    bins.values.push_back(field.edges[i] / 2 + field.edges[i + 1] / 2);
    bins.bounds.insert(bins.bounds.end(), {field.edges[i], field.edges[i + 1]});
  }
  bins.attributes = {{"long_name", "middle of the bin"}};
  if (!info.units.empty()) bins.attributes.emplace_back("units", info.units);
  return bins;
}

bool is_same(const ArrayDimension& a, const ArrayDimension& b) {
  return a.length == b.length && a.values == b.values && a.bounds == b.bounds &&
         a.source_dimension == b.source_dimension;
}

/// The number of the dimension in the layout, under another name where another one has its name.
std::size_t add_dimension(std::vector<ArrayDimension>& all, ArrayDimension dimension) {
  const std::string name = dimension.name;
  for (int i = 2;; ++i) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& d) { return d.name == dimension.name; });
    if (found == all.end()) {
      all.push_back(std::move(dimension));
      return all.size() - 1;
    }
    if (is_same(*found, dimension)) return static_cast<std::size_t>(found - all.begin());
    dimension.name = fmt::format("{}_{}", name, i);
  }
}

}  // namespace

ArrayOutput::ArrayOutput(const Job& job, const Input& input, const std::vector<ArrayBundle>& bundles,
                         const Folds& folds, const std::string& command_line) {
  std::vector<const ArrayGeometry*> geometries(folds.size());
  for (const ArrayBundle& bundle : bundles) {
    for (const std::size_t a : bundle.analyses) geometries[a] = &bundle.geometry;
  }
  for (std::size_t a = 0; a < folds.size(); ++a) {
    fields_.push_back(folds[a]->array_fields(geometries[a]->reduction.most_elements()));
    add_analysis(job, input, a, *geometries[a]);
  }
  if (!job.output.empty()) check_names(folds.size() == 1);
  check_storage(job.storage);
  bytes();  // refuses too many
  layout_.deflate = job.storage.deflate;
  layout_.chunk = job.storage.chunks;
  layout_.source_file = input.source->parts().front()->info().file;
  layout_.source_dataset = input.info.path;
  layout_.history = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} scatterfold: {}", fmt::gmtime(std::time(nullptr)), command_line);
  layout_.provenance = build_provenance(command_line);
}

void ArrayOutput::add_analysis(const Job& job, const Input& input, std::size_t analysis,
                               const ArrayGeometry& geometry) {
  std::vector<std::size_t> dimensions;
  for (const ArrayDimension& dimension : geometry.dimensions)
    dimensions.push_back(add_dimension(layout_.dimensions, dimension));
  for (std::size_t f = 0; f < fields_[analysis].size(); ++f) {
    const ArrayField& field = fields_[analysis][f];
    if (!field.wanted) continue;
    ArrayVariable variable = variable_of(field, job.storage, input, geometry);
    variable.group = job.analyses.size() == 1 ? "" : job.analyses[analysis].name;
    variable.dimensions = dimensions;
    if (!field.edges.empty())
      variable.dimensions.push_back(add_dimension(layout_.dimensions, bins_of(field, input.info)));
    variables_.push_back({analysis, f, layout_.variables.size()});
    layout_.variables.push_back(std::move(variable));
  }
}

void ArrayOutput::check_names(bool alone) const {
  for (const ArrayVariable& variable : layout_.variables) {
    const std::string& name = alone ? variable.name : variable.group;
    const auto has_it = [&name](const ArrayDimension& dimension) { return dimension.name == name; };
    if (std::none_of(layout_.dimensions.begin(), layout_.dimensions.end(), has_it)) continue;
    throw UsageError(fmt::format("dimension {} has the name of a result, and a file has room for one of them: {}",
                                 printable(name),
                                 alone ? "leave the result out with --only" : "give the analysis another name"));
  }
}

void ArrayOutput::check_storage(const ArrayStorage& storage) const {
  const auto is_count = [](const ArrayField& field) { return !field.blank_where_empty; };
  const auto all_counts = [&](const std::vector<ArrayField>& all) { return std::ranges::all_of(all, is_count); };
  if (!storage.dtype.empty() && std::ranges::all_of(fields_, all_counts))
    throw UsageError("all results are counts, which have a type of their own (--dtype): leave it out");
  if (layout_.dimensions.empty() && (storage.deflate >= 0 || !storage.chunks.empty())) {
    const char* const option = storage.chunks.empty() ? "--deflate" : "--chunks";
    throw UsageError(fmt::format("the results are single numbers, without chunks ({}): leave it out", option));
  }
  if (storage.chunks.empty() || storage.chunks.size() == layout_.dimensions.size()) return;
  std::vector<std::string> names;
  for (const ArrayDimension& dimension : layout_.dimensions) names.push_back(dimension.name);
  throw UsageError(fmt::format("--chunks has {} and the output {} ({}): give one each",
                               counted(std::ssize(storage.chunks), "length"), counted(std::ssize(names), "dimension"),
                               fmt::join(names, ", ")));
}

std::vector<ArraySummary> ArrayOutput::blank_summaries(std::size_t analysis) const {
  std::vector<ArraySummary> summaries;
  for (const ArrayField& field : fields_[analysis]) {
    ArraySummary& summary = summaries.emplace_back();
    summary.name = field.name;
    summary.wanted = field.wanted;
  }
  for (const Variable& variable : variables_) {
    if (variable.analysis != analysis) continue;
    ArraySummary& summary = summaries[variable.field];
    summary.shape = layout_.shape_of(variable.number);
    for (const std::size_t d : layout_.variables[variable.number].dimensions)
      summary.dimensions.push_back(layout_.dimensions[d].name);
  }
  return summaries;
}

std::int64_t ArrayOutput::bytes(std::optional<std::size_t> analysis) const {
  std::int64_t all = 0;
  for (const Variable& variable : variables_) {
    if (analysis && variable.analysis != *analysis) continue;
    std::int64_t own = size_of(layout_.variables[variable.number].type);
    bool too_many = false;
    for (const std::int64_t length : layout_.shape_of(variable.number))
      too_many = __builtin_mul_overflow(own, length, &own) || too_many;
    if (__builtin_add_overflow(all, own, &all) || too_many)
      throw UsageError("the results have over 2^63 bytes: reduce more dimensions, or ask for fewer --bins");
  }
  return all;
}

void ArrayOutput::check(const std::string& path) const { check_array_file(path, layout_); }

void ArrayOutput::create(const std::string& path) {
  path_ = path;
  offsets_ = create_array_file(path, layout_);
  writer_.emplace(path_, layout_, offsets_);
}

std::vector<std::byte> ArrayOutput::place() const {
  std::vector<std::byte> bytes(offsets_.size() * sizeof(std::int64_t) + path_.size());
  std::memcpy(bytes.data(), offsets_.data(), offsets_.size() * sizeof(std::int64_t));
  std::memcpy(bytes.data() + offsets_.size() * sizeof(std::int64_t), path_.data(), path_.size());
  return bytes;
}

void ArrayOutput::take_place(const std::vector<std::byte>& bytes) {
  offsets_.resize(layout_.variables.size());
  const std::size_t head = offsets_.size() * sizeof(std::int64_t);
  std::memcpy(offsets_.data(), bytes.data(), head);
  path_.assign(reinterpret_cast<const char*>(bytes.data()) + head, bytes.size() - head);
  writer_.emplace(path_, layout_, offsets_);
}

std::int64_t ArrayOutput::positions_of_chunks(std::size_t analysis) const {
  std::int64_t most = 1;
  for (const Variable& variable : variables_) {
    const std::vector<std::int64_t> chunk = layout_.chunk_of(variable.number),
                                    shape = layout_.shape_of(variable.number);
    if (variable.analysis != analysis || chunk.empty()) continue;
    const std::size_t dimensions = shape.size() - (fields_[analysis][variable.field].edges.empty() ? 0 : 1);
    std::size_t cut = 0;  // the first dimension that chunks have more than one index of
    while (cut < dimensions && chunk[cut] == 1) ++cut;
    std::int64_t positions = cut == dimensions ? 1 : std::min(chunk[cut], shape[cut]);
    for (std::size_t d = cut + 1; d < dimensions; ++d) positions *= shape[d];
    most = std::max(most, positions);
  }
  return most;
}

bool ArrayOutput::in_parallel() const {
  const bool contiguous = layout_.deflate < 0 && layout_.chunk.empty();
  return contiguous && bytes() >= parallel_bytes;
}

void ArrayOutput::write(std::size_t analysis, const Hyperslab& box, const FinishedCell::Values& values,
                        std::int64_t first, std::int64_t count) {
  for (const Variable& variable : variables_) {
    if (variable.analysis != analysis) continue;
    const ArrayField& field = fields_[analysis][variable.field];
    const std::int64_t width = field.width();
    Hyperslab place = box;
    if (!field.edges.empty()) {
      place.start.push_back(0);
      place.count.push_back(width);
      place.step.push_back(1);
    }
    const auto words = std::span(values.fields[variable.field])
                           .subspan(static_cast<std::size_t>(first * width), static_cast<std::size_t>(count * width));
    const auto empty =
        std::span(values.empty).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    write_words(*writer_, variable.number, place, field, words,
                field.blank_where_empty ? empty : std::span<const std::uint8_t>{});
  }
}

void ArrayOutput::settle() { writer_->settle(); }

void ArrayOutput::finish(const std::string& digest) { finish_array_file(path_, layout_, offsets_, digest); }

}  // namespace scatterfold
