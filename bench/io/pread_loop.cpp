// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "base/parse.hpp"
#include "io/dataset_place.hpp"
#include "io/whole_read.hpp"
#include "measure/arguments.hpp"
#include "measure/main.hpp"
#include "measure/rounds.hpp"

/// What the kernel's copy out of the page cache costs: threads that only pread a contiguous dataset, each into one
/// buffer that stays in its second-level cache, and do nothing with what they got.
///   bench_pread_loop FILE DATASET THREADS [--buffer SIZE]
/// Threads take aligned pieces as they get done with their last one, as the threads backend does.
namespace scatterfold::bench {
namespace {

constexpr std::int64_t piece_bytes = std::int64_t{4} << 20;

std::int64_t second_level_cache() {
  const long bytes = ::sysconf(_SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? bytes : 1 << 20;
}

int run(int argc, char** argv) {
  if (argc < 4) throw UsageError("bench_pread_loop FILE DATASET THREADS [--buffer SIZE]");
  const char* size = argument(argc, argv, "--buffer");
  const std::int64_t buffer_bytes = size != nullptr ? parse_bytes(size) : second_level_cache();
  const DatasetPlace place = dataset_place(argv[1], argv[2]);
  const int threads = std::atoi(argv[3]), file = ::open(argv[1], O_RDONLY | O_CLOEXEC);

  std::atomic<std::int64_t> next{0};
  const auto work = [&] {
    std::vector<std::byte> buffer(static_cast<std::size_t>(buffer_bytes));
    for (std::int64_t begin; (begin = piece_bytes * next.fetch_add(1)) < place.bytes;) {
      const std::int64_t end = std::min(place.bytes, begin + piece_bytes);
      for (std::int64_t at = begin; at < end; at += buffer_bytes) {
        whole_read(file, buffer.data(), std::min(buffer_bytes, end - at), place.offset + at);
      }
    }
  };
  const double seconds = seconds_of([&] {
    std::vector<std::jthread> others;
    for (int t = 1; t < threads; ++t) others.emplace_back(work);
    work();
  });
  fmt::print("seconds {}\n", seconds);
  return 0;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  return scatterfold::bench::main_of("bench_pread_loop", scatterfold::bench::run, argc, argv);
}
