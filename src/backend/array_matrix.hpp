// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "fold/kernels.hpp"
#include "partition/array_tasks.hpp"
#include "source/box_reader.hpp"

namespace scatterfold {

/// A weight for every element of a dataset, by its indices in some of the dimensions.
struct ElementWeights {
  std::vector<std::size_t> dimensions;  ///< of the dataset; the index in others does not matter
  std::vector<std::int64_t> shape;      ///< their lengths
  std::vector<double> values;           ///< row-major
  /// In the place of `values` where they are too many to keep: reads those of a box of these dimensions. Threads may
  /// call it at once.
  std::function<void(const Hyperslab& box, double* out)> read;
};

/// Where the elements of an array come from.
struct ArraySource {
  const JoinedSource& source;
  std::size_t along;              ///< the dimension in which several files follow one another
  const ElementWeights* weights;  ///< null: none
};

/// How much a worker reads at a time. Nothing of it shows in a result.
struct ArrayLimits {
  std::int64_t reduced_elements = 0;  ///< per position, whole blocks
  std::int64_t reading_bytes = 0;     ///< for all that a worker's readers need
  int readers = 1;                    ///< threads that read for one worker, where there are fewer tasks than threads
};

/// Values of some positions: in the order of columns element i of position p at [i * positions + p], in that of leaves
/// at [p * elements + i].
struct Matrix {
  const std::byte* values;
  const double* weights;  ///< as the values; null: none
  std::int64_t positions, elements;
};

/// Reads the elements of positions and lays them out.
class ArrayMatrix {
 public:
  ArrayMatrix(const ArraySource& source, const Reduction& reduction, const ArrayLimits& limits);

  const Decoding& decoding() const { return decoding_; }

  /// Where a matrix goes: stored elements, weights where there are any, and how far rows of leaves lie apart.
  struct Place {
    std::byte *stored, *weights;
    std::int64_t row_stride;
    bool by_positions;  ///< element i of position p at [p * row_stride + i], in either order
  };
  /// Whether elements of one position lie side by side in the dataset.
  bool lies_by_positions() const;
  /// Lays out stored elements only.
  void lay_out(const Hyperslab& kept, std::int64_t group, std::int64_t begin, std::int64_t end, const Place& place,
               ReadCost& cost);
  /// Elements [begin, end) of the reduced index of a group at these kept coordinates, decoded. Good until the next.
  Matrix read(const Hyperslab& kept, std::int64_t group, std::int64_t begin, std::int64_t end, ReadCost& cost);

 private:
  /// What a thread reads with.
  struct Reader {
    BoxReader boxes;
    std::vector<std::byte> dense;
    std::vector<double> weights;  ///< of a box
    ReadCost cost;
  };
  /// Elements from `begin` on, of which `done` come before them in the matrix.
  void lay_out_part(Reader& reader, const Hyperslab& kept, std::int64_t group, std::int64_t begin, std::int64_t end,
                    std::int64_t done, const Place& place) const;

  const Reduction& reduction_;
  const ElementWeights* weights_;
  Decoding decoding_;
  HostDecodeKernel decode_;
  std::vector<Reader> readers_;
  std::vector<std::byte> stored_, decoded_, weighing_;
};

}  // namespace scatterfold
