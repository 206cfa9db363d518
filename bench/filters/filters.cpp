// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <blosc.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/instruction_set.hpp"
#include "base/parse.hpp"
#include "filters/byte_kernels.hpp"
#include "filters/byte_loop.hpp"
#include "filters/chunk_decoder.hpp"
#include "measure/arguments.hpp"
#include "measure/main.hpp"
#include "measure/requirement.hpp"
#include "measure/rounds.hpp"

/// Decoding of chunks on one core, beside a copy of the same bytes and a plain loop or zlib.
///   bench_filters [--bytes 256KiB] [--rounds 15]
/// Axes: filter, element size, instruction set. Bytes: raw ones of a chunk, which fits L2 with its scratch. GB are
/// 10^9.
namespace scatterfold::bench {
namespace {

using Buffer = std::vector<std::byte>;
using Sense = Requirement::Sense;

/// Smooth float32 numbers with noise in the low bits, as measured fields have.
Buffer smooth_floats(std::int64_t bytes) {
  Buffer out(static_cast<std::size_t>(bytes));
  std::uint32_t state = 1;
  for (std::int64_t i = 0; i + 4 <= bytes; i += 4) {
    state = state * 1664525u + 1013904223u;
    const float value =
        280.f + 20.f * std::sin(static_cast<float>(i) * 1e-4f) + static_cast<float>(state >> 24) * 1e-3f;
    std::memcpy(out.data() + i, &value, 4);
  }
  return out;
}

Buffer shuffled(const Buffer& raw, std::size_t element_bytes) {
  Buffer out(raw.size());
  const std::size_t elements = raw.size() / element_bytes;
  for (std::size_t i = 0; i < elements * element_bytes; ++i) {
    out[i % element_bytes * elements + i / element_bytes] = raw[i];
  }
  return out;
}

class Bench {
 public:
  Bench(std::int64_t bytes, int rounds)
      : bytes_(bytes), rounds_(rounds), raw_(smooth_floats(bytes)), to_(raw_.size()) {}

  /// A row: us, the peer and a copy, in turn. Each contender repeats until a round takes about 2 ms.
  double row(const std::string& what, const std::function<void()>& us, const std::function<void()>& peer) {
    const auto repeated = [](const std::function<void()>& work) -> Contender {
      const double once = seconds_of(work);
      const int times = once > 2e-3 ? 1 : static_cast<int>(2e-3 / (once + 1e-7)) + 1;
      return [=] {
        return seconds_of([&] {
                 for (int i = 0; i < times; ++i) work();
               }) /
               times;
      };
    };
    const auto copy = [this] {
      std::memcpy(to_.data(), raw_.data(), raw_.size());
      asm volatile("" ::"r"(to_.data()) : "memory");
    };
    const auto seconds = median_seconds({repeated(us), repeated(peer), repeated(copy)}, rounds_);
    const auto rate = [&](double s) { return static_cast<double>(bytes_) / s * 1e-9; };
    fmt::print("{:<34}{:>9.2f}{:>9.2f}{:>9.2f}{:>9.2f}{:>9.2f}\n", what, rate(seconds[0]), rate(seconds[1]),
               rate(seconds[2]), seconds[1] / seconds[0], seconds[2] / seconds[0]);
    std::fflush(stdout);
    return rate(seconds[0]);
  }

  void kernels(const ByteKernels& set, Requirement& unshuffle4, Requirement& fletcher) {
    const std::string isa(set.instruction_set);
    const bool best = &set == &byte_kernels();
    for (const int size : {2, 3, 4, 8, 12, 16}) {
      const std::int64_t elements = bytes_ / size;
      const double rate = row(
          fmt::format("unshuffle {} bytes, {}", size, isa),
          [&, size] { set.unshuffle(raw_.data(), to_.data(), elements, size); },
          [&, size] { unshuffle_by_byte(raw_.data(), to_.data(), elements, size); });
      if (best && size == 4) unshuffle4.take(isa, rate);
    }
    // Bitshuffle's blocks: 8 KiB.
    row(
        fmt::format("bit-unshuffle 4 bytes, {}", isa),
        [&] {
          for (std::int64_t at = 0; at + 8192 <= bytes_; at += 8192) {
            set.bit_unshuffle(raw_.data() + at, to_.data() + at, 2048, 4);
          }
        },
        [&] {
          for (std::int64_t at = 0; at + 8192 <= bytes_; at += 8192) {
            bit_unshuffle_by_bit(raw_.data() + at, to_.data() + at, 2048, 4);
          }
        });
    volatile std::uint32_t sum = 0;
    const double rate = row(
        fmt::format("fletcher32, {}", isa), [&] { sum = set.fletcher32(raw_.data(), bytes_); },
        [&] { sum = fletcher32_by_word(raw_.data(), bytes_); });
    if (best) fletcher.take(isa, rate);
  }

  /// A whole pipeline, decoded into a buffer of the caller's; the peer has only its first step's library.
  void pipeline(const std::string& what, const std::vector<FilterStep>& steps, const Buffer& stored,
                const std::function<void()>& peer) {
    ChunkDecoder decoder(steps, bytes_);
    row(
        fmt::format("{} ({:.2f}x)", what, static_cast<double>(bytes_) / static_cast<double>(stored.size())),
        [&] { decoder.decode_into(stored, 0, to_); }, peer);
    decoder.decode_into(stored, 0, to_);
    if (to_ != raw_) ++wrong_;
  }

  void pipelines() {
    const Buffer planes = shuffled(raw_, 4);
    Buffer between(raw_.size());

    Buffer stored(compressBound(static_cast<uLong>(planes.size())));
    uLongf size = static_cast<uLongf>(stored.size());
    compress2(reinterpret_cast<Bytef*>(stored.data()), &size, reinterpret_cast<const Bytef*>(planes.data()),
              static_cast<uLong>(planes.size()), 4);
    stored.resize(size);
    pipeline("shuffle + deflate 4", {{filter_id::shuffle, {4}}, {filter_id::deflate, {4}}}, stored, [&] {
      uLongf got = static_cast<uLongf>(between.size());
      uncompress(reinterpret_cast<Bytef*>(between.data()), &got, reinterpret_cast<const Bytef*>(stored.data()),
                 static_cast<uLong>(stored.size()));
      unshuffle_by_byte(between.data(), to_.data(), bytes_ / 4, 4);
    });

    Buffer zstd(ZSTD_compressBound(planes.size()));
    zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), planes.data(), planes.size(), 3));
    pipeline("shuffle + zstd 3", {{filter_id::shuffle, {4}}, {filter_id::zstd, {3}}}, zstd, [&] {
      ZSTD_decompress(between.data(), between.size(), zstd.data(), zstd.size());
      unshuffle_by_byte(between.data(), to_.data(), bytes_ / 4, 4);
    });

    Buffer blosc(raw_.size() + BLOSC_MAX_OVERHEAD);
    blosc.resize(static_cast<std::size_t>(
        blosc_compress_ctx(5, BLOSC_SHUFFLE, 4, raw_.size(), raw_.data(), blosc.data(), blosc.size(), "lz4", 0, 1)));
    pipeline("blosc (lz4, shuffle)", {{filter_id::blosc, {2, 2, 4, 0, 5, 1, 1}}}, blosc,
             [&] { blosc_decompress_ctx(blosc.data(), to_.data(), to_.size(), 1); });
  }

  int wrong() const { return wrong_; }

 private:
  std::int64_t bytes_;
  int rounds_;
  Buffer raw_, to_;
  int wrong_ = 0;
};

int run(int argc, char** argv) {
  const char* size = argument(argc, argv, "--bytes");
  const std::int64_t bytes = (size != nullptr ? parse_bytes(size) : 256 << 10) / 8192 * 8192;
  Bench bench(bytes, static_cast<int>(number_argument(argc, argv, "--rounds", 15)));
  fmt::print("chunks of {}, GB/s of raw bytes on one core, contenders in turn\n",
             format_bytes(static_cast<double>(bytes)));
  fmt::print("{:<34}{:>9}{:>9}{:>9}{:>9}{:>9}\n", "filter", "us", "peer", "copy", "x peer", "x copy");
  Requirement unshuffle4("unshuffle of 4-byte elements in L2, GB/s", Sense::at_least, 10);
  Requirement fletcher("fletcher32 in L2, GB/s", Sense::at_least, 5);
  for (const ByteKernels& set : all_byte_kernels()) {
    if (processor_has(set.instruction_set)) bench.kernels(set, unshuffle4, fletcher);
  }
  bench.pipelines();
  unshuffle4.print();
  fletcher.print();
  if (bench.wrong() > 0) fmt::print("{} pipelines gave other bytes than they were made of\n", bench.wrong());
  return bench.wrong() == 0 ? 0 : 70;
}

}  // namespace
}  // namespace scatterfold::bench

int main(int argc, char** argv) {
  return scatterfold::bench::main_of("bench_filters", scatterfold::bench::run, argc, argv);
}
