// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fold/fold.hpp"
#include "fold/options.hpp"

namespace scatterfold {

/// What a fold must know about the values it gets.
struct ValueKind {
  ElementType type = ElementType::float64;
  bool nan_is_missing = false;  ///< a _FillValue of NaN
  bool skip_nan = false;        ///< leave NaN out instead of letting it through to the result
  bool weighted = false;        ///< every one of them has a weight
};

/// An analysis that people can name. One per folder of src/folds; instances live in the generated registry.
class Analysis {
 public:
  virtual ~Analysis() = default;
  virtual std::string name() const = 0;     ///< "moments"
  virtual std::string summary() const = 0;  ///< one line for --help
  virtual std::vector<OptionSpec> options() const { return {}; }

  /// Checks the options alone, before any file is touched. Errors: UsageError.
  virtual void check(const Options& options) const = 0;

  /// A fold that must run over the data first because the options leave something to the data, or null.
  virtual std::unique_ptr<Fold> first_pass(const Options&, const ValueKind&) const { return nullptr; }

  /// `first` is what the first pass found, null where there is none or it is still to come: all but the numbers it
  /// finds is then checked. Errors: UsageError where it has no use for weights.
  virtual std::unique_ptr<Fold> bind(const Options& options, const ValueKind& values, const Result* first) const = 0;
};

/// All analyses, by name.
const std::vector<const Analysis*>& all_analyses();

/// The analysis of that name, or null.
const Analysis* find_analysis(std::string_view name);

}  // namespace scatterfold
