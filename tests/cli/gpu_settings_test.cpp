// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/cuda_devices.hpp"
#include "cli/program.hpp"
#include "team/nccl.hpp"

/// What may be set of a run on a GPU: --threads, of which arrays have a stream each, and --memory, which sizes pieces
/// and boxes. Neither shows in the bits.
namespace scatterfold::cli {
namespace {

const char* const numbers =
    "[[analysis]]\nkind = \"moments\"\n"
    "[[analysis]]\nkind = \"moments\"\nname = \"high\"\norder = 4\n"
    "[[analysis]]\nkind = \"histogram\"\nbins = 300\n";
const char* const arrays =
    "[[analysis]]\nkind = \"moments\"\nname = \"map\"\ndims = [0]\n"
    "[[analysis]]\nkind = \"moments\"\nname = \"series\"\ndims = [1, 2]\norder = 4\n"
    "[[analysis]]\nkind = \"moments\"\nname = \"middle\"\ndims = [1]\n"
    "[[analysis]]\nkind = \"moments\"\nname = \"blocks\"\nevery = \"0=7\"\n"
    "[[analysis]]\nkind = \"histogram\"\nname = \"counts\"\ndims = [0]\nbins = 9\n";

TEST(GpuSettings, GiveTheSameBits) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  const ScratchFolder scratch;
  const std::vector<Words> storages = {
      {}, {"--chunks", "8,50,60", "--deflate", "1"}, {"--dtype", "int16", "--big-endian"}};
  for (const Words& storage : storages) {
    SCOPED_TRACE("generate" + as_text(storage));
    Words generate = {"generate", scratch / "in.h5:/x", "--shape", "60,181,359", "--distribution",
                      "climate",  "--overwrite",        "-q"};
    generate.insert(generate.end(), storage.begin(), storage.end());
    ASSERT_EQ(scatterfold(generate).code, 0);
    for (const std::string analyses : {numbers, arrays}) {
      spill(scratch / "job.toml", "[input]\nfile = \"" + scratch / "in.h5" + ":/x\"\n" + analyses);
      const auto digest = [&](const Words& settings) -> Json {
        Words words = {"run", scratch / "job.toml"};
        for (const std::string& setting : settings) words.insert(words.end(), {"--set", setting});
        return json_of(words)["result_digest"];
      };
      const Json serial = digest({"run.mode=serial"});
      for (const std::string threads : {"1", "2", "5"}) {
        for (const std::string memory : {"64MiB", "2GiB"}) {
          EXPECT_EQ(digest({"run.mode=cuda", "run.threads=" + threads, "run.memory=" + memory}), serial)
              << threads << " threads, " << memory;
        }
      }
    }
  }
}

/// Cells that several ranks have a part of: their states travel between the ranks, in one round or in many.
TEST(GpuSettings, ArraysAreJoinedByMpiAndByNccl) {
  const int gpus = cuda_device_count();
  if (gpus < 2 || !has_mpirun()) GTEST_SKIP() << "needs two GPUs and mpirun";
  const ScratchFolder scratch;
  ASSERT_EQ(scatterfold({"generate", scratch / "in.h5:/x", "--shape", "300,181,359", "-q"}).code, 0);
  spill(scratch / "job.toml", "[input]\nfile = \"" + scratch / "in.h5" + ":/x\"\n" + arrays);
  const Json serial = json_of({"run", scratch / "job.toml", "--set", "run.mode=serial"})["result_digest"];
  for (const std::string combine : {"mpi", "nccl"}) {
    if (combine == "nccl" && nccl_version().empty()) continue;
    for (const std::string memory : {"2GiB", "16MiB"}) {
      const Words words = {"run",   scratch / "job.toml",     "--set", "run.mode=cuda",
                           "--set", "run.combine=" + combine, "--set", "run.memory=" + memory};
      EXPECT_EQ(json_of(words, {.ranks = gpus})["result_digest"], serial) << combine << ", " << memory;
    }
  }
}

}  // namespace
}  // namespace scatterfold::cli
