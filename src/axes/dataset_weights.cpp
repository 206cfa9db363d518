// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "axes/weights.hpp"
#include "base/error.hpp"
#include "io/decoded_values.hpp"
#include "io/printable.hpp"
#include "partition/copy_box.hpp"

namespace scatterfold {
namespace {

bool all_named(const DatasetInfo& info) {
  return std::none_of(info.dimension_names.begin(), info.dimension_names.end(),
                      [](const std::string& name) { return name.empty(); });
}

std::string shown_dimensions(const DatasetInfo& info) {
  std::vector<std::string> words;
  for (std::size_t d = 0; d < info.shape.size(); ++d) {
    const std::string& name = info.dimension_names[d];
    words.push_back(name.empty() ? std::to_string(info.shape[d])
                                 : fmt::format("{} {}", printable(name), info.shape[d]));
  }
  return words.empty() ? "no dimensions" : fmt::format("({})", fmt::join(words, ", "));
}

[[noreturn]] void throw_unlike(const DatasetInfo& weights, const DatasetInfo& info) {
  throw InputError(
      fmt::format("the weights {} in {} have {} and {} in {} has {} (--weights): give weights over some of "
                  "these dimensions, of their lengths",
                  printable(weights.path), printable(weights.file, 1000), shown_dimensions(weights),
                  printable(info.path), printable(info.file, 1000), shown_dimensions(info)));
}

/// A dimension of the weights, and the one of the dataset that it is.
struct Match {
  std::size_t of_weights, of_dataset;
};

/// In the dataset's order, without those of length 1.
std::vector<Match> match_dimensions(const DatasetInfo& weights, const DatasetInfo& info) {
  const bool by_name = all_named(weights) && all_named(info);
  const std::size_t rank = weights.shape.size();
  std::vector<Match> matches;
  for (std::size_t w = 0; w < rank; ++w) {
    if (weights.shape[w] == 1) continue;
    std::size_t d = info.shape.size() + w - rank;  // of too many dimensions a huge number
    if (by_name) {
      const auto& names = info.dimension_names;
      d = static_cast<std::size_t>(std::find(names.begin(), names.end(), weights.dimension_names[w]) - names.begin());
    }
    if (d >= info.shape.size() || info.shape[d] != weights.shape[w]) throw_unlike(weights, info);
    matches.push_back({w, d});
  }
  std::sort(matches.begin(), matches.end(), [](Match a, Match b) { return a.of_dataset < b.of_dataset; });
  const auto twice =
      std::adjacent_find(matches.begin(), matches.end(), [](Match a, Match b) { return a.of_dataset == b.of_dataset; });
  if (twice != matches.end()) throw_unlike(weights, info);
  return matches;
}

/// Weights are decoded so many at a time.
constexpr std::int64_t piece_elements = std::int64_t{1} << 16;

/// Missing weights are 0. Errors: InputError for what cannot be a weight.
std::vector<double> checked_values(const Dataset& dataset, const Hyperslab& slab) {
  DecodedValues decoded = read_decoded(dataset, slab);
  for (std::size_t i = 0; i < decoded.values.size(); ++i) {
    double& value = decoded.values[i];
    if (decoded.missing[i]) value = 0;
    if (std::isfinite(value) && value >= 0) continue;
    const DatasetInfo& info = dataset.info();
    throw InputError(
        fmt::format("the weight at ({}) is {} ({} in {}): weights are finite and 0 or more, correct it or "
                    "mark it as missing",
                    fmt::join(indices_of(slab, static_cast<std::int64_t>(i)), ", "), value, printable(info.path),
                    printable(info.file, 1000)));
  }
  return std::move(decoded.values);
}

/// Reads a box whose dimensions are those of the matches, in their order instead of that of the file.
void read_weights(const Dataset& dataset, const std::vector<Match>& matches, const Hyperslab& box, double* out) {
  const std::size_t rank = dataset.info().shape.size();
  Hyperslab own = whole_slab(std::vector<std::int64_t>(rank, 1));
  std::vector<std::int64_t> stride(rank, 0);
  std::int64_t elements = 1;
  for (std::size_t m = matches.size(); m-- > 0;) {
    const std::size_t w = matches[m].of_weights;
    own.start[w] = box.start[m];
    own.count[w] = box.count[m];
    own.step[w] = box.step[m];
    stride[w] = elements;
    elements *= box.count[m];
  }
  for (std::int64_t begin = 0; begin < elements; begin += piece_elements) {
    for (const Hyperslab& piece : split_range(own, begin, std::min(elements, begin + piece_elements))) {
      std::int64_t first = 0;
      for (std::size_t d = 0; d < rank; ++d) first += (piece.start[d] - own.start[d]) / own.step[d] * stride[d];
      const std::vector<double> values = checked_values(dataset, piece);
      copy_box(piece.count, reinterpret_cast<const std::byte*>(values.data()), dense_strides(piece.count),
               reinterpret_cast<std::byte*>(out + first), stride, sizeof(double));
    }
  }
}

}  // namespace

Weights dataset_weights(const std::string& file, const std::string& path, const DatasetInfo& info,
                        std::int64_t most_bytes) {
  const auto dataset = std::make_shared<const Dataset>(file, path, true);
  const DatasetInfo& own = dataset->info();
  const std::vector<Match> matches = match_dimensions(own, info);
  Weights weights;
  for (const Match& match : matches) {
    weights.dimensions.push_back(match.of_dataset);
    weights.shape.push_back(info.shape[match.of_dataset]);
  }
  const Hyperslab all = whole_slab(weights.shape);
  weights.description = fmt::format("{} in {}", printable(own.path), printable(own.file, 1000));
  const std::int64_t elements = all.elements();
  if (elements > most_bytes / static_cast<std::int64_t>(sizeof(double))) {
    weights.read = [dataset, matches](const Hyperslab& box, double* out) { read_weights(*dataset, matches, box, out); };
  } else {
    weights.values.resize(static_cast<std::size_t>(elements));
    read_weights(*dataset, matches, all, weights.values.data());
  }
  return weights;
}

}  // namespace scatterfold
