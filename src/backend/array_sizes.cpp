// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/array_sizes.hpp"

#include <algorithm>
#include <bit>

#include "fold/column_fold.hpp"
#include "fold/kernels.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t table_bytes = std::int64_t{4} << 20;    ///< of tables that are counted into by turns
constexpr std::int64_t chunks_bytes = std::int64_t{64} << 20;  ///< more chunks that are not done with are not kept
constexpr std::int64_t tasks_per_worker = 4;
constexpr std::int64_t least_side_by_side = 64;  ///< positions of a tile of columns, so that rows are worth reading

/// The kept dimensions of a chunk of the first part; 1s where the data is not chunked.
std::vector<std::int64_t> granule_of(const JoinedSource& source, const Reduction& reduction) {
  const DatasetSource& part = *source.parts().front();
  std::vector<std::int64_t> granule;
  for (const std::size_t d : reduction.kept_dimensions())
    granule.push_back(part.partition().chunked() ? part.info().chunk[d] : 1);
  return granule;
}

/// How many elements of one position lie side by side.
std::int64_t side_by_side(const Reduction& reduction) {
  std::int64_t elements = 1;
  for (std::size_t d = reduction.reduced().size(); d-- > 0;) {
    if (!reduction.reduced()[d] && reduction.selection().count[d] != 1) break;
    if (reduction.reduced()[d]) elements *= reduction.selection().count[d];
  }
  return std::max<std::int64_t>(1, elements);
}

bool any_weighted(const std::vector<const Fold*>& folds) {
  return std::any_of(folds.begin(), folds.end(), [](const Fold* fold) { return fold->weighted(); });
}

/// Bytes of an element of a matrix: as stored, as laid out, decoded, its weight in both ways, and turned for a table.
std::int64_t element_bytes(const Decoding& decoding, const std::vector<const Fold*>& folds) {
  const bool tables = std::any_of(folds.begin(), folds.end(), [](const Fold* fold) { return fold->slots() > 0; });
  return 2 * size_of(decoding.stored) + (decoding.needed ? size_of(decoding.value) : 0) +
         (any_weighted(folds) ? 2 * static_cast<std::int64_t>(sizeof(double)) : 0) +
         (tables ? size_of(decoding.value) : 0);
}

std::int64_t most_segments(const Reduction& reduction) {
  std::int64_t most = 1;
  for (std::int64_t g = 0; g < reduction.groups(); ++g) most = std::max(most, reduction.segments_of(g));
  return most;
}

std::int64_t levels(std::int64_t n) { return std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(1, n))); }

/// Bytes that a position needs beside its elements. Of a state: what is folded to, and the forests of two cells, the
/// one that is done and the next. Of a table: the worker's, and two that it is added to.
std::int64_t position_bytes(const Reduction& reduction, const std::vector<const Fold*>& folds) {
  const bool columns = reduction.order() == FoldOrder::columns;
  const std::int64_t segments = most_segments(reduction);
  const std::int64_t leaves = reduction.most_elements() / segments / reduction.block_elements() + 1;
  std::int64_t bytes = 0;
  for (const Fold* fold : folds) {
    bytes += 3 * fold->slots() * static_cast<std::int64_t>(sizeof(std::int64_t));
    if (fold->state_bytes() == 0) continue;
    const std::int64_t folding =
        columns ? host_column_kernels(fold->key()).running_bytes(64) / 64 : (levels(leaves) + 1) * fold->state_bytes();
    bytes += folding + (3 + 2 * levels(segments)) * fold->state_bytes();
  }
  return bytes;
}

}  // namespace

ArraySizes array_sizes(const JoinedSource& source, const Reduction& reduction, const std::vector<const Fold*>& folds,
                       std::int64_t memory_bytes, std::int64_t at_once, int threads, int ranks) {
  const Decoding& decoding = source.decoding();
  const std::int64_t most_elements = std::max<std::int64_t>(1, reduction.most_elements());
  const std::int64_t block = std::min(most_elements, reduction.block_elements());
  const std::int64_t positions = std::max<std::int64_t>(1, reduction.kept_slab().elements());
  const std::int64_t each = block * element_bytes(decoding, folds) + position_bytes(reduction, folds);
  const std::int64_t usable = memory_bytes / 2, reading = BoxReader::wanted_bytes(source);

  std::int64_t granule = 1;
  const std::vector<std::int64_t> chunk = granule_of(source, reduction);
  const Hyperslab kept = reduction.kept_slab();
  for (std::size_t k = 0; k < chunk.size(); ++k)
    granule *= std::min((chunk[k] - 1) / kept.step[k] + 1, std::max<std::int64_t>(1, kept.count[k]));

  ArraySizes sizes;
  // A quarter of a worker's memory is for its readers, half of it where chunks are as large as that. What is left has
  // room for the positions of a chunk, or chunks are decoded more than once.
  const std::int64_t whole_chunks = granule * each + std::max(reading, granule * each / 3);
  sizes.workers = static_cast<int>(std::clamp<std::int64_t>(usable / whole_chunks, 1, threads));
  const std::int64_t mine = usable / sizes.workers;
  sizes.limits.reading_bytes = std::clamp(reading, mine / 4, mine / 2);
  if (sizes.limits.reading_bytes < reading) sizes.limits.reading_bytes = BoxReader::least_bytes(source);
  sizes.limits.reading_bytes = std::min(sizes.limits.reading_bytes, threads * (reading + chunks_bytes));
  sizes.most_positions = std::max<std::int64_t>(1, std::max(mine - sizes.limits.reading_bytes, mine / 4) / each);
  sizes.exchange_bytes = std::max<std::int64_t>(1, usable / 2);
  std::int64_t wanted =
      std::max<std::int64_t>(1, at_once / (std::max(block, side_by_side(reduction)) * size_of(decoding.stored)));
  for (const Fold* fold : folds) {
    const std::int64_t table = fold->slots() * static_cast<std::int64_t>(sizeof(std::int64_t));
    if (table > 0) wanted = std::min(wanted, std::max<std::int64_t>(1, table_bytes / table));
  }
  std::int64_t segments = 0;  // of a tile
  for (std::int64_t g = 0; g < reduction.groups(); ++g) segments += reduction.segments_of(g);
  const std::int64_t tasks = tasks_per_worker * sizes.workers * ranks;
  const std::int64_t tiles = tasks / std::max<std::int64_t>(1, segments);  // without groups there are none
  const std::int64_t shared = positions / std::max<std::int64_t>(1, tiles);
  const std::int64_t least = reduction.order() == FoldOrder::columns ? least_side_by_side : 1;
  wanted = std::min(wanted, std::max(least, shared));
  sizes.wanted_positions = std::min(wanted, sizes.most_positions);
  const std::int64_t tile = std::min(std::max(granule, sizes.wanted_positions), sizes.most_positions);
  const std::int64_t rows = at_once / (tile * size_of(decoding.stored));
  const std::int64_t whole_block = reduction.block_elements();
  sizes.limits.reduced_elements = std::max(whole_block, rows / whole_block * whole_block);
  return sizes;
}

ArrayTasks array_tasks(const JoinedSource& source, const std::vector<std::int64_t>& shape, const Reduction& reduction,
                       const ArraySizes& sizes) {
  std::vector<std::int64_t> kept_shape;
  for (const std::size_t d : reduction.kept_dimensions()) kept_shape.push_back(shape[d]);
  return ArrayTasks(reduction, Tiles(reduction.kept_slab(), kept_shape, granule_of(source, reduction),
                                     sizes.wanted_positions, sizes.most_positions));
}

std::int64_t folding_bytes(const JoinedSource& source, const ArrayTasks& tasks, const std::vector<const Fold*>& folds,
                           const ArraySizes& sizes) {
  const Reduction& reduction = tasks.reduction();
  const std::int64_t rows =
      std::min(sizes.limits.reduced_elements, std::max<std::int64_t>(1, reduction.most_elements()));
  const std::int64_t reading = std::max(sizes.limits.reading_bytes, BoxReader::least_bytes(source));
  return sizes.workers * (reading + tasks.tiles().most_positions() * (rows * element_bytes(source.decoding(), folds) +
                                                                      position_bytes(reduction, folds)));
}

std::int64_t result_bytes(const Reduction& reduction, const std::vector<const Fold*>& folds) {
  std::int64_t bytes = 0;
  for (const Fold* fold : folds) {
    bytes += 2;  // whether there is anything at all
    for (const ArrayField& field : fold->array_fields(reduction.most_elements())) {
      bytes += 3 * field.width() * static_cast<std::int64_t>(sizeof(std::uint64_t));  // here, on its way, and on rank 0
    }
  }
  return std::max<std::int64_t>(1, bytes);
}

std::int64_t positions_of_pass(const Reduction& reduction, const std::vector<const Fold*>& folds,
                               std::int64_t memory_bytes) {
  return std::max<std::int64_t>(1, memory_bytes / 2 / result_bytes(reduction, folds));
}

}  // namespace scatterfold
