// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "filters/zstd_context.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <new>

#include "filters/decode_error.hpp"

namespace scatterfold {

void ZstdContext::Free::operator()(ZSTD_DCtx_s* context) const noexcept { ZSTD_freeDCtx(context); }

std::optional<std::size_t> ZstdContext::decode(std::span<const std::byte> stored, std::span<std::byte> out,
                                               const char* what) {
  if (!context_) context_.reset(ZSTD_createDCtx());
  if (!context_) throw std::bad_alloc();
  const std::size_t bytes = ZSTD_decompressDCtx(context_.get(), out.data(), out.size(), stored.data(), stored.size());
  if (!ZSTD_isError(bytes)) return bytes;
  if (ZSTD_getErrorCode(bytes) == ZSTD_error_dstSize_tooSmall) throw_too_long(what, out.size());
  return std::nullopt;
}

}  // namespace scatterfold
