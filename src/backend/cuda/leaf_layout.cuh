// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <bit>
#include <cstdint>

#include "fold/geometry.hpp"

namespace scatterfold::cuda {

/// How the elements of one leaf lie in the registers of the `warps` warps that fold it: which thread holds what, and in
/// which steps lanes and strips join. A thread holds whole lanes (all rows of a strip), as many side by side as make a
/// load of 16 bytes; of 8-byte numbers two such pairs, 32 lanes apart.
template <int element_bytes, int warps>
struct LeafLayout {
  static constexpr int elements = leaf_elements / (32 * warps);  ///< of a thread
  static constexpr int together = 16 / element_bytes < 2 ? 2 : 16 / element_bytes;
  static constexpr int row = element_bytes == 8 ? 2 * together : together;  ///< a thread's elements of one row
  static constexpr int row_threads = lanes / row;
  static constexpr int strips_at_once = 32 / row_threads;  ///< of a warp
  static constexpr int rounds = leaf_strips / (warps * strips_at_once);
  static constexpr int accumulators = rounds * row;
  static_assert(rounds >= 1, "so many warps cannot share a leaf of such small elements");

  /// Where in the leaf the i-th element of a thread is: all of a row, row after row, round after round. `thread` counts
  /// the threads of the leaf.
  __device__ __forceinline__ static int place(int thread, int i) {
    const int round = i / (row * strip_rows), row_number = i / row % strip_rows, c = i % row;
    const int strip = (thread / 32 * rounds + round) * strips_at_once + thread % 32 / row_threads;
    const int lane = thread % row_threads * together + c % together + c / together * (lanes / 2);
    return strip * strip_elements + row_number * lanes + lane;
  }
  /// The accumulator, one for each lane of the thread, that its i-th element belongs to.
  static constexpr int accumulator(int i) { return i / (row * strip_rows) * row + i % row; }

  /// A step joins two halves of what is left: lanes 32 apart, 16, ... 1, then neighbouring strips, and so on. The
  /// halves lie in two registers of each thread, or in threads `distance` apart.
  struct Step {
    bool in_registers;
    int bit, distance;  ///< of the number of the accumulator; between threads
  };
  static constexpr int steps = 6 + std::countr_zero(static_cast<unsigned>(leaf_strips / warps));

  /// With `sharing`, two threads that join each other's accumulators do one half of them each: the accumulators that a
  /// thread has left halve, and the highest bit of their number becomes one of the thread's.
  static constexpr Step step(int number, bool sharing) {
    int bit[steps] = {}, distance[steps] = {};  // of each step as it would be now; distance 0: in registers
    constexpr int row_bits = std::countr_zero(static_cast<unsigned>(row));
    for (int s = 0; s < 6; ++s) {
      const int lane_bit = 5 - s;
      if (element_bytes == 8) {
        if (s == 0) bit[s] = 1;
        if (s > 0 && lane_bit > 0) distance[s] = 1 << (lane_bit - 1);
      } else if (lane_bit < row_bits) {
        bit[s] = lane_bit;
      } else {
        distance[s] = 1 << (lane_bit - row_bits);
      }
    }
    int threads = row_threads;
    for (int s = 6, round_bit = row_bits; s < steps; ++s, threads *= 2) {
      if (threads < 32) {
        distance[s] = threads;
      } else {
        bit[s] = round_bit++;
      }
    }
    int bits_left = std::countr_zero(static_cast<unsigned>(accumulators));
    for (int s = 0; s < number; ++s) {
      if (distance[s] == 0) {
        for (int t = s + 1; t < steps; ++t) bit[t] -= distance[t] == 0 && bit[t] > bit[s] ? 1 : 0;
        --bits_left;
      } else if (sharing && bits_left > 0) {
        for (int t = s + 1; t < steps; ++t) {
          if (distance[t] == 0 && bit[t] == bits_left - 1) distance[t] = distance[s];
        }
        --bits_left;
      }
    }
    return {distance[number] == 0, bit[number], distance[number]};
  }
};

}  // namespace scatterfold::cuda
