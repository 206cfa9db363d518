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

/// One value of a result for each of many positions.
struct ArrayField {
  enum class Kind { real, integer, natural };  ///< float64, int64, uint64
  std::string name;
  Kind kind = Kind::real;
  bool blank_where_empty = true;   ///< says nothing of a position without elements
  std::vector<double> edges = {};  ///< not empty: as many values as there are bins between these edges
  bool wanted = true;              ///< false: only looked at, neither shown nor written nor in the digest

  /// Values of a position.
  std::int64_t width() const { return edges.empty() ? 1 : static_cast<std::int64_t>(edges.size()) - 1; }
};

/// An analysis bound to a value type and its options: what a backend runs and a team combines.
/// A fold keeps either a state (joined in the order of the elements) or a table of int64 cells (added in any order).
class Fold {
 public:
  virtual ~Fold() = default;

  virtual const KernelKey& key() const = 0;

  virtual bool weighted() const { return false; }         ///< its elements have weights
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

  /// The same for `count` states, or tables, side by side: of positions of at most `most_elements` elements.
  /// `merge_each` is for states only. Values go to `out`, one pointer per field, as 8 bytes each; `empty` gets 1 for
  /// positions of which nothing was folded.
  virtual void merge_each(void* left, const void* right, std::int64_t count) const = 0;
  virtual std::vector<ArrayField> array_fields(std::int64_t most_elements) const = 0;
  virtual void finish_each(const void* states, const std::int64_t* cells, std::int64_t count,
                           std::int64_t most_elements, const std::vector<std::uint64_t*>& out,
                           std::uint8_t* empty) const = 0;
};

inline constexpr std::size_t max_params_bytes = 256;

}  // namespace scatterfold
