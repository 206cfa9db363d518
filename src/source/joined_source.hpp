// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "source/dataset_source.hpp"

namespace scatterfold {

/// Datasets of several files, one after the other; often just one.
class JoinedSource : public Source {
 public:
  /// One part at least; all with the same type and the same rules. Elements of parts in another byte order are
  /// turned when they are read.
  explicit JoinedSource(std::vector<std::unique_ptr<DatasetSource>> parts);

  const Partition& partition() const override { return partition_; }
  const Decoding& decoding() const override { return decoding_; }
  ReadCost read(const Span& span, std::byte* out) const override;
  std::unique_ptr<SourceView> make_view() const override;
  bool reads_whole_units() const override;
  std::int64_t thread_bytes() const override;

  const std::vector<std::unique_ptr<DatasetSource>>& parts() const { return parts_; }
  /// For people; where parts differ, all that occur.
  std::string way_of_reading() const;

  /// What each run of 2^level segments costs to read and decode. Empty: all the same.
  std::vector<std::int64_t> run_weights(int level) const;

 private:
  std::vector<std::unique_ptr<DatasetSource>> parts_;
  Partition partition_;
  Decoding decoding_;
  mutable std::atomic<std::size_t> reading_ = 0;  ///< the part that was read last
};

}  // namespace scatterfold
