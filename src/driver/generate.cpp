// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/generate.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/parse.hpp"
#include "driver/generate_names.hpp"
#include "driver/job.hpp"
#include "io/field_writer.hpp"
#include "io/result_file.hpp"
#include "source/field_fill.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t share_step = 65536;         // ranks' shares begin at multiples of it
constexpr double most_chunk_bytes = 4294967295.0;  // HDF5 keeps chunk sizes in 32 bits
constexpr std::int64_t chosen_chunk_bytes = 1 << 20;

/// Everything that is known before anything is written.
struct Plan {
  std::string file;
  FieldLayout layout;
  Field field;
};

void check_parameters(const GenerateOptions& options) {
  const std::string_view name = name_of(options.kind);
  const bool takes_mean = options.kind == FieldKind::normal || options.kind == FieldKind::climate;
  if (!takes_mean && (options.mean || options.deviation)) {
    throw UsageError(fmt::format("--mean and --std do not go with {}: leave them out", name));
  }
  if (options.kind != FieldKind::uniform && (options.low || options.high)) {
    throw UsageError(fmt::format("--low and --high do not go with {}: use --distribution uniform", name));
  }
  for (const auto& value : {options.mean, options.deviation, options.low, options.high}) {
    if (value && !std::isfinite(*value))
      throw UsageError("--mean, --std, --low and --high must be finite: give numbers");
  }
  if (options.deviation && *options.deviation < 0) throw UsageError("--std is negative: give 0 or more");
  const double low = options.low.value_or(0), high = options.high.value_or(1);
  if (!(low < high) || !std::isfinite(high - low)) {
    throw UsageError(fmt::format("--low {} and --high {} bound no range: give a lower and a higher number", low, high));
  }
  if (options.deflate && (*options.deflate < 0 || *options.deflate > 9)) {
    throw UsageError(fmt::format("--deflate {} is no level: give 0 to 9", *options.deflate));
  }
  if (options.threads < 0) throw UsageError("--threads is negative: give 1 or more");
}

/// Chunks of about a mebibyte: leading dimensions are halved first, so that rows stay whole as long as they can.
std::vector<std::int64_t> chosen_chunks(const std::vector<std::int64_t>& shape, std::int64_t element_bytes) {
  std::vector<std::int64_t> chunk = shape;
  for (std::int64_t& extent : chunk) extent = std::max<std::int64_t>(extent, 1);
  for (std::int64_t& extent : chunk) {
    const auto bytes = [&] {
      double product = static_cast<double>(element_bytes);
      for (const std::int64_t each : chunk) product *= static_cast<double>(each);
      return product;
    };
    while (extent > 1 && bytes() > static_cast<double>(chosen_chunk_bytes)) extent = (extent + 1) / 2;
  }
  return chunk;
}

void plan_storage(const GenerateOptions& options, FieldLayout& layout) {
  double bytes = static_cast<double>(size_of(options.type));
  for (const std::int64_t extent : options.shape) {
    if (extent < 0) throw UsageError(fmt::format("--shape has {}: give 0 or more in every dimension", extent));
    bytes *= static_cast<double>(extent);
  }
  if (options.shape.size() > static_cast<std::size_t>(Field::most_dimensions)) {
    throw UsageError(
        fmt::format("--shape has {} dimensions: give at most {}", options.shape.size(), Field::most_dimensions));
  }
  if (bytes >= 0x1p62) throw UsageError("--shape is too large: give less than 4 EiB");
  layout.chunk = options.chunks;
  const bool filtered = options.deflate || options.shuffle || options.fletcher32;
  if (options.shape.empty() && (filtered || !layout.chunk.empty()))
    throw UsageError("a scalar has no chunks: leave out --chunks, --deflate, --shuffle and --fletcher32");
  if (layout.chunk.empty() && filtered) layout.chunk = chosen_chunks(options.shape, size_of(options.type));
  if (layout.chunk.empty()) return;
  if (layout.chunk.size() != options.shape.size()) {
    throw UsageError(fmt::format("--chunks has {} dimensions and --shape {}: give as many", layout.chunk.size(),
                                 options.shape.size()));
  }
  double chunk_bytes = static_cast<double>(size_of(options.type));
  for (const std::int64_t extent : layout.chunk) {
    if (extent < 1) throw UsageError(fmt::format("--chunks has {}: give 1 or more in every dimension", extent));
    chunk_bytes *= static_cast<double>(extent);
  }
  if (chunk_bytes > most_chunk_bytes) throw UsageError("--chunks makes chunks of 4 GiB or more: give smaller ones");
}

Plan make_plan(const GenerateOptions& options) {
  check_parameters(options);
  Plan plan;
  FieldLayout& layout = plan.layout;
  split_input(options.output, plan.file, layout.path);
  if (layout.path.empty()) layout.path = "/data";
  if (plan.file.empty() || layout.path.back() == '/') {
    throw UsageError(fmt::format("no output (\"{}\"): give FILE.h5:/name", options.output));
  }
  layout.shape = options.shape;
  layout.type = options.type;
  layout.boolean = options.boolean;
  layout.big_endian = options.big_endian;
  layout.deflate = options.deflate.value_or(-1);
  layout.shuffle = options.shuffle;
  layout.fletcher32 = options.fletcher32;
  plan_storage(options, layout);

  Field& field = plan.field;
  field.kind = options.kind;
  field.seed = options.seed;
  field.rank = static_cast<int>(options.shape.size());
  std::copy(options.shape.begin(), options.shape.end(), field.shape);
  std::string told;
  if (options.kind == FieldKind::uniform) {
    field.center = options.low.value_or(0);
    field.spread = options.high.value_or(1);
    told = fmt::format(", low {}, high {}", field.center, field.spread);
  } else if (options.kind != FieldKind::ramp) {
    const bool climate = options.kind == FieldKind::climate;
    field.center = options.mean.value_or(climate ? 288 : 0);
    field.spread = options.deviation.value_or(climate ? 1.5 : 1);
    told = fmt::format(", mean {}, std {}", field.center, field.spread);
  }
  layout.root_attributes = {
      {"Conventions", "CF-1.8"},
      {"title", "Synthetic data for tests and benchmarks"},
      {"source", fmt::format("scatterfold generate: {}, seed {}{}", name_of(options.kind), options.seed, told)}};
  if (options.kind == FieldKind::climate) {
    layout.attributes = {{"units", "K"}, {"long_name", "synthetic air temperature"}};
  } else {
    layout.attributes = {{"units", "1"}, {"long_name", fmt::format("synthetic values ({})", name_of(options.kind))}};
  }
  return plan;
}

/// Past a file-size limit a write should fail, not kill.
class IgnoredSizeSignal {
 public:
  IgnoredSizeSignal() : before_(std::signal(SIGXFSZ, SIG_IGN)) {}
  ~IgnoredSizeSignal() { std::signal(SIGXFSZ, before_); }
  IgnoredSizeSignal(const IgnoredSizeSignal&) = delete;
  IgnoredSizeSignal& operator=(const IgnoredSizeSignal&) = delete;

 private:
  void (*before_)(int);
};

/// Rank 0 tells the others where to write.
void agree_on_place(Team& team, std::string& path, std::int64_t& offset) {
  std::vector<std::byte> message(sizeof offset + path.size());
  std::memcpy(message.data(), &offset, sizeof offset);
  std::memcpy(message.data() + sizeof offset, path.data(), path.size());
  team.broadcast(message);
  std::memcpy(&offset, message.data(), sizeof offset);
  path.assign(reinterpret_cast<const char*>(message.data()) + sizeof offset, message.size() - sizeof offset);
}

void flush_file(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || fsync(file.get()) != 0) {
    throw OutputError(fmt::format("cannot write ({}): {}", path, std::strerror(errno)));
  }
}

}  // namespace

void generate(const GenerateOptions& options, Team& team) {
  const IgnoredSizeSignal no_kill;
  const auto start = std::chrono::steady_clock::now();
  Plan plan;
  std::optional<OutputClaim> claim;
  std::string path;
  std::int64_t offset = -1;
  team.phase("create", [&] {
    plan = make_plan(options);
    if (team.rank() != 0) return;
    claim.emplace(plan.file, options.overwrite, std::vector<std::string>{});
    path = claim->partial_path();
    offset = create_field_file(path, plan.layout);
  });
  agree_on_place(team, path, offset);

  team.phase("write", [&] {
    const int threads = options.threads > 0 ? options.threads : team.core_share();
    const FieldLayout& layout = plan.layout;
    const bool swapped = layout.big_endian && size_of(layout.type) > 1;
    const MakeFill make_fill = [&]() -> FillRange {
      return [filler = FieldFiller(plan.field, layout.type, swapped, layout.boolean)](
                 std::int64_t begin, std::int64_t count, void* out) mutable { filler.fill(begin, count, out); };
    };
    if (!layout.chunk.empty()) {
      if (team.rank() == 0) write_field_chunks(path, layout, threads, make_fill);
    } else if (offset >= 0) {
      const std::int64_t steps = (layout.elements() + share_step - 1) / share_step;
      const auto share = [&](int rank) {
        const auto part = static_cast<std::int64_t>(static_cast<double>(steps) / team.size() * rank);
        return rank == team.size() ? layout.elements() : std::min(part * share_step, layout.elements());
      };
      write_field_range(path, layout, offset, share(team.rank()), share(team.rank() + 1), threads, make_fill);
      // Rank 0's own fsync comes with the commit; other hosts must flush before it.
      if (team.size() > team.local_size() && team.local_rank() == 0 && team.rank() != 0) flush_file(path);
    }
  });

  team.phase("finish", [&] {
    if (team.rank() != 0) return;
    finish_field_file(path, plan.layout, offset);
    claim->commit();
  });
  if (team.rank() == 0 && !options.quiet) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto bytes = static_cast<double>(plan.layout.bytes());
    fmt::print(stderr, "scatterfold: wrote {}:{}, {} of {} in {:.2f} s ({:.2f} GB/s)\n", plan.file, plan.layout.path,
               format_bytes(bytes), plan.layout.boolean ? "bool" : name_of(plan.layout.type), seconds,
               bytes / seconds / 1e9);
  }
}

}  // namespace scatterfold
