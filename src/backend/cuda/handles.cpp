// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda/handles.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/parse.hpp"

namespace scatterfold::cuda {

void check(cudaError_t status, const char* doing) {
  if (status == cudaSuccess) return;
  int device = -1;
  static_cast<void>(cudaGetDevice(&device));
  char pci[32] = "?";
  static_cast<void>(cudaDeviceGetPCIBusId(pci, sizeof pci, device));
  static_cast<void>(cudaGetLastError());
  throw ResourceError(
      fmt::format("GPU {} failed while {}: {} (PCI {}): see `scatterfold doctor`, or use --mode threads", device, doing,
                  cudaGetErrorString(status), pci));
}

Stream make_stream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
  return Stream(stream);
}

Event make_event(bool timed) {
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, timed ? cudaEventDefault : cudaEventDisableTiming), "making an event");
  return Event(event);
}

Buffer::Buffer(Kind kind, std::size_t bytes) : kind_(kind), bytes_(bytes) {
  if (bytes == 0) return;
  void* data = nullptr;
  const cudaError_t status = kind == Kind::device ? cudaMalloc(&data, bytes) : cudaMallocHost(&data, bytes);
  if (status == cudaErrorMemoryAllocation) {
    static_cast<void>(cudaGetLastError());
    std::size_t free_bytes = 0, total = 0;
    static_cast<void>(cudaMemGetInfo(&free_bytes, &total));
    throw ResourceError(
        fmt::format("not enough {} memory: {} needed, {} free on the GPU: use a smaller --memory, or --mode threads",
                    kind == Kind::device ? "GPU" : "pinned host", format_bytes(static_cast<double>(bytes)),
                    format_bytes(static_cast<double>(free_bytes))));
  }
  check(status, "allocating memory");
  data_ = static_cast<std::byte*>(data);
}

Buffer::Buffer(Buffer&& other) noexcept
    : kind_(other.kind_), data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(kind_, other.kind_);
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Buffer::~Buffer() {
  if (data_ == nullptr) return;
  static_cast<void>(kind_ == Kind::device ? cudaFree(data_) : cudaFreeHost(data_));
}

void Buffer::reserve(Kind kind, std::size_t bytes) {
  if (bytes <= bytes_) return;
  *this = Buffer();
  *this = Buffer(kind, bytes + bytes / 4);
}

}  // namespace scatterfold::cuda
