// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

namespace scatterfold::cuda {

/// Brings elements from device to shared memory while the threads compute: bulk copies by the hardware, which take no
/// registers. Source: PTX ISA 8.0, cp.async.bulk and mbarrier (compute capability 9.0). One thread calls `begin` once
/// and `expect` for each turn; copies may come from any thread after that; all wait.
class BulkFetch {
 public:
  /// `barrier`: an mbarrier in shared memory.
  __device__ __forceinline__ explicit BulkFetch(unsigned long long* barrier)
      : barrier_(static_cast<unsigned>(__cvta_generic_to_shared(barrier))) {}

  __device__ __forceinline__ void begin() const {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(barrier_) : "memory");
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }

  /// To be called by every thread that has read the buffer, before the threads meet and the next turn begins. Meeting
  /// alone is not enough: bulk copies go a way of their own (the async proxy) and overtake loads that are still under
  /// way.
  __device__ __forceinline__ static void done_reading() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

  /// So many bytes will come, by all copies of the turn. What was there before must have been read by all:
  /// `done_reading`, then a barrier.
  __device__ __forceinline__ void expect(int bytes) const {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier_), "r"(bytes) : "memory");
  }
  /// To shared memory; both addresses and the size are multiples of 16.
  __device__ __forceinline__ void copy(void* to, const void* from, int bytes) const {
    asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
                     static_cast<unsigned>(__cvta_generic_to_shared(to))),
                 "l"(from), "r"(bytes), "r"(barrier_)
                 : "memory");
  }

  /// Waits for what was expected last.
  __device__ __forceinline__ void wait() {
    unsigned there = 0;
    while (there == 0) {
      asm volatile(
          "{\n"
          ".reg .pred p;\n"
          "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
          "selp.u32 %0, 1, 0, p;\n"
          "}\n"
          : "=r"(there)
          : "r"(barrier_), "r"(phase_)
          : "memory");
    }
    phase_ ^= 1;
  }

 private:
  unsigned barrier_, phase_ = 0;
};

}  // namespace scatterfold::cuda
