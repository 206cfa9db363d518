// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/guarded.hpp"

#include <sys/resource.h>

#include <csignal>

#include "in_child.hpp"
#include "scratch.hpp"

namespace scatterfold {
namespace {

/// Of many chunks, which all have their place in the file: takes a while to look into.
void make_slow(const std::string& file) {
  const PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
  Maker maker(file, H5P_DEFAULT, access.get());
  const PropertyHandle properties = chunked({4});
  H5Pset_alloc_time(properties.get(), H5D_ALLOC_TIME_EARLY);
  const hsize_t length = 2'000'000, most = H5S_UNLIMITED;
  const SpaceHandle space(H5Screate_simple(1, &length, &most));
  maker.in_space("x", H5T_NATIVE_FLOAT, space.get(), -1, nullptr, properties.get());
}

TEST(Guarded, many_files_that_take_a_while_each_are_no_damage) {
  const ScratchFolder folder;
  make_slow(folder / "slow.h5");
  std::vector<std::string> files;
  for (int i = 0; i < 60; ++i) {
    files.push_back(folder / "link_" + std::to_string(i) + ".h5");
    std::filesystem::create_symlink("slow.h5", files.back());
  }
  const ChildEnd end = in_child([&](std::string&) {
    // One second for a look, so that the guard's own limit, eight, need not be waited for.
    rlimit seconds{};
    getrlimit(RLIMIT_CPU, &seconds);
    seconds.rlim_cur = 1;
    setrlimit(RLIMIT_CPU, &seconds);
    std::signal(SIGXCPU, SIG_IGN);
    check_inputs(files, "/x", true);
    return 0;
  });
  EXPECT_EQ(end.code, 0) << end.said;
}

TEST(Guarded, names_the_file_that_is_wrong) {
  const ScratchFolder folder;
  for (const char* name : {"a.h5", "c.h5"}) Maker(folder / name).counting<float>("x", {10});
  spill(folder / "b.h5", "no such format");
  const std::string message = message_of([&] {
    check_inputs({folder / "a.h5", folder / "b.h5", folder / "c.h5"}, "/x", true);
  });
  EXPECT_SAYS(message, "b.h5");
}

}  // namespace
}  // namespace scatterfold
