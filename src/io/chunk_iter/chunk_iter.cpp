// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/chunk_iter.hpp"

namespace scatterfold {
namespace {

struct Visit {
  const std::function<void(const std::vector<std::int64_t>&, StoredChunk)>& found;
  std::vector<std::int64_t> first;
};

/// The library's versions differ in the widths of mask and size.
template <class Mask, class Size>
int on_chunk(const hsize_t* offset, Mask mask, haddr_t address, Size bytes, void* data) {
  auto& visit = *static_cast<Visit*>(data);
  for (std::size_t d = 0; d < visit.first.size(); ++d) visit.first[d] = static_cast<std::int64_t>(offset[d]);
  const bool known = address != HADDR_UNDEF && address <= static_cast<haddr_t>(INT64_MAX);
  visit.found(visit.first, {static_cast<std::int64_t>(bytes), known ? static_cast<std::int64_t>(address) : -1,
                            static_cast<std::uint32_t>(mask), 0});
  return 0;
}

}  // namespace

bool for_each_stored_chunk(hid_t dataset, int rank,
                           const std::function<void(const std::vector<std::int64_t>&, StoredChunk)>& found) {
  Visit visit{found, std::vector<std::int64_t>(static_cast<std::size_t>(rank))};
  const H5D_chunk_iter_op_t operation = on_chunk;
  const bool listed = H5Dchunk_iter(dataset, H5P_DEFAULT, operation, &visit) >= 0;
  H5Eclear2(H5E_DEFAULT);
  return listed;
}

}  // namespace scatterfold
