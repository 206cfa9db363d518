// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

namespace scatterfold::cuda {

/// A barrier in shared memory that bulk copies by the hardware arrive at, too: copies from device to shared memory that
/// take no registers. Source: PTX ISA 8.0, mbarrier and cp.async.bulk (compute capability 9.0).
class SharedBarrier {
 public:
  /// `place`: in shared memory.
  __device__ __forceinline__ explicit SharedBarrier(unsigned long long* place)
      : place_(static_cast<unsigned>(__cvta_generic_to_shared(place))) {}

  /// By one thread, before all meet: each turn ends with so many arrivals, and when all bytes are there.
  __device__ __forceinline__ void begin(int arrivals) const {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(place_), "r"(arrivals) : "memory");
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
  __device__ __forceinline__ void arrive() const {
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(place_) : "memory");
  }
  /// Arrives; so many bytes will come in this turn, by all copies.
  __device__ __forceinline__ void expect(int bytes) const {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(place_), "r"(bytes) : "memory");
  }
  /// To shared memory; both addresses and the size are multiples of 16.
  __device__ __forceinline__ void copy(void* to, const void* from, int bytes) const {
    asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
                     static_cast<unsigned>(__cvta_generic_to_shared(to))),
                 "l"(from), "r"(bytes), "r"(place_)
                 : "memory");
  }
  /// Until the turn with this parity has ended; the first turn has parity 0.
  __device__ __forceinline__ void wait(unsigned parity) const {
    unsigned there = 0;
    while (there == 0) {
      asm volatile(
          "{\n"
          ".reg .pred p;\n"
          "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
          "selp.u32 %0, 1, 0, p;\n"
          "}\n"
          : "=r"(there)
          : "r"(place_), "r"(parity)
          : "memory");
    }
  }

  /// To be called by every thread that has read a buffer, before it tells those who will copy to it. That alone is not
  /// enough: bulk copies go a way of their own (the async proxy) and overtake loads that are still under way.
  __device__ __forceinline__ static void done_reading() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

 private:
  unsigned place_;
};

/// Brings elements from device to shared memory while the threads compute. One thread calls `begin` once and `expect`
/// for each turn; copies may come from any thread after that; all wait.
class BulkFetch : private SharedBarrier {
 public:
  using SharedBarrier::SharedBarrier, SharedBarrier::expect, SharedBarrier::copy, SharedBarrier::done_reading;

  __device__ __forceinline__ void begin() const { SharedBarrier::begin(1); }
  /// Waits for what was expected last. What was there before must have been read by all: `done_reading`, then a
  /// barrier.
  __device__ __forceinline__ void wait() {
    SharedBarrier::wait(phase_);
    phase_ ^= 1;
  }

 private:
  unsigned phase_ = 0;
};

}  // namespace scatterfold::cuda
