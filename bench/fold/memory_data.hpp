// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/element_type.hpp"
#include "fold/fold.hpp"

namespace scatterfold::bench {

/// Elements in memory, and what reads all of them with some number of threads. Threads take aligned runs of segments as
/// they get done with their last one, as the threads backend does; the sum loop gets the same runs in the same way.
class MemoryData {
 public:
  explicit MemoryData(std::int64_t bytes);

  void refill(ElementType type);
  std::int64_t bytes() const { return bytes_; }

  /// The leaf kernels and joiners that the backends use, on the data where it lies. Gives the result's digest.
  std::string fold(const Fold& fold, int threads) const;
  void sum(int threads) const;

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };
  /// Calls `work(run)` for the number of every run; `worker` makes one `work` per thread.
  void on_runs(int threads, const std::function<std::function<void(std::int64_t)>()>& worker) const;
  std::int64_t run_bytes() const;
  std::int64_t runs() const { return (bytes_ + run_bytes() - 1) / run_bytes(); }

  std::int64_t bytes_;
  std::unique_ptr<std::byte, Free> data_;
  ElementType type_ = ElementType::float32;
};

}  // namespace scatterfold::bench
