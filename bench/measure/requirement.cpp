// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "measure/requirement.hpp"

#include <fmt/format.h>

namespace scatterfold::bench {

const char* Requirement::take(const std::string& row, double value) {
  const bool worse = !worst_ || (sense_ == Sense::at_least ? value < *worst_ : value > *worst_);
  if (worse) {
    worst_ = value;
    worst_row_ = row;
  }
  return holds(value) ? "met" : "NOT MET";
}

void Requirement::print() const {
  const char* sign = sense_ == Sense::at_least ? ">=" : "<=";
  if (!worst_) {
    fmt::print("requirement: {} {} {:g}, not measured here\n", what_, sign, limit_);
    return;
  }
  fmt::print("requirement: {} {} {:g}, measured {:.3g} ({}): {}\n", what_, sign, limit_, *worst_, worst_row_,
             holds(*worst_) ? "met" : "NOT MET");
}

}  // namespace scatterfold::bench
