// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <optional>
#include <string>

namespace scatterfold::bench {

/// A number that the project promises. Takes what the rows measured, keeps the worst, says at the end whether it holds.
/// Speed is no test: the answer is a line, never an exit code.
class Requirement {
 public:
  enum class Sense { at_least, at_most };
  Requirement(std::string what, Sense sense, double limit) : what_(std::move(what)), sense_(sense), limit_(limit) {}

  /// What one row measured; gives "met" or "NOT MET" for the row.
  const char* take(const std::string& row, double value);
  /// "requirement: <what> >= 0.75, measured 0.83 (float64): met"
  void print() const;

 private:
  bool holds(double value) const { return sense_ == Sense::at_least ? value >= limit_ : value <= limit_; }

  std::string what_;
  Sense sense_;
  double limit_;
  std::optional<double> worst_;
  std::string worst_row_;
};

}  // namespace scatterfold::bench
