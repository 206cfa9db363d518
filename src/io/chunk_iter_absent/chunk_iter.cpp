// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/chunk_iter.hpp"

namespace scatterfold {

bool for_each_stored_chunk(hid_t, int, const std::function<void(const std::vector<std::int64_t>&, StoredChunk)>&) {
  return false;
}

}  // namespace scatterfold
