// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <utility>

namespace scatterfold::cuda {

/// Throws ResourceError naming the device and what it was doing, unless `status` is success.
void check(cudaError_t status, const char* doing);

/// Frees on destruction, quietly: a broken device must not keep a process from leaving.
template <class T, cudaError_t (*destroy)(T)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T handle) : handle_(handle) {}
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, T{})) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() {
    if (handle_ != T{}) static_cast<void>(destroy(handle_));
  }
  T get() const noexcept { return handle_; }

 private:
  T handle_{};
};

using Stream = Handle<cudaStream_t, cudaStreamDestroy>;
using Event = Handle<cudaEvent_t, cudaEventDestroy>;
Stream make_stream();
Event make_event(bool timed);

/// Memory of the device (cudaMalloc) or pinned memory of the host (cudaMallocHost).
class Buffer {
 public:
  enum class Kind { device, pinned };
  Buffer() = default;
  /// Errors: ResourceError saying what was needed and what is free.
  Buffer(Kind kind, std::size_t bytes);
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  std::byte* data() const noexcept { return data_; }
  std::size_t bytes() const noexcept { return bytes_; }
  template <class T>
  T* as() const noexcept {
    return reinterpret_cast<T*>(data_);
  }
  /// Grows to at least that size; the contents are lost.
  void reserve(Kind kind, std::size_t bytes);

 private:
  Kind kind_ = Kind::device;
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace scatterfold::cuda
