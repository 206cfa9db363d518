// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "backend/cuda/handles.hpp"
#include "backend/cuda/kernel_table.hpp"
#include "backend/cuda_devices.hpp"
#include "base/error.hpp"
#include "fold/analysis.hpp"
#include "gpu_fold/cub_peer.hpp"
#include "measure/arguments.hpp"
#include "measure/fill.hpp"
#include "measure/main.hpp"
#include "measure/requirement.hpp"
#include "measure/rounds.hpp"

/// Moments over one dimension of a float32 array that is on the GPU already, beside CUB's sum of the same buffer in the
/// same run: all that the device does of it, up to one state per position and segment.
///   bench_gpu_dims [--shape 8760,721,1440] [--rounds 10]
/// Bytes moved: every element once. GB are 10^9 bytes.
namespace scatterfold::bench {
namespace {

using cuda::Buffer;
using cuda::check;

struct Shape {
  std::int64_t time, y, x;
  std::int64_t count() const { return time * y * x; }
};

/// The data, a stream with two events, and room for states.
class Bench {
 public:
  explicit Bench(const Shape& shape)
      : shape_(shape),
        data_(Buffer::Kind::device, static_cast<std::size_t>(shape.count()) * sizeof(float)),
        fold_(find_analysis("moments")->bind({}, {ElementType::float32, false, false, false}, nullptr)),
        kernels_(cuda::kernels_of(fold_->key())) {
    fold_->place_params(params_, nullptr);
    check(fill(stream_.get(), ElementType::float32, Spread::uniform, 0, shape.count(), data_.data()), "filling");
    check(cudaStreamSynchronize(stream_.get()), "filling");
  }

  Contender timed(const DeviceWork& work) const {
    return [this, work] {
      check(cudaEventRecord(start_.get(), stream_.get()), "timing");
      check(work(stream_.get()), "measuring");
      check(cudaEventRecord(end_.get(), stream_.get()), "timing");
      check(cudaEventSynchronize(end_.get()), "measuring");
      float ms = 0;
      check(cudaEventElapsedTime(&ms, start_.get(), end_.get()), "timing");
      return ms * 1e-3;
    };
  }

  DeviceWork sum() const { return cub_sum(ElementType::float32, data_.data(), shape_.count()); }

  DeviceWork columns(const cuda::ColumnShape& columns) {
    const std::int64_t states = columns.positions * columns.segments();
    running_.reserve(Buffer::Kind::device, static_cast<std::size_t>(states * kernels_.running_bytes));
    states_.reserve(Buffer::Kind::device, static_cast<std::size_t>(states * fold_->state_bytes()));
    return [this, columns](cudaStream_t stream) {
      const cuda::Values values{data_.data(), false, {}};
      return kernels_.columns(stream, params_, values, nullptr, columns, true, running_.data(), states_.data());
    };
  }

 private:
  Shape shape_;
  cuda::Stream stream_ = cuda::make_stream();
  cuda::Event start_ = cuda::make_event(true), end_ = cuda::make_event(true);
  Buffer data_, running_, states_;
  std::unique_ptr<Fold> fold_;
  const cuda::Kernels& kernels_;
  alignas(16) std::byte params_[max_params_bytes] = {};
};

Shape shape_of(const char* text) {
  Shape shape{8760, 721, 1440};
  long long t = 0, y = 0, x = 0;
  if (text != nullptr && std::sscanf(text, "%lld,%lld,%lld", &t, &y, &x) == 3) shape = {t, y, x};
  return shape;
}

int run(int argc, char** argv) {
  const std::vector<CudaDevice> devices = cuda_devices();
  if (devices.empty()) {
    fmt::print("bench_gpu_dims: skipped: {}\n", cuda_trouble());
    return 0;
  }
  const Shape shape = shape_of(argument(argc, argv, "--shape"));
  const int rounds = static_cast<int>(number_argument(argc, argv, "--rounds", 10));
  fmt::print("{}\nfloat32 ({}, {}, {}), {:.1f} GiB on the device, median of {} rounds, contenders in turn\n",
             devices[0].describe(), shape.time, shape.y, shape.x, static_cast<double>(shape.count()) * 4 * 0x1p-30,
             rounds);
  Bench bench(shape);
  constexpr std::int64_t segment_rows = 1024;
  const std::int64_t map = shape.y * shape.x;
  const cuda::ColumnShape leading{map, map,        0,
                                  map, shape.time, std::max(segment_rows, (shape.time / 64 / 64 + 1) * 64)};
  const cuda::ColumnShape middle{shape.time * shape.x, shape.x, map, shape.x, shape.y, segment_rows};
  const cuda::ColumnShape trailing{shape.time * shape.y, 1, shape.x, 1, shape.x, segment_rows * 4};
  const std::vector<std::string> names = {"leading", "middle", "trailing"};
  Requirement required("moments over one dimension on the GPU: x cub::DeviceReduce::Sum", Requirement::Sense::at_least,
                       0.9);
  fmt::print("{:<10}{:>10}{:>10}{:>10}{:>8}  {}\n", "dimension", "us", "GB/s", "CUB sum", "ratio", "requirement");
  for (const std::string& name : names) {
    const DeviceWork work = bench.columns(name == "leading" ? leading : name == "middle" ? middle : trailing);
    const std::vector<double> seconds = median_seconds({bench.timed(work), bench.timed(bench.sum())}, rounds);
    const auto rate = [&](double s) { return static_cast<double>(shape.count()) * 4 / s * 1e-9; };
    const double ratio = seconds[1] / seconds[0];
    fmt::print("{:<10}{:>10.0f}{:>10.0f}{:>10.0f}{:>8.3f}  {}\n", name, seconds[0] * 1e6, rate(seconds[0]),
               rate(seconds[1]), ratio, required.take(name, ratio));
    std::fflush(stdout);
  }
  required.print();
  return 0;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  return scatterfold::bench::main_of("bench_gpu_dims", scatterfold::bench::run, argc, argv);
}
