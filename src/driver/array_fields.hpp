// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "driver/array_geometry.hpp"
#include "fold/fold.hpp"
#include "io/array_writer.hpp"

namespace scatterfold {

/// How a field of an array stands in a file: type, fill value, units, and what the CF conventions say of its name.
ArrayVariable variable_of(const ArrayField& field, const ArrayStorage& storage, const Input& input,
                          const ArrayGeometry& geometry);

/// Writes values as folds finish them. `empty`: no bytes, or one per value.
void write_words(ArrayWriter& writer, std::size_t variable, const Hyperslab& box, const ArrayField& field,
                 std::span<const std::uint64_t> words, std::span<const std::uint8_t> empty);

}  // namespace scatterfold
