// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/affinity.hpp"
#include "base/error.hpp"
#include "base/parse.hpp"
#include "fold/kernels.hpp"
#include "fold/memory_data.hpp"
#include "fold/numpy_peer.hpp"
#include "measure/arguments.hpp"
#include "measure/main.hpp"
#include "measure/requirement.hpp"
#include "measure/rounds.hpp"
#include "measure/types.hpp"

/// Moments of data in memory on the CPU, beside a read-only sum loop with the same threads and NumPy on one core.
///   bench_fold [--bytes 1GiB] [--rounds 9] [--threads N] [--type float32]
/// Axes: type, threads (1 and all), order. Bytes moved: every element once. GB are 10^9 bytes.
namespace scatterfold::bench {
namespace {

constexpr ElementType types[] = {ElementType::float32, ElementType::float64, ElementType::float16, ElementType::int8,
                                 ElementType::uint8,   ElementType::int16,   ElementType::uint16,  ElementType::int32,
                                 ElementType::uint32,  ElementType::int64,   ElementType::uint64};

struct Requirements {
  using Sense = Requirement::Sense;
  Requirement order2{"moments of float32 and float64: x sum loop", Sense::at_least, 0.75};
  Requirement order4{"moments of order 4 of float32 and float64: x sum loop", Sense::at_least, 0.4};
  Requirement numpy{"moments of float32 and float64, one core: x NumPy", Sense::at_least, 8};
};

void bench_type(MemoryData& data, ElementType type, const std::vector<int>& thread_counts, int rounds,
                Requirements& required, int& wrong) {
  data.refill(type);
  const bool named = type == ElementType::float32 || type == ElementType::float64;  // by the requirements
  std::optional<NumpyPeer> numpy;
  if (named) {
    numpy.emplace(std::string(name_of(type)), data.bytes());
    if (!numpy->trouble().empty()) fmt::print("SKIPPED: NumPy beside us: {}\n", numpy->trouble());
    if (!numpy->trouble().empty()) numpy.reset();
  }
  const auto order2 = bind_moments(type, 2), order4 = bind_moments(type, 4);
  const std::string digests[] = {data.fold(*order2, 1), data.fold(*order4, 1)};
  for (const int threads : thread_counts) {
    auto fold = [&](const Fold& which, const std::string& digest) {
      return [&, threads] {
        std::string found;
        const double seconds = seconds_of([&] { found = data.fold(which, threads); });
        wrong += found == digest ? 0 : 1;
        return seconds;
      };
    };
    std::vector<Contender> contenders = {fold(*order2, digests[0]), fold(*order4, digests[1]),
                                         [&, threads] { return seconds_of([&] { data.sum(threads); }); }};
    const bool beside_numpy = numpy && threads == 1;
    if (beside_numpy) contenders.push_back([&] { return numpy->seconds(); });
    const std::vector<double> seconds = median_seconds(contenders, rounds);
    auto rate = [&](double s) { return static_cast<double>(data.bytes()) / s * 1e-9; };
    for (const int order : {2, 4}) {
      const double mine = seconds[order == 2 ? 0 : 1], of_sum = seconds[2] / mine;
      const std::string row = fmt::format("{}, {} thread{}", name_of(type), threads, threads == 1 ? "" : "s");
      fmt::print("{:<9}{:>6}{:>9}{:>9.2f}{:>10.2f}{:>8.3f}", name_of(type), order, threads, rate(mine),
                 rate(seconds[2]), of_sum);
      if (named) fmt::print(" {:<8}", (order == 2 ? required.order2 : required.order4).take(row, of_sum));
      if (beside_numpy && order == 2) {
        const double of_numpy = seconds[3] / mine;
        fmt::print("{:>9.2f}{:>8.2f} {}", rate(seconds[3]), of_numpy, required.numpy.take(row, of_numpy));
      }
      fmt::print("\n");
    }
    std::fflush(stdout);
  }
}

int run(int argc, char** argv) {
  const char* size = argument(argc, argv, "--bytes");
  const char* only = argument(argc, argv, "--type");
  const int rounds = static_cast<int>(number_argument(argc, argv, "--rounds", 9));
  const int most = static_cast<int>(number_argument(argc, argv, "--threads", usable_cores()));
  MemoryData data(size != nullptr ? parse_bytes(size) : std::int64_t{1} << 30);
  std::vector<int> thread_counts = {1};
  if (most > 1) thread_counts.push_back(most);

  fmt::print("{:.2f} GiB in memory, {} kernels, median of {} rounds, contenders in turn\n",
             static_cast<double>(data.bytes()) * 0x1p-30, host_instruction_set(), rounds);
  fmt::print("{:<9}{:>6}{:>9}{:>9}{:>10}{:>8}{:<9}{:>9}{:>8}\n", "moments", "order", "threads", "GB/s", "sum loop",
             "ratio", "", "NumPy", "ratio");
  Requirements required;
  int wrong = 0;
  for (const ElementType type : types) {
    if (only == nullptr || name_of(type) == only) bench_type(data, type, thread_counts, rounds, required, wrong);
  }
  required.order2.print();
  required.order4.print();
  required.numpy.print();
  if (wrong > 0) fmt::print("{} folds had other bits than one thread's\n", wrong);
  return wrong == 0 ? 0 : 70;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  return scatterfold::bench::main_of("bench_fold", scatterfold::bench::run, argc, argv);
}
