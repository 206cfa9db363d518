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
#include <utility>

#include "backend/backend.hpp"
#include "base/error.hpp"
#include "driver/inputs.hpp"
#include "io/dataset.hpp"
#include "io/printable.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// What must be alike on all ranks, a line for each part, as text that an error can show.
std::string what_is_seen(const Inputs& inputs) {
  std::string text;
  for (const Input& input : inputs.all) {
    for (const auto& part : input.source->parts()) {
      const DatasetInfo& info = part->info();
      text += fmt::format("{} ({}), chunks ({}), {} stored bytes, {} segments, read by {}, under the name {}:{}\n",
                          name_of(info.type), fmt::join(info.shape, ", "), fmt::join(info.chunk, ", "),
                          info.stored_bytes, part->partition().segments(), part->way_of_reading(),
                          printable(info.file, 1000), printable(info.path));
    }
  }
  return text;
}

/// The first line in which `mine` differs, and that of `other` in its place.
std::pair<std::string, std::string> first_difference(const std::string& mine, const std::string& other) {
  const auto line = [](const std::string& text, std::size_t at) { return text.substr(at, text.find('\n', at) - at); };
  const auto at = static_cast<std::size_t>(std::mismatch(mine.begin(), mine.end(), other.begin(), other.end()).first -
                                           mine.begin());
  const std::size_t end = at == 0 ? std::string::npos : mine.rfind('\n', at - 1);
  const std::size_t start = end == std::string::npos ? 0 : end + 1;
  const auto shown = [&](const std::string& text) { return start < text.size() ? line(text, start) : "no more files"; };
  return {shown(mine), shown(other)};
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

/// One rank looks where the chunks of a part are, all get it, and which file that was.
FileIdentity share_chunk_index(Team& team, DatasetSource& part) {
  std::vector<std::byte> bytes;
  team.phase("plan", [&] {
    if (team.rank() != 0) return;
    const FileIdentity identity = identity_of(part.info().file);
    const std::vector<StoredChunk> index = part.make_chunk_index();
    const auto head = std::as_bytes(std::span(&identity, 1)), rest = std::as_bytes(std::span(index));
    bytes.assign(head.begin(), head.end());
    bytes.insert(bytes.end(), rest.begin(), rest.end());
  });
  team.broadcast(bytes);
  FileIdentity identity;
  team.phase("plan", [&] {
    std::memcpy(&identity, bytes.data(), sizeof identity);
    std::vector<StoredChunk> index((bytes.size() - sizeof identity) / sizeof(StoredChunk));
    if (!index.empty()) {
      std::memcpy(static_cast<void*>(index.data()), bytes.data() + sizeof identity, index.size() * sizeof(StoredChunk));
    }
    part.take_chunk_index(std::move(index));
  });
  return identity;
}

/// What runs weigh by one rank's indices, which is the same on every rank. A rank with a copy of a file then has a look
/// of its own where its chunks are.
std::vector<std::int64_t> share_chunk_indices(Team& team, const Inputs& inputs, int level) {
  std::vector<DatasetSource*> parts;
  for (const Input& input : inputs.all) {
    for (const auto& part : input.source->parts()) parts.push_back(part.get());
  }
  std::vector<FileIdentity> identities;
  for (DatasetSource* const part : parts) identities.push_back(share_chunk_index(team, *part));
  std::vector<std::int64_t> weights;
  team.phase("plan", [&] {
    if (inputs.frame) weights = inputs.all[*inputs.frame].source->run_weights(level);
    for (std::size_t p = 0; p < identities.size(); ++p) {
      if (identities[p] != identity_of(parts[p]->info().file)) parts[p]->take_chunk_index(parts[p]->make_chunk_index());
    }
  });
  return weights;
}

}  // namespace

Share agree_on_share(Team& team, const Inputs& inputs, const Backend& backend) {
  const Partition& partition = inputs.partition();
  int level = run_level(partition, inputs.frame_bytes(), backend.run_bytes(), backend.threads() * team.size());
  const std::string mine = static_cast<char>(level) + what_is_seen(inputs);
  const auto all = team.gather(std::as_bytes(std::span(mine)));
  std::vector<std::byte> agreed;
  team.phase("plan", [&] {
    if (team.rank() != 0) return;
    for (std::size_t r = 0; r < all.size(); ++r) {
      const std::string other(reinterpret_cast<const char*>(all[r].data()), all[r].size());
      if (other.substr(1) != mine.substr(1)) {
        const auto [here, there] = first_difference(mine.substr(1), other.substr(1));
        throw InputError(
            fmt::format("rank {} sees {}, rank 0 sees {}: copy the same file to all nodes", r, there, here));
      }
      level = std::min(level, static_cast<int>(other[0]));
    }
    agreed.push_back(static_cast<std::byte>(level));
  });
  team.broadcast(agreed);
  level = static_cast<int>(agreed.at(0));
  const std::vector<std::int64_t> weights = share_chunk_indices(team, inputs, level);
  if (weights.empty()) return share_of(partition.segments(), level, team.rank(), team.size());
  return weighted_share_of(partition.segments(), level, weights, team.rank(), team.size());
}

}  // namespace scatterfold
