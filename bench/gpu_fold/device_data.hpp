// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "backend/cuda/handles.hpp"
#include "backend/cuda/kernel_table.hpp"
#include "fold/fold.hpp"
#include "gpu_fold/cub_peer.hpp"
#include "measure/fill.hpp"
#include "measure/rounds.hpp"

namespace scatterfold::bench {

/// Elements in device memory, and a stream with two events to time what reads them.
class DeviceData {
 public:
  explicit DeviceData(std::int64_t bytes);

  void refill(ElementType type, Spread spread);
  ElementType type() const { return type_; }
  std::int64_t bytes() const { return static_cast<std::int64_t>(data_.bytes()); }
  std::int64_t count() const { return bytes() / size_of(type_); }
  const std::byte* data() const { return data_.data(); }
  cuda::Values values() const { return {data_.data(), type_ == ElementType::float16, {}}; }
  cudaStream_t stream() const { return stream_.get(); }

  /// Times work of any kind by events on the stream. Errors: ResourceError.
  Contender timed(const DeviceWork& work) const;
  /// The fold of all elements, its kernels and the joins of their states; the state stays on the device.
  Contender timed_fold(const Fold& fold) const;

  /// Whether the GPU's fold of the first 64 MiB (less a ragged end) and that of the host's threads have one digest.
  bool same_digest_as_host(const Fold& fold) const;

 private:
  std::string device_digest(const Fold& fold, std::int64_t count) const;
  std::string host_digest(const Fold& fold, std::int64_t count) const;

  cuda::Buffer data_;
  cuda::Stream stream_;
  ElementType type_ = ElementType::float32;
};

}  // namespace scatterfold::bench
