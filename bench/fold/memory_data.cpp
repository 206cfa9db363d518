// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/memory_data.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include "fold/forest.hpp"
#include "fold/joiner.hpp"
#include "fold/kernels.hpp"
#include "fold/result.hpp"
#include "fold/sum_loop.hpp"
#include "measure/types.hpp"

namespace scatterfold::bench {
namespace {

constexpr std::int64_t huge_page = std::int64_t{2} << 20;
constexpr std::int64_t run_bytes_wanted = std::int64_t{4} << 20;  // what Backend::run_bytes says for threads

std::uint64_t scramble(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// Eight random bytes, as elements: integers of any value, floats in [250, 320).
void fill_eight(ElementType type, std::uint64_t index, std::byte* to) {
  const std::uint64_t random = scramble(index);
  if (type == ElementType::float64) {
    const double value = 250 + static_cast<double>(random >> 11) * 0x1p-53 * 70;
    std::memcpy(to, &value, sizeof value);
  } else if (type == ElementType::float32) {
    const float values[2] = {250 + static_cast<float>(random >> 40) * 0x1p-24f * 70,
                             250 + static_cast<float>(random & 0xffffffu) * 0x1p-24f * 70};
    std::memcpy(to, values, sizeof values);
  } else {
    // As float16 these are all finite, of either sign.
    const std::uint64_t bits = type == ElementType::float16 ? random & 0xbbffbbffbbffbbffu : random;
    std::memcpy(to, &bits, sizeof bits);
  }
}

/// One thread's way from leaves to the state of a run: what HostWorker does around its reads.
class RunFolder {
 public:
  RunFolder(const Fold& fold, const Decoding& decoding)
      : decoding_(decoding),
        decode_(decoding.needed ? host_decode_kernel(decoding) : nullptr),
        kernel_(host_leaf_kernel(fold.key())),
        leaves_(fold),
        segments_(fold),
        state_(static_cast<std::size_t>(fold.state_bytes())) {
    fold.place_params(params_, nullptr);
  }

  const std::byte* fold_run(const std::byte* data, std::int64_t count) {
    const std::int64_t size = size_of(decoding_.stored);
    for (std::int64_t segment = 0; segment < count; segment += segment_elements) {
      const std::int64_t end = std::min(count, segment + segment_elements);
      for (std::int64_t at = segment; at < end; at += leaf_elements) {
        const void* values = data + at * size;
        const std::int64_t elements = std::min<std::int64_t>(leaf_elements, end - at);
        if (decode_ != nullptr) {
          decode_(decoding_, values, elements, decoded_);
          values = decoded_;
        }
        kernel_(params_, values, elements, decoding_.mark, leaves_.next());
        leaves_.push();
      }
      leaves_.finish(segments_.next());
      segments_.push();
    }
    segments_.finish(state_.data());
    return state_.data();
  }

 private:
  Decoding decoding_;
  HostDecodeKernel decode_;
  HostLeafKernel kernel_;
  alignas(16) std::byte params_[max_params_bytes] = {};
  alignas(64) double decoded_[leaf_elements];
  Joiner leaves_, segments_;
  std::vector<std::byte> state_;
};

}  // namespace

MemoryData::MemoryData(std::int64_t bytes)
    : bytes_((bytes + huge_page - 1) / huge_page * huge_page),
      data_(static_cast<std::byte*>(std::aligned_alloc(huge_page, static_cast<std::size_t>(bytes_)))) {
  if (data_ == nullptr) throw std::bad_alloc();
  // Both contenders read the same memory; small pages would measure the page tables of this machine.
  static_cast<void>(madvise(data_.get(), static_cast<std::size_t>(bytes_), MADV_HUGEPAGE));
}

void MemoryData::Free::operator()(std::byte* memory) const { std::free(memory); }

std::int64_t MemoryData::run_bytes() const { return std::max(run_bytes_wanted, segment_elements * size_of(type_)); }

void MemoryData::on_runs(int threads, const std::function<std::function<void(std::int64_t)>()>& worker) const {
  std::atomic<std::int64_t> next{0};
  auto work = [&] {
    const auto take = worker();
    for (std::int64_t run; (run = next.fetch_add(1)) < runs();) take(run);
  };
  std::vector<std::jthread> others;
  for (int t = 1; t < threads; ++t) others.emplace_back(work);
  work();
}

void MemoryData::refill(ElementType type) {
  type_ = type;
  on_runs(static_cast<int>(std::thread::hardware_concurrency()), [&] {
    return [&](std::int64_t run) {
      const std::int64_t begin = run * run_bytes(), end = std::min(bytes_, begin + run_bytes());
      for (std::int64_t at = begin; at < end; at += 8)
        fill_eight(type, static_cast<std::uint64_t>(at), data_.get() + at);
    };
  });
}

std::string MemoryData::fold(const Fold& fold, int threads) const {
  Forest forest(fold);
  std::mutex mutex;
  const std::int64_t run_segments = run_bytes() / size_of(type_) / segment_elements;
  int level = 0;
  while ((std::int64_t{1} << level) < run_segments) ++level;
  on_runs(threads, [&] {
    auto folder = std::make_shared<RunFolder>(fold, plain_decoding(type_));
    return [&, folder](std::int64_t run) {
      const std::int64_t begin = run * run_bytes(), end = std::min(bytes_, begin + run_bytes());
      const std::byte* state = folder->fold_run(data_.get() + begin, (end - begin) / size_of(type_));
      const std::lock_guard lock(mutex);
      forest.insert(level, run << level, state);
    };
  });
  std::vector<std::byte> state(static_cast<std::size_t>(fold.state_bytes()));
  forest.root(state.data());
  return result_digest({fold.finish(state.data(), {})});
}

void MemoryData::sum(int threads) const {
  on_runs(threads, [&] {
    return [&](std::int64_t run) {
      const std::int64_t begin = run * run_bytes(), end = std::min(bytes_, begin + run_bytes());
      volatile double keep = sum_loop(type_, data_.get() + begin, end - begin);
      static_cast<void>(keep);
    };
  });
}

}  // namespace scatterfold::bench
