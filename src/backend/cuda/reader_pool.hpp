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

/// Threads that fill a buffer together. `finish` waits for all work added and rethrows the first failure.
class ReaderPool {
 public:
  explicit ReaderPool(int threads);
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  int threads() const { return static_cast<int>(threads_.size()); }
  void add(std::function<void()> work);
  void finish();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable more_, less_;
  std::deque<std::function<void()>> queue_;
  std::size_t unfinished_ = 0;
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace scatterfold::cuda
