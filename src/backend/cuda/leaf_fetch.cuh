// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

namespace scatterfold::cuda {

/// Brings a full leaf from device to shared memory while its warps compute: one bulk copy by the hardware, which takes
/// no registers. Source: PTX ISA 8.0, cp.async.bulk and mbarrier (compute capability 9.0). One thread calls `begin`
/// once and `start` for each leaf, all wait.
template <int bytes>
class LeafFetch {
 public:
  /// `buffer`: that many bytes of shared memory, aligned to 16; `barrier`: an mbarrier, also shared.
  __device__ __forceinline__ LeafFetch(void* buffer, unsigned long long* barrier)
      : buffer_(static_cast<unsigned>(__cvta_generic_to_shared(buffer))),
        barrier_(static_cast<unsigned>(__cvta_generic_to_shared(barrier))) {}

  __device__ __forceinline__ void begin() const {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(barrier_) : "memory");
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }

  /// To be called by every thread that has read the buffer, before the threads meet and `start` is called. Meeting
  /// alone is not enough: bulk copies go a way of their own (the async proxy) and overtake loads that are still under
  /// way.
  __device__ __forceinline__ static void done_reading() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

  /// What was there before must have been read by all: `done_reading`, then a barrier.
  __device__ __forceinline__ void start(const void* from) const {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier_), "n"(bytes) : "memory");
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(buffer_),
        "l"(from), "n"(bytes), "r"(barrier_)
        : "memory");
  }

  /// Waits for the leaf that was started last.
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
  unsigned buffer_, barrier_, phase_ = 0;
};

}  // namespace scatterfold::cuda
