// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/reader_pool.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace scatterfold::cuda {

ReaderPool::ReaderPool(int threads) {
  try {
    for (int t = 0; t < std::max(1, threads); ++t) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // Fewer threads than asked for is slower, not wrong.
    if (threads_.empty()) throw;
  }
}

ReaderPool::~ReaderPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  more_.notify_all();
}

void ReaderPool::add(Batch& batch, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({&batch, std::move(work)});
    ++batch.unfinished;
  }
  more_.notify_one();
}

void ReaderPool::finish(Batch& batch) {
  std::unique_lock lock(mutex_);
  less_.wait(lock, [&] { return batch.unfinished == 0; });
  if (batch.failure) std::rethrow_exception(std::exchange(batch.failure, nullptr));
}

void ReaderPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    more_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    const Task task = std::move(queue_.front());
    queue_.pop_front();
    const bool skip = static_cast<bool>(task.batch->failure);
    lock.unlock();
    std::exception_ptr failure;
    try {
      if (!skip) task.work();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && !task.batch->failure) task.batch->failure = failure;
    if (--task.batch->unfinished == 0) less_.notify_all();
  }
}

}  // namespace scatterfold::cuda
