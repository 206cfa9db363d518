// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/choose_backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "backend/cuda_devices.hpp"
#include "backend/first_gpu.hpp"
#include "base/affinity.hpp"
#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/machine.hpp"
#include "team/host_name.hpp"
#include "team/nccl.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t least_memory = std::int64_t{64} << 20, most_memory = std::int64_t{4} << 30;

void take_serial(ChosenBackend& chosen, Mode mode) {
  chosen.backend = make_serial_backend(chosen.memory_bytes);
  chosen.mode = mode == Mode::processes ? "processes" : "serial";
  chosen.rank_line = fmt::format("{}, 1 core", host_name());
}

void note_shared_cores(ChosenBackend& chosen, const Team& team, int threads) {
  const int cores = usable_cores();
  if (threads <= cores) return;
  chosen.notes.push_back(
      fmt::format("{} threads share {}{}", threads, counted(cores, "core"),
                  team.kind() == "mpi" ? ": mpirun --bind-to none (or --map-by slot:PE=N) gives ranks more" : ""));
}

void take_threads(ChosenBackend& chosen, const Team& team, int threads) {
  const int cores = usable_cores();
  chosen.backend = make_threads_backend(threads, chosen.memory_bytes);
  chosen.mode = "threads";
  chosen.rank_line = fmt::format("{}, {} on {}", host_name(), counted(threads, "thread"), counted(cores, "core"));
  note_shared_cores(chosen, team, threads);
}

/// The GPUs that a process can choose from, and how many there are.
struct Choice {
  std::vector<CudaDevice> devices;
  std::size_t seen;
};

/// Ranks that share a host see each other's GPUs, as NCCL wants it.
Choice find_gpus(const Team& team) {
  const int seen = team.local_size() == 1 ? show_first_gpu_only() : 0;
  Choice choice = {cuda_devices(), 0};
  choice.seen = std::max(static_cast<std::size_t>(seen), choice.devices.size());
  return choice;
}

/// A launcher may show each rank a GPU of its own or all of them; whether two ranks meet on one is checked by UUID.
void take_gpu(ChosenBackend& chosen, const Team& team, const Choice& choice, int threads) {
  const std::vector<CudaDevice>& devices = choice.devices;
  if (devices.empty()) throw ResourceError(cuda_trouble());
  const CudaDevice& device = devices[static_cast<std::size_t>(team.local_rank()) % devices.size()];
  chosen.backend = make_cuda_backend(device.index, threads, chosen.memory_bytes);
  chosen.mode = "cuda";
  chosen.device = device.index;
  chosen.device_uuid = device.uuid;
  chosen.architecture = fmt::format("sm_{}{}", device.major, device.minor);
  chosen.rank_line = fmt::format("{}, {}, {}", host_name(), counted(threads, "thread"), device.describe());
  note_shared_cores(chosen, team, threads);
  if (team.kind() == "solo" && choice.seen > 1) {
    chosen.notes.push_back(
        fmt::format("1 of {0} GPUs used: mpirun -np {0} scatterfold ... uses all of them", choice.seen));
  }
}

/// The GPU where there is one that works, else threads.
void take_best(ChosenBackend& chosen, const Team& team, int threads) {
  const Choice choice = find_gpus(team);
  if (choice.devices.empty()) return take_threads(chosen, team, threads);
  try {
    take_gpu(chosen, team, choice, threads);
  } catch (const ResourceError& trouble) {
    chosen.notes.push_back(fmt::format("the GPU is not used: {}", trouble.what()));
    take_threads(chosen, team, threads);
  }
}

}  // namespace

std::int64_t memory_of(const Job& job, int local_ranks) {
  if (job.memory_bytes > 0) return job.memory_bytes;
  return std::clamp(memory_facts().free_bytes / 2 / local_ranks, least_memory, most_memory);
}

ChosenBackend choose_backend(const Job& job, const Team& team) {
  ChosenBackend chosen;
  chosen.memory_bytes = memory_of(job, team.local_size());
  const int threads = job.threads > 0 ? job.threads : team.core_share();
  switch (job.mode) {
    case Mode::serial:
    case Mode::processes: take_serial(chosen, job.mode); break;
    case Mode::threads: take_threads(chosen, team, threads); break;
    case Mode::cuda: take_gpu(chosen, team, find_gpus(team), threads); break;
    case Mode::automatic: take_best(chosen, team, threads); break;
  }
  check_combine(job, chosen.backend->on_gpu());
  return chosen;
}

void check_combine(const Job& job, bool on_gpu) {
  if (job.combine != Combine::nccl) return;
  if (!on_gpu) {
    throw ResourceError(
        "NCCL joins GPUs, and this run uses none (--combine nccl): use --mode cuda where GPUs are, or --combine mpi");
  }
  if (nccl_version().empty()) {
    throw ResourceError("this scatterfold was built without NCCL (--combine nccl): use --combine mpi");
  }
}

void check_gpu_sharing(Team& team, const ChosenBackend& chosen, bool share_gpus) {
  const std::string mine = chosen.device_uuid.empty() ? "" : host_name() + " " + chosen.device_uuid;
  const auto all = team.gather(std::as_bytes(std::span(mine)));
  team.phase("plan", [&] {
    if (team.rank() != 0 || share_gpus) return;
    std::map<std::string, std::size_t> owner;
    for (std::size_t r = 0; r < all.size(); ++r) {
      const std::string gpu(reinterpret_cast<const char*>(all[r].data()), all[r].size());
      if (gpu.empty()) continue;
      const auto [first, fresh] = owner.emplace(gpu, r);
      if (!fresh) {
        throw ResourceError(fmt::format(
            "ranks {} and {} have the same GPU ({}): start one rank per GPU, or share them with --share-gpus",
            first->second, r, gpu));
      }
    }
  });
}

}  // namespace scatterfold
