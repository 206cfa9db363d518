// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/array_bundles.hpp"

#include <algorithm>

namespace scatterfold {
namespace {

bool alike(const ArrayOptions& a, const ArrayOptions& b) {
  return a.dims == b.dims && a.by == b.by && a.every == b.every && a.weights == b.weights;
}

}  // namespace

std::vector<const Fold*> ArrayBundle::folds_of(const Folds& folds) const {
  std::vector<const Fold*> own;
  for (const std::size_t a : analyses) own.push_back(folds[a].get());
  return own;
}

std::vector<ArrayBundle> array_bundles(const Job& job, const Input& input, std::int64_t memory_bytes) {
  std::vector<ArrayBundle> bundles;
  for (std::size_t a = 0; a < job.analyses.size(); ++a) {
    const auto found = std::find_if(bundles.begin(), bundles.end(), [&](const ArrayBundle& b) {
      return alike(job.analyses[b.analyses.front()].arrays, job.analyses[a].arrays);
    });
    if (found != bundles.end()) {
      found->analyses.push_back(a);
    } else {
      bundles.push_back(
          {array_geometry(job.analyses[a].arrays, input, most_weight_bytes(memory_bytes, job.analyses.size())), {a}});
    }
  }
  return bundles;
}

}  // namespace scatterfold
