// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/bottleneck_facts.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/affinity.hpp"
#include "driver/machine.hpp"
#include "report/build_info.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// How many of these cores can be used in full.
int within_quota(int cores) {
  const double quota = cpu_quota_cores();
  return quota > 0 ? std::clamp(static_cast<int>(quota), 1, cores) : cores;
}

/// Which storage would be read without the library (docs/reading.md).
std::string storage_remedy(const DatasetInfo& info) {
  if (info.converted) return "a type that needs no conversion would be read by all threads";
  switch (info.layout) {
    case StorageLayout::chunked:
      return decodes_here(info) ? "without SCATTERFOLD_READ=library all threads would read it"
                                : "other filters (deflate, zstd, LZ4, Blosc) would be read by all threads";
    case StorageLayout::contiguous:
      return info.file_offset < 0 || only_library()
                 ? ""
                 : "longer rows (-d), or storage in chunks, would be read by all threads";
    case StorageLayout::virtual_dataset:
    case StorageLayout::external:
    case StorageLayout::compact: break;
  }
  return "a copy in one file, contiguous or in chunks (h5repack), would be read by all threads";
}

void tell_part(const DatasetSource& part, BottleneckFacts& facts) {
  if (part.partition().elements() == 0) return;
  if (!part.through_library()) {
    facts.filtered = facts.filtered || !part.info().filters.empty();
    facts.without_library = true;
  } else if (!facts.through_library) {
    facts.through_library = true;
    facts.storage_remedy = storage_remedy(part.info());
  }
}

}  // namespace

BottleneckFacts bottleneck_facts(const Job& job, const Team& team, const std::vector<Input>& inputs,
                                 const ChosenBackend& chosen) {
  BottleneckFacts facts;
  facts.cores = within_quota(usable_cores());
  facts.local_ranks = team.local_size();
  if (team.kind() == "mpi") facts.host_cores = within_quota(static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  for (const Input& input : inputs) {
    for (const auto& part : input.source->parts()) tell_part(*part, facts);
  }
  facts.shared_gpus = job.share_gpus;
  facts.gpu_build = chosen.mode != "cuda" && !build_info().cuda.empty();
  return facts;
}

}  // namespace scatterfold
