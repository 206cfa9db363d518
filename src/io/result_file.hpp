// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace scatterfold {

struct Result;

/// The right to write one output file, taken before any work: FAULTS case 25. Writes go to a partial name beside it.
class OutputClaim {
 public:
  /// Errors: OutputError when `path` exists without `overwrite`, is one of `inputs` (also by hard or symbolic link),
  /// its folder is missing or read-only, it is a directory, or another job holds the claim.
  OutputClaim(const std::string& path, bool overwrite, const std::vector<std::string>& inputs);
  ~OutputClaim();  ///< removes the partial file unless committed
  OutputClaim(OutputClaim&&) noexcept;

  const std::string& partial_path() const noexcept;
  /// fsync of the partial file, rename to the final name, fsync of the folder. Errors: OutputError.
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes results as HDF5 into the claim's partial file, reads it back, and commits it. One group per result (its
/// name), one dataset per field; `provenance` as string attributes of /provenance; root attributes `complete` = 1,
/// `result_digest`, `Conventions`, `history`. Errors: OutputError.
void write_result_file(OutputClaim& claim, const std::vector<Result>& results, const std::string& digest,
                       const std::vector<std::pair<std::string, std::string>>& provenance);

}  // namespace scatterfold
