// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/agree_on_share.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

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
std::string what_is_seen(const DatasetInfo& info, const DatasetSource& source) {
  return fmt::format("{} ({}), chunks ({}), {} stored bytes, {} segments, read by {}", name_of(info.type),
                     fmt::join(info.shape, ", "), fmt::join(info.chunk, ", "), info.stored_bytes,
                     source.partition().segments(), source.way_of_reading());
}

/// What tells the same file from a copy, whose chunks may lie elsewhere. The same on all hosts of a shared file system.
struct FileIdentity {
  std::int64_t inode = 0, bytes = 0, changed_s = 0, changed_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

FileIdentity identity_of(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return {};
  return {static_cast<std::int64_t>(status.st_ino), static_cast<std::int64_t>(status.st_size),
          static_cast<std::int64_t>(status.st_mtim.tv_sec), static_cast<std::int64_t>(status.st_mtim.tv_nsec)};
}

/// One rank looks where the chunks are, all get it; what runs weigh comes from that on every rank. A rank with a copy
/// of the file has a look of its own.
std::vector<std::int64_t> share_chunk_index(Team& team, const DatasetInfo& info, DatasetSource& source, int level) {
  std::vector<std::byte> bytes;
  team.phase("plan", [&] {
    if (team.rank() != 0) return;
    const FileIdentity identity = identity_of(info.file);
    const std::vector<StoredChunk> index = source.make_chunk_index();
    const auto head = std::as_bytes(std::span(&identity, 1)), rest = std::as_bytes(std::span(index));
    bytes.assign(head.begin(), head.end());
    bytes.insert(bytes.end(), rest.begin(), rest.end());
  });
  team.broadcast(bytes);
  std::vector<std::int64_t> weights;
  team.phase("plan", [&] {
    FileIdentity identity;
    std::memcpy(&identity, bytes.data(), sizeof identity);
    std::vector<StoredChunk> index((bytes.size() - sizeof identity) / sizeof(StoredChunk));
    if (!index.empty()) {
      std::memcpy(static_cast<void*>(index.data()), bytes.data() + sizeof identity, index.size() * sizeof(StoredChunk));
    }
    source.take_chunk_index(std::move(index));
    weights = source.run_weights(level);
    if (identity != identity_of(info.file)) source.take_chunk_index(source.make_chunk_index());
  });
  return weights;
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
  const std::vector<std::int64_t> weights = share_chunk_index(team, info, source, level);
  if (weights.empty()) return share_of(partition.segments(), level, team.rank(), team.size());
  return weighted_share_of(partition.segments(), level, weights, team.rank(), team.size());
}

}  // namespace scatterfold
