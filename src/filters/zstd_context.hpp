// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

struct ZSTD_DCtx_s;

namespace scatterfold {

/// Decodes zstd frames one after the other; made when first needed. One per thread.
class ZstdContext {
 public:
  /// Decodes all frames of `stored` into `out`. Gives the bytes written; nothing if a frame is broken.
  /// Errors: DecodeError naming `what` if `out` is too small for them.
  std::optional<std::size_t> decode(std::span<const std::byte> stored, std::span<std::byte> out, const char* what);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

}  // namespace scatterfold
