// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "io/array_plan.hpp"
#include "io/attributes.hpp"
#include "io/copied_variable.hpp"
#include "io/dataset_path.hpp"
#include "io/dimension_names.hpp"
#include "io/input_file.hpp"
#include "io/links.hpp"

/// What the source refers to: auxiliary coordinates and the grid mapping (CF conventions 1.8, sections 5.2 and 5.6).
namespace scatterfold {
namespace {

/// The part of a dimension of the source that is kept.
struct Kept {
  std::size_t dimension;                 ///< of the layout
  std::int64_t start, count, step, all;  ///< `all`: the length in the source
};

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> found;
  for (std::string word; in >> word;) found.push_back(word);
  return found;
}

class RelatedPlanner {
 public:
  RelatedPlanner(const ArrayLayout& layout, ArrayPlan& plan)
      : layout_(layout), plan_(plan), file_(open_input_file(layout.source_file)) {
    const DatasetHandle source = open_dataset_path(file_.get(), layout.source_file, layout.source_dataset);
    coordinates_ = words(text_attribute(source.get(), "coordinates").value_or(""));
    grid_mapping_ = text_attribute(source.get(), "grid_mapping").value_or("");
    shape_ = shape_of(source.get());
    names_ = dimension_names(source.get(), layout.source_dataset, shape_.size());
    for (std::size_t d = 0; d < shape_.size(); ++d) find_kept(d);
  }

  void plan() {
    std::vector<std::string> texts(layout_.variables.size());
    for (const std::string& word : coordinates_) plan_coordinate(word, texts);
    for (std::size_t v = 0; v < texts.size(); ++v) add_attribute(v, "coordinates", texts[v]);
    plan_grid_mapping();
  }

 private:
  void find_kept(std::size_t d) {
    for (std::size_t i = 0; i < layout_.dimensions.size(); ++i) {
      const ArrayDimension& dimension = layout_.dimensions[i];
      if (!dimension.values.empty() || dimension.copied.size() > 1) continue;
      if (dimension.source_dimension == static_cast<std::int64_t>(d)) {
        kept_[names_[d]] = {i, dimension.source_start, dimension.length, dimension.source_step, shape_[d]};
      } else if (dimension.source_dimension < 0 && !names_[d].empty() && dimension.name == names_[d]) {
        if (dimension.copied.size() == 1) {
          const CoordinatePiece& piece = dimension.copied.front();
          kept_[names_[d]] = {i, piece.start, piece.count, piece.step, shape_[d]};
        } else if (dimension.length == shape_[d]) {
          kept_[names_[d]] = {i, 0, dimension.length, 1, shape_[d]};
        }
      }
    }
  }

  /// Copies the dataset `path`, whose dimensions must be kept; of bounds the last ones may be others. Gives the index
  /// of the variable.
  std::optional<std::size_t> copy(const std::string& path, std::size_t free_dimensions) {
    const DatasetHandle dataset = open_dataset_path(file_.get(), layout_.source_file, path);
    const std::vector<std::int64_t> shape = shape_of(dataset.get());
    const std::vector<std::string> names = dimension_names(dataset.get(), path, shape.size());
    if (shape.size() < free_dimensions || is_bare_dimension(dataset.get())) return std::nullopt;
    Hyperslab slab;
    std::vector<std::size_t> dimensions;
    for (std::size_t d = 0; d < shape.size() - free_dimensions; ++d) {
      const auto kept = kept_.find(names[d]);
      if (names[d].empty() || kept == kept_.end() || kept->second.all != shape[d]) return std::nullopt;
      slab.start.push_back(kept->second.start);
      slab.count.push_back(kept->second.count);
      slab.step.push_back(kept->second.step);
      dimensions.push_back(kept->second.dimension);
    }
    for (std::size_t d = dimensions.size(); d < shape.size(); ++d) {
      slab.start.push_back(0);
      slab.count.push_back(shape[d]);
      slab.step.push_back(1);
    }
    std::optional<CopiedVariable> found = read_copied(file_.get(), layout_.source_file, path, slab);
    if (!found) return std::nullopt;
    for (std::size_t d = dimensions.size(); d < shape.size(); ++d) {
      dimensions.push_back(plan_.bare_dimension(layout_, names[d].empty() ? "nv" : names[d], shape[d]));
    }
    plan_.variables.push_back({plan_.free_name(layout_, base_name(path)), std::move(dimensions),
                               std::move(found->values), std::move(found->attributes)});
    return plan_.variables.size() - 1;
  }

  /// Bounds of a copied variable, or no attribute that speaks of them.
  void copy_bounds(const std::string& path, std::size_t variable) {
    const std::string name = text_of(plan_.variables[variable].attributes, "bounds");
    if (name.empty()) return;
    const std::string bounds_path = find_variable(file_.get(), path, name);
    const auto bounds = bounds_path.empty() ? std::nullopt : copy(bounds_path, 1);
    std::vector<NamedValues>& attributes = plan_.variables[variable].attributes;
    std::erase_if(attributes, [](const NamedValues& attribute) { return attribute.name == "bounds"; });
    if (bounds) attributes.push_back({"bounds", RawValues::text(plan_.variables[*bounds].name)});
  }

  /// The output's dimension whose coordinate is copied from `path`.
  std::optional<std::size_t> dimension_of(const std::string& path) const {
    for (std::size_t i = 0; i < layout_.dimensions.size(); ++i) {
      const auto& copied = layout_.dimensions[i].copied;
      if (!copied.empty() && normal_path(copied.front().path) == path) return i;
    }
    return std::nullopt;
  }

  void plan_coordinate(const std::string& word, std::vector<std::string>& texts) {
    const std::string path = find_variable(file_.get(), layout_.source_dataset, word);
    if (path.empty()) return;
    std::vector<std::size_t> dimensions;
    std::string name;
    if (const auto own = dimension_of(path)) {
      dimensions = {*own};
      name = layout_.dimensions[*own].name;
    } else {
      const auto copied = copy(path, 0);
      if (!copied) return;
      copy_bounds(path, *copied);
      dimensions = plan_.variables[*copied].dimensions;
      name = plan_.variables[*copied].name;
    }
    for (std::size_t v = 0; v < texts.size(); ++v) {
      if (spans(v, dimensions)) texts[v] += (texts[v].empty() ? "" : " ") + name;
    }
  }

  bool spans(std::size_t variable, const std::vector<std::size_t>& dimensions) const {
    const auto& all = layout_.variables[variable].dimensions;
    return std::all_of(dimensions.begin(), dimensions.end(),
                       [&all](std::size_t d) { return std::find(all.begin(), all.end(), d) != all.end(); });
  }

  /// "crs", or "crs: x y other: lat lon". The mapping is about the last two dimensions (CF's order is T Z Y X), so it
  /// goes where these are.
  void plan_grid_mapping() {
    std::vector<std::size_t> horizontal;
    for (std::size_t d = shape_.size() < 2 ? 0 : shape_.size() - 2; d < shape_.size(); ++d) {
      const auto kept = kept_.find(names_[d]);
      if (kept == kept_.end()) return;
      horizontal.push_back(kept->second.dimension);
    }
    std::string text;
    for (const std::string& word : words(grid_mapping_)) {
      const bool extended = grid_mapping_.find(':') != std::string::npos, is_mapping = !extended || word.back() == ':';
      std::string name = word;
      if (is_mapping) {
        const std::string path = find_variable(file_.get(), layout_.source_dataset, word.substr(0, word.find(':')));
        const auto copied = path.empty() ? std::nullopt : copy(path, 0);
        if (!copied) return;
        name = plan_.variables[*copied].name + (extended ? ":" : "");
      }
      text += (text.empty() ? "" : " ") + name;
    }
    for (std::size_t v = 0; v < layout_.variables.size(); ++v) {
      if (spans(v, horizontal)) add_attribute(v, "grid_mapping", text);
    }
  }

  /// What the layout itself says goes first.
  void add_attribute(std::size_t variable, const std::string& name, const std::string& text) {
    const auto& own = layout_.variables[variable].attributes;
    const bool said = std::any_of(own.begin(), own.end(), [&name](const auto& pair) { return pair.first == name; });
    if (!said && !text.empty()) plan_.attributes[variable].push_back({name, RawValues::text(text)});
  }

  const ArrayLayout& layout_;
  ArrayPlan& plan_;
  FileHandle file_;
  std::vector<std::string> coordinates_;
  std::string grid_mapping_;
  std::vector<std::int64_t> shape_;   ///< of the source
  std::vector<std::string> names_;    ///< of its dimensions
  std::map<std::string, Kept> kept_;  ///< by name
};

}  // namespace

void plan_related(const ArrayLayout& layout, ArrayPlan& plan) {
  if (layout.source_file.empty() || layout.source_dataset.empty()) return;
  RelatedPlanner(layout, plan).plan();
}

}  // namespace scatterfold
