// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <cuda_runtime.h>
#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "io/dataset_place.hpp"
#include "io/whole_read.hpp"
#include "measure/arguments.hpp"
#include "measure/main.hpp"

/// From the page cache to one GPU and nothing else: threads that pread a contiguous dataset into pinned buffers, two
/// each, while the copy engine empties them.
///   bench_pinned_loop FILE DATASET THREADS [--buffer-mib 8] [--part 1]
/// `--part 0.5` reads the first half only: what both parts have in common (the GPU's start, the buffers) can then be
/// told from what a byte costs.
namespace scatterfold::bench {
namespace {

void check(cudaError_t status) {
  if (status != cudaSuccess) throw ResourceError(std::string("CUDA: ") + cudaGetErrorString(status));
}

struct Buffer {
  std::byte *pinned = nullptr, *device = nullptr;
  cudaStream_t stream = nullptr;

  explicit Buffer(std::int64_t bytes) {
    check(cudaMallocHost(&pinned, static_cast<std::size_t>(bytes)));
    check(cudaMalloc(&device, static_cast<std::size_t>(bytes)));
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  }
};

int run(int argc, char** argv) {
  if (argc < 4) throw UsageError("bench_pinned_loop FILE DATASET THREADS [--buffer-mib 8] [--part 1]");
  const auto buffer_bytes = static_cast<std::int64_t>(number_argument(argc, argv, "--buffer-mib", 8) * (1 << 20));
  const DatasetPlace place = dataset_place(argv[1], argv[2]);
  const auto bytes =
      static_cast<std::int64_t>(static_cast<double>(place.bytes) * number_argument(argc, argv, "--part", 1));
  const int threads = std::atoi(argv[3]), file = ::open(argv[1], O_RDONLY | O_CLOEXEC);
  std::vector<Buffer> buffers;  // the process's end frees them
  for (int b = 0; b < 2 * threads; ++b) buffers.emplace_back(buffer_bytes);

  std::atomic<std::int64_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&](int thread) {
    try {
      for (int turn = 0;; turn ^= 1) {
        const std::int64_t begin = buffer_bytes * next.fetch_add(1), count = std::min(buffer_bytes, bytes - begin);
        if (count <= 0) break;
        const Buffer& buffer = buffers[static_cast<std::size_t>(2 * thread + turn)];
        check(cudaStreamSynchronize(buffer.stream));
        whole_read(file, buffer.pinned, count, place.offset + begin);
        check(cudaMemcpyAsync(buffer.device, buffer.pinned, static_cast<std::size_t>(count), cudaMemcpyHostToDevice,
                              buffer.stream));
      }
      for (int turn : {0, 1}) check(cudaStreamSynchronize(buffers[static_cast<std::size_t>(2 * thread + turn)].stream));
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
    }
  };
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> others;
    for (int t = 1; t < threads; ++t) others.emplace_back(work, t);
    work(0);
  }
  if (failure) std::rethrow_exception(failure);
  std::printf("seconds %.9g\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return 0;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  return scatterfold::bench::main_of("bench_pinned_loop", scatterfold::bench::run, argc, argv);
}
