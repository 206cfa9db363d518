// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/array_geometry.hpp"
#include "driver/array_results.hpp"
#include "driver/job.hpp"
#include "fold/fold.hpp"
#include "io/array_file.hpp"

namespace scatterfold {

/// One analysis of a job whose results are arrays.
struct ArrayAnalysis {
  const AnalysisJob* job;
  std::vector<ArrayField> fields;
};

/// The file of a job's arrays: which variables it has, and writing them.
class ArrayOutput {
 public:
  /// `geometries` one per analysis. Errors: UsageError for chunks that do not fit.
  ArrayOutput(const Job& job, const Input& input, const std::vector<ArrayAnalysis>& analyses,
              const std::vector<const ArrayGeometry*>& geometries, const std::string& command_line);

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
  /// Writes a box of the output of an analysis. Errors: OutputError.
  void write(std::size_t analysis, const Hyperslab& box, const FinishedCell::Values& values, std::int64_t first,
             std::int64_t count);
  void finish(const std::string& digest);

 private:
  struct Variable {
    std::size_t analysis, field, number;  ///< number in the layout
  };
  void add_analysis(const Job& job, const Input& input, const ArrayAnalysis& analysis, const ArrayGeometry& geometry,
                    bool alone);

  std::vector<std::vector<ArrayField>> fields_;
  ArrayLayout layout_;
  std::vector<Variable> variables_;
  std::string path_;
  std::vector<std::int64_t> offsets_;
};

}  // namespace scatterfold
