// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <sys/resource.h>

#include <random>

#include "in_child.hpp"
#include "io/guarded.hpp"
#include "io/inspect.hpp"
#include "scratch.hpp"

namespace scatterfold {
namespace {

/// Small, with most of what a file can hold, so that a random byte hits something of interest.
void make_victim(const std::string& file, bool latest) {
  const PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS));
  if (latest) H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
  Maker maker(file, H5P_DEFAULT, access.get());
  const PropertyHandle chunks = chunked({4, 5});
  H5Pset_shuffle(chunks.get());
  H5Pset_deflate(chunks.get(), 1);
  H5Pset_fletcher32(chunks.get());
  const DatasetHandle packed = maker.counting<std::int16_t>("packed", {10, 12}, chunks.get());
  Maker::attribute<double>(packed.get(), "scale_factor", {0.5});
  Maker::attribute<std::int16_t>(packed.get(), "missing_value", {1, 2, 3});
  Maker::text(packed.get(), "_Unsigned", "true", true);
  Maker::text(packed.get(), "units", "K");
  maker.group("group");
  maker.counting<double>("group/plain", {20});
  H5Lcreate_soft("/group/plain", maker.file(), "soft", H5P_DEFAULT, H5P_DEFAULT);
}

/// What a run and `inspect` do with a file. InputError is a fine answer.
int use(const std::string& file) {
  int refused = 0;
  for (const std::string path : {"/packed", "/group/plain", "/soft", ""}) {
    try {
      check_inputs({file}, path, true);
      const Dataset dataset(file, path, true);
      if (dataset.info().elements() > 1'000'000) continue;
      std::vector<char> out(static_cast<std::size_t>(dataset.info().elements() * size_of(dataset.info().type)));
      dataset.read(whole(dataset.info()), out.data());
    } catch (const InputError& error) {
      if (std::string(error.what()).find('\n') != std::string::npos) return 3;
      ++refused;
    }
  }
  for (const std::string path : {"", "/packed", "/group/plain"}) {
    try {
      path.empty() ? inspect_file(file) : inspect_dataset(file, path);
    } catch (const InputError&) {
      ++refused;
    }
  }
  return refused > 0 ? 4 : 0;
}

ChildEnd use_in_child(const std::string& file) {
  return in_child([&](std::string&) {
    // A second of processor time each, so that the guard's own limit, eight, need not be waited for.
    const rlimit memory{rlim_t{1} << 30, rlim_t{1} << 30}, seconds{1, 1}, core{0, 0};
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // whose shadow is larger than any limit
    setrlimit(RLIMIT_AS, &memory);
#else
    (void)memory;
#endif
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_CORE, &core);
    return use(file);
  });
}

class DamagedFile : public testing::TestWithParam<bool> {};

TEST_P(DamagedFile, never_crashes) {
  const ScratchFolder folder;
  const std::string file = folder / "victim.h5";
  make_victim(file, GetParam());
  const std::string good = slurp(file);
  std::mt19937 random(GetParam() ? 11 : 12);
  const auto draw = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
  int refused = 0;
  for (int trial = 0; trial < 150; ++trial) {
    std::string bytes = good;
    for (std::size_t n = 1 + draw(3); n > 0; --n) {
      const std::size_t at = draw(bytes.size() - 1);
      switch (draw(3)) {
        case 0: bytes[at] = static_cast<char>(bytes[at] ^ (1 << draw(7))); break;
        case 1: bytes[at] = static_cast<char>(draw(255)); break;
        case 2:
          bytes.replace(at, std::min<std::size_t>(8, bytes.size() - at), std::min<std::size_t>(8, bytes.size() - at),
                        '\xFF');
          break;
        default: bytes.resize(trial % 5 == 0 ? at + 1 : bytes.size()); break;
      }
    }
    spill(file, bytes);
    const ChildEnd end = use_in_child(file);
    if (end.signal != 0 || (end.code != 0 && end.code != 4)) {
      std::filesystem::copy_file(file, std::filesystem::temp_directory_path() / "scatterfold-crash.h5",
                                 std::filesystem::copy_options::overwrite_existing);
    }
    ASSERT_EQ(end.signal, 0) << "trial " << trial << ", the file is kept as scatterfold-crash.h5";
    ASSERT_TRUE(end.code == 0 || end.code == 4) << "trial " << trial << ": " << end.code << " " << end.said;
    refused += end.code == 4;
  }
  EXPECT_GT(refused, 10);  // or the damage hit nothing
}

INSTANTIATE_TEST_SUITE_P(Formats, DamagedFile, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "latest" : "earliest"; });

TEST(TruncatedFile, anywhere_is_refused) {
  const ScratchFolder folder;
  const std::string file = folder / "victim.h5";
  make_victim(file, false);
  const std::string good = slurp(file);
  for (std::size_t size = 0; size < good.size(); size += 61) {
    spill(file, good.substr(0, size));
    const ChildEnd end = use_in_child(file);
    ASSERT_EQ(end.code, 4) << "cut at " << size << " signal " << end.signal << " " << end.said;
  }
}

}  // namespace
}  // namespace scatterfold
