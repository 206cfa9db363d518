// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "base/element_type.hpp"
#include "source/field.hpp"

namespace scatterfold {

/// Fills buffers with ranges of one field, fast: SIMD code for the processor at hand, rows walked instead of divided.
/// The values are Field::value()'s, bit for bit. One filler per thread.
class FieldFiller {
 public:
  /// `swapped`: stored in the byte order that is not the processor's. `boolean`: of uint8 only 0 and 1, which stands
  /// for all above 0.5.
  FieldFiller(const Field& field, ElementType type, bool swapped, bool boolean = false)
      : field_(field), type_(type), swapped_(swapped), boolean_(boolean) {}

  /// Elements [begin, begin + count) into `out`, count * size_of(type) bytes.
  void fill(std::int64_t begin, std::int64_t count, void* out);

 private:
  void fill_values(std::int64_t begin, std::int64_t count, double* out);
  const Field::Column* columns_from(std::int64_t column, std::int64_t count);

  Field field_;
  ElementType type_;
  bool swapped_, boolean_;
  std::vector<Field::Column> columns_;  ///< the whole row where it is short, else the last piece asked for
  std::int64_t row_number_ = -1;
  Field::Row row_ = {};
};

}  // namespace scatterfold
