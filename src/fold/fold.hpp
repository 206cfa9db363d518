// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/element_type.hpp"
#include "fold/result.hpp"

namespace scatterfold {

/// Names the compiled kernels of a fold: its folder, which of the folder's folds, and the type of the values.
struct KernelKey {
  std::string fold;
  int variant = 0;
  ElementType value = ElementType::float64;
};

/// An analysis bound to a value type and its options: what a backend runs and a team combines.
/// A fold keeps either a state (joined in the order of the elements) or a table of int64 cells (added in any order).
class Fold {
 public:
  virtual ~Fold() = default;

  virtual const KernelKey& key() const = 0;

  virtual std::int64_t state_bytes() const { return 0; }  ///< 0: a table
  virtual std::int64_t slots() const { return 0; }        ///< 0: a state
  virtual void identity(void* state) const = 0;
  /// Joins `right`, which follows `left` in the order of the elements, to `left`.
  virtual void merge(void* left, const void* right) const = 0;

  /// Constants that kernels look up (bin edges); a GPU keeps its own copy.
  virtual std::span<const std::byte> constants() const { return {}; }
  /// The kernel's parameters, with `constants` at that address, into `params` (at most 256 bytes).
  virtual void place_params(void* params, const void* constants) const = 0;

  /// The result of everything joined.
  virtual Result finish(const void* state, std::span<const std::int64_t> cells) const = 0;
};

inline constexpr std::size_t max_params_bytes = 256;

}  // namespace scatterfold
