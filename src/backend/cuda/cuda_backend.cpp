// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "backend/array_threads.hpp"
#include "backend/backend.hpp"
#include "backend/cuda/array_stream.hpp"
#include "backend/cuda/decode.hpp"
#include "backend/cuda/device_fold.hpp"
#include "backend/cuda/device_map.hpp"
#include "backend/cuda/reader_pool.hpp"
#include "backend/cuda_devices.hpp"
#include "base/error.hpp"
#include "base/float_environment.hpp"
#include "fold/joiner.hpp"

namespace scatterfold {
namespace {

using namespace cuda;

constexpr std::int64_t preferred_piece_bytes = std::int64_t{32} << 20;
constexpr std::int64_t smallest_piece_bytes = std::int64_t{1} << 20;
constexpr int ring_slots = 3;

/// One place of the ring: a pinned buffer, its twin on the device, and a stream. While one is being filled the others
/// copy and compute.
struct Slot {
  Stream stream = make_stream();
  Event start = make_event(true), copied = make_event(true), done = make_event(true);
  Buffer pinned, device, decoded, state_pinned;
  PieceTables tables;
  std::vector<DeviceFold::Scratch> scratch;
  DeviceMap::Scratch mapped;
  Piece piece;
  ReaderPool::Batch batch;
  std::mutex mutex;  ///< of the cost, which the readers add to
  ReadCost cost;
  bool busy = false;
};

/// The states of the pieces on their way up, one per state fold: stretches of large units join here.
struct Climb {
  explicit Climb(const Fold& fold)
      : stretches(fold), units(fold), state(static_cast<std::size_t>(fold.state_bytes())) {}
  Joiner stretches, units;
  std::vector<std::byte> state;
};

class CudaBackend : public Backend {
 public:
  CudaBackend(int device, int threads, std::int64_t memory_bytes)
      : device_(device), threads_(threads), memory_bytes_(memory_bytes) {}

  WorkTimes fold_array(const ArraySource& source, const ArrayTasks& tasks, std::int64_t first, std::int64_t last,
                       const ArraySizes& sizes, ArrayCollector& collector, FoldProgress& progress) override {
    const FoldOrder order = tasks.reduction().order();
    for (const Fold* fold : collector.folds()) {
      const Kernels& kernels = kernels_of(fold->key());
      const bool able = fold->slots() > 0 || kernels.columns != nullptr || order == FoldOrder::leaves;
      // A fold that knows leaves only: a thousand small ones are nothing for a GPU.
      if (!able)
        return make_threads_backend(threads_, memory_bytes_)
            ->fold_array(source, tasks, first, last, sizes, collector, progress);
    }
    const int workers = std::min(threads_, sizes.workers);
    const ArrayLimits limits = with_readers(sizes.limits, source.source, threads_, workers, last - first);
    return fold_array_on_threads(workers, tasks, first, last, collector, progress, [&] {
      check(cudaSetDevice(device_), "choosing it");
      return ArrayStream(source, tasks, collector.folds(), limits);
    });
  }
  std::int64_t array_bytes() const override { return gpu_array_bytes; }

  int threads() const override { return threads_; }
  bool on_gpu() const override { return true; }
  std::int64_t run_bytes() const override {
    return std::clamp(memory_bytes_ / (2 * ring_slots), smallest_piece_bytes, preferred_piece_bytes);
  }

  WorkTimes fold(const Source& values, const std::vector<const Fold*>& folds, const Share& share,
                 std::vector<Partial>& partials, FoldProgress& progress) override {
    check(cudaSetDevice(device_), "choosing it");
    const DefaultFloatEnvironment environment;
    WorkTimes times;
    if (share.runs() == 0) return times;
    const auto* const mapped = dynamic_cast<const DeviceMappedSource*>(&values);
    const Source& source = mapped != nullptr ? mapped->elements() : values;
    const std::int64_t element_bytes = size_of(source.decoding().stored);

    std::optional<DeviceMap> map;
    if (mapped != nullptr) map.emplace(*mapped);
    std::vector<DeviceFold> device_folds;
    std::vector<Climb> climbs;
    for (const Fold* fold : folds) {
      device_folds.emplace_back(*fold);
      climbs.emplace_back(*fold);
    }
    // Slots go before the pool: the pool's threads write into their buffers.
    std::vector<Slot> slots(ring_slots);
    for (Slot& slot : slots) slot.scratch.resize(folds.size());
    ReaderPool readers(threads_);
    PieceMaker pieces(source.partition(), share, element_bytes, run_bytes());

    auto collect = [&](Slot& slot) {
      if (!slot.busy) return;
      check(cudaEventSynchronize(slot.done.get()), "waiting for a piece");
      float copy_ms = 0, compute_ms = 0;
      check(cudaEventElapsedTime(&copy_ms, slot.start.get(), slot.copied.get()), "timing");
      check(cudaEventElapsedTime(&compute_ms, slot.copied.get(), slot.done.get()), "timing");
      times.copy_s += copy_ms * 1e-3;
      times.compute_s += compute_ms * 1e-3;
      if (map) map->check_values(slot.piece, slot.mapped);
      take_states(slot, folds, share.level, climbs, partials);
      progress.elements.fetch_add(slot.piece.elements, std::memory_order_relaxed);
      slot.busy = false;
    };

    Slot* reading = nullptr;
    auto send = [&](Slot* slot) {
      if (slot == nullptr) return;
      readers.finish(slot->batch);
      times.read_s += slot->cost.read_s / readers.threads();
      times.decode_s += (slot->cost.decode_s + slot->cost.compute_s) / readers.threads();
      times.bytes_read += slot->cost.bytes;
      times.elements += slot->piece.elements;
      enqueue(*slot, source.decoding(), map ? &*map : nullptr, device_folds);
    };
    std::size_t turn = 0;
    for (;; turn = (turn + 1) % slots.size()) {
      Slot& slot = slots[turn];
      collect(slot);
      if (!pieces.next(slot.piece)) break;
      slot.pinned.reserve(Buffer::Kind::pinned, static_cast<std::size_t>(slot.piece.bytes));
      // Two stretches of one chunk at once would decode it twice.
      if (!slot.piece.whole_run && source.reads_whole_units()) send(std::exchange(reading, nullptr));
      start_reading(source, slot, element_bytes, readers);
      // Meanwhile the piece before is read to its end and sent on its way.
      send(reading);
      reading = &slot;
    }
    send(reading);
    for (std::size_t i = 0; i < slots.size(); ++i) collect(slots[(turn + i) % slots.size()]);
    for (std::size_t f = 0; f < folds.size(); ++f) {
      if (device_folds[f].is_table()) device_folds[f].add_cells(partials[f].cells);
    }
    return times;
  }

 private:
  /// Hands the spans of a slot's piece to the readers: large ones cut, so that every thread has something, unless
  /// that would decode them twice; small ones together.
  static void start_reading(const Source& source, Slot& slot, std::int64_t element_bytes, ReaderPool& readers) {
    slot.cost = {};
    const std::int64_t part =
        source.reads_whole_units()
            ? std::numeric_limits<std::int64_t>::max()
            : std::max<std::int64_t>(segment_elements, slot.piece.elements / (4 * readers.threads()) /
                                                           segment_elements * segment_elements);
    struct Read {
      Span span;
      std::byte* to;
    };
    std::vector<Read> reads;
    std::int64_t elements = 0;
    const auto hand_over = [&] {
      if (reads.empty()) return;
      readers.add(slot.batch, [&source, &slot, reads = std::move(reads)] {
        ReadCost cost;
        for (const Read& read : reads) cost.add(source.read(read.span, read.to));
        const std::lock_guard lock(slot.mutex);
        slot.cost.add(cost);
      });
      reads.clear();
      elements = 0;
    };
    for (const Piece::Placed& placed : slot.piece.spans) {
      for (std::int64_t begin = placed.span.begin; begin < placed.span.end;) {
        const std::int64_t end = placed.span.end - begin > part ? begin + part : placed.span.end;
        reads.push_back({{placed.span.unit, begin, end},
                         slot.pinned.data() + placed.offset_bytes + (begin - placed.span.begin) * element_bytes});
        elements += end - begin;
        if (elements >= segment_elements) hand_over();
        begin = end;
      }
    }
    hand_over();
  }

  /// The elements of a slot as kernels see them: as they are, or decoded behind the copy. `knows_halves`: of folds.
  static Values decoded(Slot& slot, const Decoding& decoding, bool knows_halves) {
    const bool halves = knows_halves && decoding.stored == ElementType::float16 &&
                        decoding.value == ElementType::float32 && !decoding.swapped && !decoding.mark.given;
    if (!decoding.needed || halves) return {slot.device.data(), halves, decoding.mark};
    const std::int64_t count = slot.piece.bytes / size_of(decoding.stored);
    slot.decoded.reserve(Buffer::Kind::device, static_cast<std::size_t>(count * size_of(decoding.value)));
    check(decode_values(slot.stream.get(), decoding, slot.device.data(), count, slot.decoded.data()), "decoding");
    return {slot.decoded.data(), false, decoding.mark};
  }

  /// `map`: null where the elements are the values.
  static void enqueue(Slot& slot, const Decoding& decoding, const DeviceMap* map,
                      const std::vector<DeviceFold>& folds) {
    const Piece& piece = slot.piece;
    const cudaStream_t stream = slot.stream.get();
    slot.device.reserve(Buffer::Kind::device, static_cast<std::size_t>(piece.bytes));
    check(cudaEventRecord(slot.start.get(), stream), "recording an event");
    if (piece.bytes > 0) {
      check(cudaMemcpyAsync(slot.device.data(), slot.pinned.data(), static_cast<std::size_t>(piece.bytes),
                            cudaMemcpyHostToDevice, stream),
            "copying data");
    }
    slot.tables.upload(stream, piece);
    check(cudaEventRecord(slot.copied.get(), stream), "recording an event");

    Values values = decoded(slot, decoding, map == nullptr);
    if (map != nullptr) values = map->enqueue(stream, piece, slot.tables, values.data, slot.mapped);
    std::size_t state_bytes = 0;
    for (const DeviceFold& fold : folds) state_bytes += static_cast<std::size_t>(fold.fold().state_bytes());
    slot.state_pinned.reserve(Buffer::Kind::pinned, state_bytes);
    std::byte* to = slot.state_pinned.data();
    for (std::size_t f = 0; f < folds.size(); ++f) {
      const std::byte* state = folds[f].enqueue(stream, piece, slot.tables, values, slot.scratch[f]);
      if (state == nullptr) continue;
      const auto bytes = static_cast<std::size_t>(folds[f].fold().state_bytes());
      check(cudaMemcpyAsync(to, state, bytes, cudaMemcpyDeviceToHost, stream), "fetching a state");
      to += bytes;
    }
    check(cudaEventRecord(slot.done.get(), stream), "recording an event");
    slot.busy = true;
  }

  static void take_states(const Slot& slot, const std::vector<const Fold*>& folds, int level,
                          std::vector<Climb>& climbs, std::vector<Partial>& partials) {
    const std::byte* state = slot.state_pinned.data();
    for (std::size_t f = 0; f < folds.size(); ++f) {
      const auto bytes = static_cast<std::size_t>(folds[f]->state_bytes());
      if (bytes == 0) continue;
      if (slot.piece.whole_run) {
        partials[f].forest.insert(level, slot.piece.first_segment, state);
      } else {
        Climb& climb = climbs[f];
        std::memcpy(climb.stretches.next(), state, bytes);
        climb.stretches.push();
        if (slot.piece.ends_unit) {
          climb.stretches.finish(climb.units.next());
          climb.units.push();
        }
        if (slot.piece.ends_segment) {
          climb.units.finish(climb.state.data());
          partials[f].forest.insert(0, slot.piece.first_segment, climb.state.data());
        }
      }
      state += bytes;
    }
  }

  int device_, threads_;
  std::int64_t memory_bytes_;
};

}  // namespace

std::unique_ptr<Backend> make_cuda_backend(int device, int threads, std::int64_t memory_bytes) {
  if (const std::string trouble = cuda_trouble(); !trouble.empty()) throw ResourceError(trouble);
  check(cudaSetDevice(device), "choosing it");
  const Kernels& probe = kernels_of(KernelKey{"moments", 0, ElementType::float32});
  if (probe.probe() != cudaSuccess) {
    static_cast<void>(cudaGetLastError());
    const CudaDevice found = cuda_devices().at(static_cast<std::size_t>(device));
    throw ResourceError("this scatterfold has no kernels for " + found.name + " (compute capability " +
                        std::to_string(found.major) + "." + std::to_string(found.minor) + "): " +
                        (found.major < 9 ? "it needs 9.0 or later; "
                                         : "build it with -DCMAKE_CUDA_ARCHITECTURES=" +
                                               std::to_string(found.major * 10 + found.minor) + ", or ") +
                        "use --mode threads");
  }
  return std::make_unique<CudaBackend>(device, threads, memory_bytes);
}

}  // namespace scatterfold
