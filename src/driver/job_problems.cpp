// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/job_problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_told = 20;

}  // namespace

void JobProblems::add(long line, std::string where, std::string what) {
  problems_.push_back({line, printable(fmt::format("{}: {}", where, what), 600)});
}

void JobProblems::throw_if_any() const {
  if (problems_.empty()) return;
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) { return a.line < b.line; });
  std::string message;
  for (std::size_t i = 0; i < std::min(sorted.size(), most_told); ++i) {
    message += (i == 0 ? "" : "\n  ") + sorted[i].text;
  }
  if (sorted.size() > most_told) message += fmt::format("\n  and {} more", sorted.size() - most_told);
  throw UsageError(message);
}

}  // namespace scatterfold
