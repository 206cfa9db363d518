// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "axes/weights.hpp"
#include "base/error.hpp"
#include "io/decoded_values.hpp"
#include "io/printable.hpp"

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

/// "(3, 5)" of a row-major number.
std::string place_of(std::int64_t number, const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> index(shape.size());
  for (std::size_t d = shape.size(); d-- > 0; number /= shape[d]) index[d] = number % shape[d];
  return fmt::format("({})", fmt::join(index, ", "));
}

/// Missing weights are 0. Errors: InputError for what cannot be a weight.
std::vector<double> checked_values(const Dataset& dataset) {
  DecodedValues decoded = read_decoded(dataset);
  for (std::size_t i = 0; i < decoded.values.size(); ++i) {
    double& value = decoded.values[i];
    if (decoded.missing[i]) value = 0;
    if (std::isfinite(value) && value >= 0) continue;
    const DatasetInfo& info = dataset.info();
    throw InputError(fmt::format(
        "the weight at {} is {} ({} in {}): weights are finite and 0 or more, correct it or "
        "mark it as missing",
        place_of(static_cast<std::int64_t>(i), info.shape), value, printable(info.path), printable(info.file, 1000)));
  }
  return std::move(decoded.values);
}

/// Elements in the order of the matches instead of that of the file.
std::vector<double> reordered(const std::vector<double>& values, const std::vector<std::int64_t>& shape,
                              const std::vector<Match>& matches) {
  std::vector<std::int64_t> stride(shape.size(), 1);
  for (std::size_t d = shape.size(); d-- > 1;) stride[d - 1] = stride[d] * shape[d];
  std::vector<double> result;
  result.reserve(values.size());
  std::vector<std::int64_t> index(matches.size(), 0);
  std::int64_t at = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    result.push_back(values[static_cast<std::size_t>(at)]);
    for (std::size_t m = matches.size(); m-- > 0;) {
      const std::size_t w = matches[m].of_weights;
      at += stride[w];
      if (++index[m] < shape[w]) break;
      at -= stride[w] * shape[w];
      index[m] = 0;
    }
  }
  return result;
}

}  // namespace

Weights dataset_weights(const std::string& file, const std::string& path, const DatasetInfo& info) {
  const Dataset dataset(file, path, true);
  const DatasetInfo& own = dataset.info();
  const std::vector<Match> matches = match_dimensions(own, info);
  Weights weights;
  for (const Match& match : matches) {
    weights.dimensions.push_back(match.of_dataset);
    weights.shape.push_back(info.shape[match.of_dataset]);
  }
  weights.values = reordered(checked_values(dataset), own.shape, matches);
  weights.description = fmt::format("{} in {}", printable(own.path), printable(own.file, 1000));
  return weights;
}

}  // namespace scatterfold
