// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/inputs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "driver/select.hpp"
#include "partition/broadcast.hpp"

namespace scatterfold {
namespace {

/// Inputs that are kept take at most this part of the memory, and reading others that.
constexpr std::int64_t part_for_kept = 8, part_for_reading = 4;

/// The shape of the whole, and which of its dimensions each input has.
Broadcast whole_of(const Job& job, const std::vector<InputJob>& jobs, const std::vector<OpenDataset>& datasets) {
  std::vector<NamedShape> shapes;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    shapes.push_back({jobs[i].name, datasets[i].info.shape, datasets[i].info.dimension_names});
  if (job.shape.empty()) return broadcast(shapes);
  shapes.push_back({"--shape", job.shape, {}});
  Broadcast whole = broadcast(shapes);
  if (whole.lengths != job.shape) {
    throw InputError(fmt::format("the inputs have more than --shape {} (together it would be {}): give that",
                                 fmt::join(job.shape, ","), fmt::join(whole.lengths, ",")));
  }
  whole.full = std::nullopt;
  return whole;
}

/// As if it were a dataset.
DatasetInfo info_of(const Broadcast& whole, const std::vector<InputJob>& jobs) {
  DatasetInfo info;
  std::vector<std::string> names;
  for (const InputJob& job : jobs) names.push_back(job.name);
  info.path = names.empty() ? "--shape" : fmt::format("the shape of {}", fmt::join(names, ", "));
  info.shape = whole.lengths;
  info.dimension_names = whole.names;
  std::int64_t elements = 1;
  for (const std::int64_t length : whole.lengths) {
    if (__builtin_mul_overflow(elements, length, &elements)) {
      throw InputError(
          fmt::format("{} is too large ({}): over 2^63 elements", info.path, fmt::join(whole.lengths, " x ")));
    }
  }
  return info;
}

/// The chunks of an input are those of its file; a contiguous one has none.
std::vector<std::int64_t> chunk_of(const DatasetInfo& info) {
  return info.layout == StorageLayout::chunked ? info.chunk : std::vector<std::int64_t>{};
}

/// Whether an input that has all of the whole's dimensions is cut like it.
bool is_cut_like(const Input& input, const Inputs& inputs) {
  const auto& parts = input.source->parts();
  if (!inputs.frame) return parts.size() == 1 && !input.source->partition().chunked();
  const Input& frame = inputs.all[*inputs.frame];
  const auto alike = [](const auto& a, const auto& b) {
    return a->info().shape == b->info().shape && chunk_of(a->info()) == chunk_of(b->info());
  };
  const bool same_files = input.begins == frame.begins && (parts.size() == 1 || input.along == frame.along);
  return same_files && std::ranges::equal(parts, frame.source->parts(), alike);
}

/// Gives every input the shape and the cuts of the whole.
void spread(Inputs& inputs, const std::vector<std::vector<std::size_t>>& axes, const InputMemory& memory) {
  std::vector<std::size_t> in_order(inputs.whole.shape.size());
  std::iota(in_order.begin(), in_order.end(), std::size_t{0});
  std::int64_t left = memory.bytes / part_for_kept, read_in_boxes = 0;
  std::vector<bool> cut_alike;
  std::vector<std::int64_t> keep_bytes(inputs.all.size(), 0);
  for (std::size_t i = 0; i < inputs.all.size(); ++i) {
    const Input& input = inputs.all[i];
    const std::int64_t size = size_of(input.source->decoding().stored), elements = input.selection.elements();
    const bool all_of_it = axes[i] == in_order && input.info.shape == inputs.whole.shape;
    cut_alike.push_back(all_of_it && is_cut_like(input, inputs));
    if (cut_alike.back()) continue;
    if (elements <= left / size) keep_bytes[i] = elements * size;
    left -= keep_bytes[i];
    read_in_boxes += elements > keep_bytes[i] / size;
  }
  const std::int64_t read_bytes = memory.bytes / part_for_reading / std::max<std::int64_t>(1, read_in_boxes);
  for (std::size_t i = 0; i < inputs.all.size(); ++i) {
    const Input& input = inputs.all[i];
    inputs.broadcast.emplace_back();
    if (cut_alike[i]) continue;
    inputs.broadcast.back() = std::make_unique<BroadcastSource>(
        *input.source, input.selection, BroadcastSource::Axes{input.info.shape, axes[i], input.along}, *inputs.places,
        BroadcastSource::Memory{keep_bytes[i], read_bytes, memory.threads});
  }
}

}  // namespace

std::vector<const Source*> Inputs::sources() const {
  std::vector<const Source*> sources;
  for (std::size_t i = 0; i < all.size(); ++i)
    sources.push_back(broadcast[i] ? static_cast<const Source*>(broadcast[i].get()) : all[i].source.get());
  return sources;
}

std::size_t Inputs::file_count() const {
  std::size_t count = 0;
  for (const Input& input : all) count += input.source->parts().size();
  return count;
}

bool Inputs::all_chunks() const {
  return frame &&
         std::ranges::all_of(all[*frame].source->parts(), [](const auto& part) { return part->partition().chunked(); });
}

std::int64_t Inputs::frame_bytes() const {
  return frame ? size_of(all[*frame].source->decoding().stored) : static_cast<std::int64_t>(sizeof(double));
}

double Inputs::element_bytes() const {
  double bytes = 0;
  for (const Input& input : all)
    bytes += static_cast<double>(input.selection.elements()) * static_cast<double>(size_of(input.info.type));
  return bytes;
}

Inputs open_inputs(const Job& job, const InputFiles& files, const InputMemory& memory) {
  const std::vector<InputJob> jobs = input_jobs(job);
  allow_open_files(std::accumulate(files.begin(), files.end(), std::size_t{0},
                                   [](std::size_t sum, const auto& own) { return sum + own.size(); }));
  std::vector<OpenDataset> datasets;
  for (std::size_t i = 0; i < jobs.size(); ++i) datasets.push_back(open_dataset(jobs[i].job, files[i]));

  const Broadcast whole = whole_of(job, jobs, datasets);
  Inputs inputs;
  inputs.whole = job.broadcasts() ? info_of(whole, jobs) : datasets.front().info;
  inputs.selection = resolve_selection(inputs.whole, job.select);
  inputs.frame = whole.full;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Hyperslab own = part_of_box(inputs.selection, datasets[i].info.shape, whole.axes[i]);
    inputs.names.push_back(jobs[i].name);
    inputs.all.push_back(select_from(std::move(datasets[i]), job.broadcasts() ? own : inputs.selection));
  }
  if (inputs.frame) {
    const Input& frame = inputs.all[*inputs.frame];
    inputs.places =
        std::make_unique<ElementPlaces>(frame.source->partition(), inputs.whole.shape, frame.along, frame.begins);
  } else {
    inputs.grid = std::make_unique<Partition>(inputs.whole.shape, inputs.selection, std::vector<std::int64_t>{});
    inputs.places = std::make_unique<ElementPlaces>(*inputs.grid, inputs.whole.shape);
  }
  spread(inputs, whole.axes, memory);
  return inputs;
}

}  // namespace scatterfold
