// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "backend/cuda_devices.hpp"
#include "base/error.hpp"
#include "gpu_fold/device_data.hpp"
#include "measure/arguments.hpp"
#include "measure/main.hpp"
#include "measure/requirement.hpp"
#include "measure/types.hpp"

/// Folds of data that is on the GPU already, beside CUB on the same buffer in the same run.
///   bench_gpu_fold [--gib 4] [--rounds 30] [--only moments|histogram] [--csv FILE]
/// Bytes moved: every element once. GB are 10^9 bytes. The CSV is for ./run, which puts torch beside it.
namespace scatterfold::bench {
namespace {

constexpr ElementType moments_types[] = {ElementType::float32, ElementType::float64, ElementType::int32,
                                         ElementType::uint32,  ElementType::int64,   ElementType::uint64,
                                         ElementType::int16,   ElementType::uint16,  ElementType::int8,
                                         ElementType::uint8,   ElementType::float16};
constexpr ElementType histogram_types[] = {ElementType::float32, ElementType::float64, ElementType::int32,
                                           ElementType::uint8};
constexpr Spread histogram_spreads[] = {Spread::uniform, Spread::narrow, Spread::constant};
constexpr std::int64_t histogram_bins[] = {200, 4096};

struct Setting {
  std::int64_t bytes;
  int rounds;
  std::FILE* csv;
};

std::string ratio_text(double ratio) { return ratio > 0 ? fmt::format("{:.3f}", ratio) : "-"; }

void bench_moments(DeviceData& data, const Setting& setting, int& wrong) {
  Requirement wide("moments on the GPU, 32 and 64 bits: x cub::DeviceReduce::Sum", Requirement::Sense::at_least, 0.97);
  Requirement narrow("moments on the GPU, 8 and 16 bits: x cub::DeviceReduce::Sum", Requirement::Sense::at_least, 0.5);
  fmt::print("\n{:<9}{:>6}{:>10}{:>10}{:>10}{:>8}{:>11}{:>8}{:>9}  {}\n", "moments", "order", "us", "GB/s", "CUB sum",
             "ratio", "wide sum", "ratio", "bits", "requirement");
  for (const ElementType type : moments_types) {
    data.refill(type, Spread::uniform);
    const auto order2 = bind_moments(type, 2), order4 = bind_moments(type, 4);
    std::vector<Contender> contenders = {data.timed_fold(*order2), data.timed_fold(*order4)};
    const DeviceWork sum = cub_sum(type, data.data(), data.count()),
                     wide_sum = cub_wide_sum(type, data.data(), data.count());
    for (const DeviceWork& peer : {sum, wide_sum}) {
      if (peer) contenders.push_back(data.timed(peer));
    }
    const std::vector<double> seconds = median_seconds(contenders, setting.rounds);
    const double sum_s = sum ? seconds[2] : 0, wide_s = wide_sum ? seconds.back() : 0;
    auto rate = [&](double s) { return s > 0 ? static_cast<double>(data.bytes()) / s * 1e-9 : 0; };

    for (const int order : {2, 4}) {
      const Fold& fold = order == 2 ? *order2 : *order4;
      const bool same = data.same_digest_as_host(fold);
      wrong += same ? 0 : 1;
      const double mine = seconds[order == 2 ? 0 : 1];
      // A float16 sum is no peer; the one that holds its sum in float32 is.
      const double ratio = (sum_s > 0 ? sum_s : wide_s) / mine;
      const char* held = "";
      if (order == 2) held = (size_of(type) >= 4 ? wide : narrow).take(std::string(name_of(type)), ratio);
      fmt::print("{:<9}{:>6}{:>10.1f}{:>10.0f}{:>10.0f}{:>8}{:>11.0f}{:>8}{:>9}  {}\n", name_of(type), order,
                 mine * 1e6, rate(mine), rate(sum_s), ratio_text(sum_s / mine), rate(wide_s), ratio_text(wide_s / mine),
                 same ? "same" : "DIFFER", held);
      if (setting.csv != nullptr) {
        fmt::print(setting.csv, "moments{},{},{:.1f},{:.1f},{:.1f}\n", order, name_of(type), rate(mine), rate(sum_s),
                   rate(wide_s));
      }
    }
    std::fflush(stdout);
  }
  wide.print();
  narrow.print();
}

void bench_histogram(DeviceData& data, const Setting& setting, int& wrong) {
  Requirement required("histogram on the GPU: x cub::DeviceHistogram::HistogramEven", Requirement::Sense::at_least,
                       1.0);
  fmt::print("\n{:<10}{:<9}{:<9}{:>6}{:>10}{:>10}{:>10}{:>8}{:>9}  {}\n", "histogram", "type", "data", "bins", "us",
             "GB/s", "CUB", "ratio", "bits", "requirement");
  for (const ElementType type : histogram_types) {
    const Values range = values_of(type);
    for (const Spread spread : histogram_spreads) {
      data.refill(type, spread);
      for (const std::int64_t bins : histogram_bins) {
        const auto fold = bind_histogram(type, bins, range.low, range.high);
        const DeviceWork peer =
            cub_histogram(type, data.data(), data.count(), static_cast<int>(bins), range.low, range.high);
        const std::vector<double> seconds = median_seconds({data.timed_fold(*fold), data.timed(peer)}, setting.rounds);
        const bool same = data.same_digest_as_host(*fold);
        wrong += same ? 0 : 1;
        auto rate = [&](double s) { return static_cast<double>(data.bytes()) / s * 1e-9; };
        const double ratio = seconds[1] / seconds[0];
        const char* held = required.take(fmt::format("{} {} {}", name_of(type), name_of(spread), bins), ratio);
        fmt::print("{:<10}{:<9}{:<9}{:>6}{:>10.1f}{:>10.0f}{:>10.0f}{:>8.3f}{:>9}  {}\n", "", name_of(type),
                   name_of(spread), bins, seconds[0] * 1e6, rate(seconds[0]), rate(seconds[1]), ratio,
                   same ? "same" : "DIFFER", held);
        std::fflush(stdout);
      }
    }
  }
  required.print();
}

int run(int argc, char** argv) {
  const std::vector<CudaDevice> devices = cuda_devices();
  if (devices.empty()) {
    fmt::print("bench_gpu_fold: skipped: {}\n", cuda_trouble());
    return 0;
  }
  const char* csv = argument(argc, argv, "--csv");
  const Setting setting{static_cast<std::int64_t>(number_argument(argc, argv, "--gib", 4) * 0x1p30) / 4096 * 4096,
                        static_cast<int>(number_argument(argc, argv, "--rounds", 30)),
                        csv != nullptr ? std::fopen(csv, "w") : nullptr};
  DeviceData data(setting.bytes);
  fmt::print(
      "{}\n{:.2f} GiB on the device, median of {} rounds, contenders in turn; bits: against the host's threads\n",
      devices[0].describe(), static_cast<double>(setting.bytes) * 0x1p-30, setting.rounds);
  int wrong = 0;
  const char* only = argument(argc, argv, "--only");
  if (only == nullptr || only == std::string("moments")) bench_moments(data, setting, wrong);
  if (only == nullptr || only == std::string("histogram")) bench_histogram(data, setting, wrong);
  fmt::print("digests that differ from the host's: {}\n", wrong);
  if (setting.csv != nullptr) std::fclose(setting.csv);
  return wrong == 0 ? 0 : 70;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  return scatterfold::bench::main_of("bench_gpu_fold", scatterfold::bench::run, argc, argv);
}
