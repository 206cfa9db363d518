// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fcntl.h>
#include <libdeflate.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "io/field_writer.hpp"
#include "io/hdf5_lock.hpp"
#include "io/output_file.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t piece_bytes = 256 << 10;  // computed and written while still in L2

/// Runs `work` on this thread and `threads` - 1 more. The first exception is thrown here once all have come back;
/// `failed` tells the others to leave.
void on_threads(int threads, std::atomic<bool>& failed, const std::function<void()>& work) {
  std::exception_ptr first;
  std::mutex mutex;
  const auto guarded = [&] {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first) first = std::current_exception();
      failed = true;
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (int i = 1; i < threads; ++i) others.emplace_back(guarded);
    } catch (const std::system_error&) {
      // A limit on threads: those that there are do the work.
    }
    guarded();
  }
  if (first) std::rethrow_exception(first);
}

/// Byte k of every element together, as HDF5's shuffle filter has it.
void shuffle(const unsigned char* in, std::int64_t elements, std::int64_t size, unsigned char* out) {
  for (std::int64_t k = 0; k < size; ++k) {
    for (std::int64_t i = 0; i < elements; ++i) out[k * elements + i] = in[i * size + k];
  }
}

/// HDF5's variant of Fletcher's sum: over big-endian words of 16 bits.
std::uint32_t fletcher32(const unsigned char* bytes, std::size_t size) {
  std::uint32_t sum = 0, sum_of_sums = 0;
  const auto folded = [](std::uint32_t x) { return (x & 0xffff) + (x >> 16); };
  std::size_t i = 0;
  while (i + 1 < size) {
    // 360 words are the most that cannot overflow 32 bits.
    for (const std::size_t end = std::min(size - size % 2, i + 720); i < end; i += 2) {
      sum += static_cast<std::uint32_t>(bytes[i]) << 8 | bytes[i + 1];
      sum_of_sums += sum;
    }
    sum = folded(sum);
    sum_of_sums = folded(sum_of_sums);
  }
  if (size % 2 == 1) {
    sum += static_cast<std::uint32_t>(bytes[size - 1]) << 8;
    sum_of_sums = folded(sum_of_sums + sum);
    sum = folded(sum);
  }
  return folded(sum_of_sums) << 16 | folded(sum);
}

/// Computes and packs chunks, one at a time; each thread has its own.
class ChunkPacker {
 public:
  ChunkPacker(const FieldLayout& layout, FillRange fill) : layout_(layout), fill_(std::move(fill)) {
    chunk_elements_ = 1;
    for (const std::int64_t extent : layout.chunk) chunk_elements_ *= extent;
    raw_.resize(static_cast<std::size_t>(chunk_elements_ * size_of(layout.type)));
    if (layout.shuffle && size_of(layout.type) > 1) shuffled_.resize(raw_.size());
    if (layout.deflate >= 0) {
      compressor_.reset(libdeflate_alloc_compressor(layout.deflate));
      if (!compressor_) throw std::bad_alloc();
      packed_.resize(libdeflate_zlib_compress_bound(compressor_.get(), raw_.size()));
    }
  }

  /// The stored bytes of the chunk whose first element is at `origin`.
  std::vector<unsigned char>& pack(const std::vector<hsize_t>& origin) {
    compute(origin);
    std::vector<unsigned char>* stage = &raw_;
    if (!shuffled_.empty()) {
      shuffle(raw_.data(), chunk_elements_, size_of(layout_.type), shuffled_.data());
      stage = &shuffled_;
    }
    out_.resize(stage->size());
    if (compressor_) {
      const std::size_t size =
          libdeflate_zlib_compress(compressor_.get(), stage->data(), stage->size(), packed_.data(), packed_.size());
      if (size == 0) throw Error(ExitCode::internal, "compression failed within its own bound");
      out_.assign(packed_.begin(), packed_.begin() + static_cast<std::ptrdiff_t>(size));
    } else {
      std::copy(stage->begin(), stage->end(), out_.begin());
    }
    if (layout_.fletcher32) {
      const std::uint32_t sum = fletcher32(out_.data(), out_.size());
      for (int k = 0; k < 4; ++k) out_.push_back(static_cast<unsigned char>(sum >> (8 * k)));
    }
    return out_;
  }

 private:
  struct FreeCompressor {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
  };

  void compute(const std::vector<hsize_t>& origin) {
    const std::size_t rank = layout_.shape.size();
    // Dimensions that the chunk covers whole are one with the dimension before them.
    std::size_t inner = rank - 1;
    while (inner > 0 && layout_.chunk[inner] == layout_.shape[inner]) --inner;
    std::vector<std::int64_t> count(rank);
    bool whole = true;
    for (std::size_t d = 0; d < rank; ++d) {
      count[d] = std::min(layout_.chunk[d], layout_.shape[d] - static_cast<std::int64_t>(origin[d]));
      whole = whole && count[d] == layout_.chunk[d];
    }
    if (!whole) std::fill(raw_.begin(), raw_.end(), static_cast<unsigned char>(0));  // outside the dataset
    std::int64_t run = count[inner];
    for (std::size_t d = inner + 1; d < rank; ++d) run *= count[d];
    std::vector<std::int64_t> at(inner, 0);
    while (true) {
      std::int64_t index = 0, place = 0;
      for (std::size_t d = 0; d < rank; ++d) {
        const std::int64_t step = d < inner ? at[d] : 0;
        index = index * layout_.shape[d] + static_cast<std::int64_t>(origin[d]) + step;
        place = place * layout_.chunk[d] + step;
      }
      fill_(index, run, raw_.data() + place * size_of(layout_.type));
      std::size_t d = inner;
      while (d > 0 && ++at[d - 1] == count[d - 1]) at[--d] = 0;
      if (d == 0) return;
    }
  }

  const FieldLayout& layout_;
  FillRange fill_;
  std::int64_t chunk_elements_ = 0;
  std::vector<unsigned char> raw_, shuffled_, packed_, out_;
  std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor_;
};

std::vector<hsize_t> origin_of(const FieldLayout& layout, std::int64_t chunk) {
  std::vector<hsize_t> origin(layout.shape.size());
  for (std::size_t d = origin.size(); d-- > 0;) {
    const std::int64_t along = (layout.shape[d] + layout.chunk[d] - 1) / layout.chunk[d];
    origin[d] = static_cast<hsize_t>(chunk % along * layout.chunk[d]);
    chunk /= along;
  }
  return origin;
}

/// Lets threads write in the order of the chunks.
class Turns {
 public:
  /// False when another thread failed.
  bool wait_for(std::int64_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ == number || stopped_; });
    return !stopped_;
  }
  void done() {
    const std::lock_guard lock(mutex_);
    ++next_;
    changed_.notify_all();
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t next_ = 0;
  bool stopped_ = false;
};

}  // namespace

void write_field_range(const std::string& path, const FieldLayout& layout, std::int64_t offset, std::int64_t begin,
                       std::int64_t end, int threads, const MakeFill& make_fill) {
  if (begin >= end) return;
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) throw_write_error(path, errno);
  const std::int64_t element_bytes = size_of(layout.type);
  const std::int64_t step = piece_bytes / element_bytes;
  std::atomic<std::int64_t> next = begin;
  std::atomic<bool> failed = false;
  on_threads(threads, failed, [&] {
    const FillRange fill = make_fill();
    std::vector<unsigned char> piece(static_cast<std::size_t>(step * element_bytes));
    while (!failed) {
      const std::int64_t at = next.fetch_add(step);
      if (at >= end) return;
      const std::int64_t count = std::min(step, end - at);
      fill(at, count, piece.data());
      write_at(file.get(), path, piece.data(), count * element_bytes, offset + at * element_bytes);
    }
  });
}

void write_field_chunks(const std::string& path, const FieldLayout& layout, int threads, const MakeFill& make_fill) {
  const std::int64_t chunks = chunk_count(layout.shape, layout.chunk);
  if (chunks == 0) return;
  FileHandle file;
  DatasetHandle dataset;
  // Handles are closed under the mutex, also when an exception passes.
  struct CloseLocked {
    FileHandle& file;
    DatasetHandle& dataset;
    ~CloseLocked() {
      const Hdf5Scope scope;
      dataset.reset();
      file.reset();
    }
  } const close_locked{file, dataset};
  {
    const Hdf5Scope scope;
    file = open_output(path);
    dataset = DatasetHandle(H5Dopen2(file.get(), layout.path.c_str(), H5P_DEFAULT));
    if (!dataset) throw_hdf5_error(path, "open dataset " + layout.path);
  }
  std::atomic<std::int64_t> next = 0;
  std::atomic<bool> failed = false;
  Turns turns;
  on_threads(static_cast<int>(std::min<std::int64_t>(threads, chunks)), failed, [&] {
    try {
      ChunkPacker packer(layout, make_fill());
      while (!failed) {
        const std::int64_t chunk = next++;
        if (chunk >= chunks) return;
        const std::vector<hsize_t> origin = origin_of(layout, chunk);
        const std::vector<unsigned char>& bytes = packer.pack(origin);
        if (!turns.wait_for(chunk)) return;
        {
          const Hdf5Scope scope;
          if (H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, origin.data(), bytes.size(), bytes.data()) < 0) {
            throw_hdf5_error(path, "write a chunk of " + layout.path);
          }
        }
        turns.done();
      }
    } catch (...) {
      turns.stop();
      throw;
    }
  });
  const Hdf5Scope scope;
  if (H5Fflush(file.get(), H5F_SCOPE_GLOBAL) < 0) throw_hdf5_error(path, "write the file");
}

}  // namespace scatterfold
