// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/array_matrix.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "backend/aligned.hpp"
#include "backend/on_threads.hpp"
#include "partition/copy_box.hpp"
#include "source/timer.hpp"

namespace scatterfold {
namespace {

/// How far apart the elements of a box lie in the matrix. Positions and reduced index both count row-major.
std::vector<std::int64_t> matrix_strides(const Hyperslab& box, const std::vector<bool>& reduced,
                                         std::int64_t position_stride, std::int64_t element_stride) {
  std::vector<std::int64_t> strides(box.count.size());
  for (std::size_t d = box.count.size(); d-- > 0;) {
    std::int64_t& stride = reduced[d] ? element_stride : position_stride;
    strides[d] = stride;
    stride *= box.count[d];
  }
  return strides;
}

std::byte* room(std::vector<std::byte>& bytes, std::int64_t wanted) {
  if (std::ssize(bytes) < wanted + line_bytes) bytes.resize(static_cast<std::size_t>(wanted + line_bytes));
  return aligned_to_line(bytes);
}

bool is_dense(const Hyperslab& box, const std::vector<std::int64_t>& strides) {
  std::int64_t dense = 1;
  for (std::size_t d = strides.size(); d-- > 0;) {
    if (box.count[d] != 1 && strides[d] != dense) return false;
    dense *= box.count[d];
  }
  return true;
}

/// The weights of a box's elements, each at the place of its element. `buffer` is for those that are not kept.
void lay_out_weights(const ElementWeights& weights, const Hyperslab& box, const std::vector<std::int64_t>& strides,
                     std::byte* to, std::vector<double>& buffer) {
  Hyperslab own;
  for (const std::size_t d : weights.dimensions) {
    own.start.push_back(box.start[d]);
    own.count.push_back(box.count[d]);
    own.step.push_back(box.step[d]);
  }
  const bool kept = !weights.read;
  if (!kept) {
    buffer.resize(static_cast<std::size_t>(own.elements()));
    weights.read(own, buffer.data());
  }
  const std::vector<std::int64_t> dense = dense_strides(kept ? weights.shape : own.count);
  std::vector<std::int64_t> from_strides(box.count.size(), 0);
  std::int64_t first = 0;
  for (std::size_t i = 0; i < dense.size(); ++i) {
    first += kept ? own.start[i] * dense[i] : 0;
    from_strides[weights.dimensions[i]] = kept ? own.step[i] * dense[i] : dense[i];
  }
  const double* const from = (kept ? weights.values.data() : buffer.data()) + first;
  copy_box(box.count, reinterpret_cast<const std::byte*>(from), from_strides, to, strides, sizeof(double));
}

}  // namespace

ArrayMatrix::ArrayMatrix(const ArraySource& source, const Reduction& reduction, const ArrayLimits& limits)
    : reduction_(reduction),
      weights_(source.weights),
      decoding_(source.source.decoding()),
      decode_(decoding_.needed ? host_decode_kernel(decoding_) : nullptr) {
  for (int r = 0; r < limits.readers; ++r)
    readers_.push_back({BoxReader(source.source, source.along, limits.reading_bytes / limits.readers), {}, {}, {}});
}

bool ArrayMatrix::lies_by_positions() const {
  std::size_t last = reduction_.reduced().size();
  while (last > 0 && reduction_.selection().count[last - 1] == 1) --last;
  return last > 0 && reduction_.reduced()[last - 1];
}

void ArrayMatrix::lay_out(const Hyperslab& kept, std::int64_t group, std::int64_t begin, std::int64_t end,
                          const Place& place, ReadCost& cost) {
  const auto parts = std::clamp<std::int64_t>(end - begin, 1, std::ssize(readers_));
  std::atomic<std::int64_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  on_threads(static_cast<int>(parts), [&] {
    for (std::int64_t part; (part = next++) < parts;) {
      const std::int64_t first = (end - begin) * part / parts, last = (end - begin) * (part + 1) / parts;
      try {
        lay_out_part(readers_[static_cast<std::size_t>(part)], kept, group, begin + first, begin + last, first, place);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
      }
    }
  });
  for (Reader& reader : readers_) {
    cost.bytes += reader.cost.bytes;
    cost.read_s += reader.cost.read_s / static_cast<double>(parts);
    cost.decode_s += reader.cost.decode_s / static_cast<double>(parts);
    reader.cost = {};
  }
  if (failure) std::rethrow_exception(failure);
}

void ArrayMatrix::lay_out_part(Reader& reader, const Hyperslab& kept, std::int64_t group, std::int64_t begin,
                               std::int64_t end, std::int64_t done, const Place& place) const {
  const std::int64_t positions = kept.elements(), size = size_of(decoding_.stored);
  const std::int64_t position_stride = place.by_positions ? place.row_stride : 1;
  const std::int64_t element_stride = place.by_positions ? 1 : positions;
  for (const Hyperslab& box : reduction_.boxes(kept, group, begin, end)) {
    std::byte* const to = place.stored + done * element_stride * size;
    const std::vector<std::int64_t> strides =
        matrix_strides(box, reduction_.reduced(), position_stride, element_stride);
    if (is_dense(box, strides)) {
      reader.cost.add(reader.boxes.read(box, to));
    } else {
      std::byte* const dense = room(reader.dense, box.elements() * size);
      reader.cost.add(reader.boxes.read(box, dense));
      const Timer timer(reader.cost.decode_s);
      copy_box(box.count, dense, dense_strides(box.count), to, strides, size);
    }
    if (weights_ != nullptr) {
      const Timer timer(reader.cost.decode_s);
      lay_out_weights(*weights_, box, strides,
                      place.weights + done * element_stride * static_cast<std::int64_t>(sizeof(double)),
                      reader.weights);
    }
    done += positions == 0 ? 0 : box.elements() / positions;
  }
}

Matrix ArrayMatrix::read(const Hyperslab& kept, std::int64_t group, std::int64_t begin, std::int64_t end,
                         ReadCost& cost) {
  const std::int64_t positions = kept.elements(), elements = end - begin, count = positions * elements;
  std::byte* const stored = room(stored_, count * size_of(decoding_.stored));
  std::byte* const weights =
      weights_ == nullptr ? nullptr : room(weighing_, count * static_cast<std::int64_t>(sizeof(double)));
  lay_out(kept, group, begin, end, {stored, weights, elements, reduction_.order() == FoldOrder::leaves}, cost);
  const auto* const laid_out = reinterpret_cast<const double*>(weights);
  if (decode_ == nullptr) return {stored, laid_out, positions, elements};
  const Timer timer(cost.decode_s);
  std::byte* const decoded = room(decoded_, count * size_of(decoding_.value));
  decode_(decoding_, stored, count, decoded);
  return {decoded, laid_out, positions, elements};
}

}  // namespace scatterfold
