// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace scatterfold {

struct ResultGroup;

/// The right to write one output file, taken before any work: FAULTS case 25. Writes go to a partial name beside it.
class OutputClaim {
 public:
  /// Errors: OutputError when `path` exists without `overwrite`, is one of `inputs` (also by hard or symbolic link),
  /// its folder is missing or read-only, it is a directory, or another job holds the claim.
  OutputClaim(const std::string& path, bool overwrite, const std::vector<std::string>& inputs);
  ~OutputClaim();  ///< removes the partial file unless committed
  OutputClaim(OutputClaim&&) noexcept;

  const std::string& partial_path() const noexcept;
  /// commit_all of this one.
  void commit();

 private:
  friend void commit_all(const std::vector<OutputClaim*>& claims);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The outputs of one run: fsync of all partial files, then rename of each to its final name, in this order, then fsync
/// of the folders. Errors: OutputError; then what was renamed is taken back, and what stood there before stands there
/// again (on file systems without hard links the latter cannot be had).
void commit_all(const std::vector<OutputClaim*>& claims);

/// Writes results as HDF5 into the claim's partial file and reads it back; the caller commits. One group per result
/// (its name), one dataset per field; those of a named group of results stand in a group of that name, which has the
/// attribute `result_digest` too; `provenance` as string attributes of /provenance; root attributes `complete` = 1,
/// `result_digest`, `Conventions`, `history`. Errors: OutputError.
void write_result_file(OutputClaim& claim, const std::vector<ResultGroup>& groups, const std::string& digest,
                       const std::vector<std::pair<std::string, std::string>>& provenance);

}  // namespace scatterfold
