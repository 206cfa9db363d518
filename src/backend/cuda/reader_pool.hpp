// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace scatterfold::cuda {

/// Threads that fill buffers together: batches of work, begun in the order in which they were added.
class ReaderPool {
 public:
  explicit ReaderPool(int threads);
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  int threads() const { return static_cast<int>(threads_.size()); }
  /// Work on one buffer. It must not move or end before it is finished or the pool is gone.
  struct Batch {
    std::size_t unfinished = 0;
    std::exception_ptr failure;
  };
  void add(Batch& batch, std::function<void()> work);
  /// Waits for all work of the batch and rethrows its first failure.
  void finish(Batch& batch);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable more_, less_;
  struct Task {
    Batch* batch;
    std::function<void()> work;
  };
  std::deque<Task> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace scatterfold::cuda
