// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/element_type.hpp"
#include "source/field.hpp"

namespace CLI {
class App;
}

namespace scatterfold {

class Team;

/// What `scatterfold generate` is told.
struct GenerateOptions {
  std::string output;               ///< "FILE:/path/to/dataset"; without a dataset it is /data
  std::vector<std::int64_t> shape;  ///< empty: a scalar
  ElementType type = ElementType::float32;
  bool boolean = false;  ///< then `type` is uint8
  FieldKind kind = FieldKind::normal;
  std::optional<double> mean, deviation;  ///< of normal (0, 1) and climate (288 K, 1.5 K of weather)
  std::optional<double> low, high;        ///< of uniform (0, 1)
  std::vector<std::int64_t> chunks;       ///< empty: contiguous, or chosen where a filter needs chunks
  std::optional<int> deflate;
  bool shuffle = false, fletcher32 = false, big_endian = false;
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: the cores of the affinity mask, shared by the ranks of a host
  bool overwrite = false, quiet = false;
};

/// Adds the command `generate` with its options to `app`; parsing fills `options`.
/// Errors (while parsing): UsageError for values that are none.
CLI::App* add_generate_command(CLI::App& app, GenerateOptions& options);

/// Writes the dataset; the values depend on the options alone, never on ranks or threads. Contiguous data is written by
/// all ranks, chunked data by rank 0. Nothing stands under the final name unless it is complete.
/// Errors: UsageError, OutputError. Team: collective.
void generate(const GenerateOptions& options, Team& team);

}  // namespace scatterfold
