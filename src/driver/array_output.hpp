// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/array_bundles.hpp"
#include "driver/array_results.hpp"
#include "driver/job.hpp"
#include "fold/fold.hpp"
#include "io/array_writer.hpp"

namespace scatterfold {

/// The file of a job's arrays: which variables it has, and writing them.
class ArrayOutput {
 public:
  /// Errors: UsageError for names that meet, and for options of storage that do not fit or would change nothing, and
  /// for results of over 2^63 bytes.
  ArrayOutput(const Job& job, const Input& input, const std::vector<ArrayBundle>& bundles, const Folds& folds,
              const std::string& command_line);

  /// The fields of an analysis, and what is told of them, with names and shapes as in the file, but no values yet.
  const std::vector<ArrayField>& fields(std::size_t analysis) const { return fields_[analysis]; }
  std::vector<ArraySummary> blank_summaries(std::size_t analysis) const;
  /// Of the results of an analysis, or of all, as they are stored, before compression. Errors: UsageError past 2^63.
  std::int64_t bytes(std::optional<std::size_t> analysis = {}) const;

  /// Refuses what `create` would, without making a file. Errors: as check_array_file.
  void check(const std::string& path) const;
  /// Makes the file, with room for all. On rank 0. Errors: OutputError.
  void create(const std::string& path);
  /// What the other ranks need of it.
  std::vector<std::byte> place() const;
  void take_place(const std::vector<std::byte>& bytes);

  /// The passes of an analysis are best of so many positions, or a multiple: whole chunks, which would else be packed
  /// once more for every pass. 1 where nothing is chunked.
  std::int64_t positions_of_chunks(std::size_t analysis) const;
  /// Whether ranks write what they have finished; else rank 0 writes all.
  bool in_parallel() const;
  /// Writes a box of the output of an analysis. Errors: OutputError; NumericError for values that their types cannot
  /// hold.
  void write(std::size_t analysis, const Hyperslab& box, const FinishedCell::Values& values, std::int64_t first,
             std::int64_t count);
  /// What this rank wrote is on the device and was read back; before any rank takes the file for whole.
  /// Errors: OutputError; NumericError where the file has other values.
  void settle();
  /// On rank 0. Errors: OutputError.
  void finish(const std::string& digest);

 private:
  struct Variable {
    std::size_t analysis, field, number;  ///< number in the layout
  };
  void add_analysis(const Job& job, const Input& input, std::size_t analysis, const ArrayGeometry& geometry);
  void check_names(bool alone) const;
  void check_storage(const ArrayStorage& storage) const;

  std::vector<std::vector<ArrayField>> fields_;
  ArrayLayout layout_;
  std::vector<Variable> variables_;
  std::string path_;
  std::vector<std::int64_t> offsets_;
  std::optional<ArrayWriter> writer_;  ///< once there is a file
};

}  // namespace scatterfold
