// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/agree_on_share.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include "backend/backend.hpp"
#include "base/error.hpp"
#include "io/dataset.hpp"
#include "source/dataset_source.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// What must be alike on all ranks, as text that an error can show.
std::string what_is_seen(const DatasetInfo& info, const Source& source) {
  return fmt::format("{} ({}), chunks ({}), {} stored bytes, {} segments", name_of(info.type),
                     fmt::join(info.shape, ", "), fmt::join(info.chunk, ", "), info.stored_bytes,
                     source.partition().segments());
}

/// One rank looks where the chunks are, all get it.
void share_chunk_index(Team& team, DatasetSource& source) {
  std::vector<std::byte> bytes;
  team.phase("plan", [&] {
    if (team.rank() != 0) return;
    const std::vector<StoredChunk> index = source.make_chunk_index();
    const auto view = std::as_bytes(std::span(index));
    bytes.assign(view.begin(), view.end());
  });
  team.broadcast(bytes);
  team.phase("plan", [&] {
    std::vector<StoredChunk> index(bytes.size() / sizeof(StoredChunk));
    std::memcpy(static_cast<void*>(index.data()), bytes.data(), index.size() * sizeof(StoredChunk));
    source.take_chunk_index(std::move(index));
  });
}

}  // namespace

Share agree_on_share(Team& team, const DatasetInfo& info, DatasetSource& source, const Backend& backend) {
  const Partition& partition = source.partition();
  int level =
      run_level(partition, size_of(source.decoding().stored), backend.run_bytes(), backend.threads() * team.size());
  std::string mine(1, static_cast<char>(level));
  mine += what_is_seen(info, source);
  const auto all = team.gather(std::as_bytes(std::span(mine)));
  std::vector<std::byte> agreed;
  team.phase("plan", [&] {
    if (team.rank() != 0) return;
    for (std::size_t r = 0; r < all.size(); ++r) {
      const std::string other(reinterpret_cast<const char*>(all[r].data()), all[r].size());
      if (other.substr(1) != mine.substr(1)) {
        throw InputError(
            fmt::format("rank {} sees {} under the name {}:{}, rank 0 sees {}: copy the same file to all nodes", r,
                        other.substr(1), info.file, info.path, mine.substr(1)));
      }
      level = std::min(level, static_cast<int>(other[0]));
    }
    agreed.push_back(static_cast<std::byte>(level));
  });
  team.broadcast(agreed);
  level = static_cast<int>(agreed.at(0));
  share_chunk_index(team, source);
  const std::vector<std::int64_t> weights = source.run_weights(level);
  if (weights.empty()) return share_of(partition.segments(), level, team.rank(), team.size());
  return weighted_share_of(partition.segments(), level, weights, team.rank(), team.size());
}

}  // namespace scatterfold
