// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <limits>

#include "fold/result.hpp"
#include "in_child.hpp"
#include "io/attributes.hpp"
#include "io/result_file.hpp"
#include "io/text_file.hpp"
#include "scratch.hpp"

namespace scatterfold {
namespace {

std::vector<Result> some_results() {
  const Int128 two_63 = Int128{1} << 63;
  return {{"moments",
           "moments",
           {{"count", std::int64_t{5}},
            {"mean", std::nan("")},
            {"sum", Int128{-7}},
            {"big", two_63},
            {"bigger", two_63 * -4},
            {"minimum", -std::numeric_limits<double>::infinity()}}},
          {"histogram",
           "tops",
           {{"edges", std::vector<double>{0, 0.5, 1}},
            {"counts", std::vector<std::int64_t>{3, std::int64_t{1} << 60}},
            {"nothing", std::vector<double>{}}}}};
}

const std::vector<std::pair<std::string, std::string>> provenance{{"command", "scatterfold moments x.h5:/x"},
                                                                  {"version", "1"},
                                                                  {"version", "twice"},
                                                                  {"long", std::string(100000, 'x')}};

template <class T>
T scalar_of(const std::string& file, const std::string& path) {
  const Dataset dataset(file, path, false);
  EXPECT_TRUE(dataset.info().shape.empty()) << path;
  return read_all<T>(dataset).at(0);
}

TEST(ResultFile, holds_every_kind_of_value) {
  const ScratchFolder folder;
  const std::string file = folder / "out.h5";
  {
    OutputClaim claim(file, false, {});
    write_result_file(claim, {{"", "", some_results()}}, "0123abcd", provenance);
    EXPECT_FALSE(std::filesystem::exists(file));
    claim.commit();
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.h5"});
  EXPECT_EQ(scalar_of<std::int64_t>(file, "/moments/count"), 5);
  EXPECT_TRUE(std::isnan(scalar_of<double>(file, "/moments/mean")));
  EXPECT_EQ(scalar_of<std::int64_t>(file, "/moments/sum"), -7);
  EXPECT_EQ(scalar_of<std::uint64_t>(file, "/moments/big"), std::uint64_t{1} << 63);
  EXPECT_EQ(read_all<double>(Dataset(file, "/tops/edges", false)), (std::vector<double>{0, 0.5, 1}));
  EXPECT_EQ(read_all<std::int64_t>(Dataset(file, "/tops/counts", false)),
            (std::vector<std::int64_t>{3, std::int64_t{1} << 60}));
  EXPECT_EQ(Dataset(file, "/tops/nothing", false).info().shape, std::vector<std::int64_t>{0});

  const Hdf5Scope scope;
  const FileHandle handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  EXPECT_EQ(text_attribute(handle.get(), "result_digest"), "0123abcd");
  EXPECT_EQ(number_attribute(handle.get(), "complete", 1)->values[0].integer_value, 1);
  EXPECT_SAYS(*text_attribute(handle.get(), "history"), "scatterfold: scatterfold moments x.h5:/x");
  EXPECT_EQ(text_attribute(handle.get(), "Conventions"), "CF-1.8");
  const GroupHandle group(H5Gopen2(handle.get(), "provenance", H5P_DEFAULT));
  EXPECT_EQ(text_attribute(group.get(), "version"), "1");
  EXPECT_EQ(text_attribute(group.get(), "long")->size(), 100000u);
  const DatasetHandle bigger(H5Dopen2(handle.get(), "moments/bigger", H5P_DEFAULT));
  const TypeHandle type(H5Dget_type(bigger.get()));
  std::string text(H5Tget_size(type.get()), '?');
  H5Dread(bigger.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data());
  EXPECT_STREQ(text.c_str(), "-36893488147419103232");
}

TEST(ResultFile, odd_names_do_not_lose_a_result) {
  const ScratchFolder folder;
  const std::string file = folder / "out.h5";
  const ResultField field{"a/b", 1.0};
  OutputClaim claim(file, false, {});
  const std::vector<Result> results = {
      {"m", "x", {field, field}}, {"m", "x", {field}}, {"m", "provenance", {field}}, {"m", "", {field}}};
  write_result_file(claim, {{"", "", results}}, "", {});
  claim.commit();
  for (const std::string path : {"/x/a_b", "/x/a_b_2", "/x_2/a_b", "/provenance_2/a_b", "/result/a_b"}) {
    EXPECT_EQ(scalar_of<double>(file, path), 1.0) << path;
  }
}

TEST(ResultFile, results_of_several_datasets_stand_in_groups_of_their_names) {
  const ScratchFolder folder;
  const std::string file = folder / "out.h5";
  OutputClaim claim(file, false, {});
  write_result_file(claim, {{"t2m", "aa", some_results()}, {"provenance", "bb", some_results()}}, "cc", provenance);
  claim.commit();
  EXPECT_EQ(scalar_of<std::int64_t>(file, "/t2m/moments/count"), 5);
  EXPECT_EQ(scalar_of<std::int64_t>(file, "/provenance_2/moments/sum"), -7);
  const Hdf5Scope scope;
  const FileHandle handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const GroupHandle group(H5Gopen2(handle.get(), "t2m", H5P_DEFAULT));
  EXPECT_EQ(text_attribute(group.get(), "result_digest"), "aa");
  EXPECT_EQ(text_attribute(handle.get(), "result_digest"), "cc");
}

TEST(ResultFile, a_file_size_limit_is_an_error_and_keeps_the_old_result) {
  const ScratchFolder folder;
  const std::string file = folder / "out.h5";
  spill(file, "old");
  const ChildEnd end = in_child([&](std::string& said) {
    const rlimit limit{4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    OutputClaim claim(file, true, {});
    said = message_of<OutputError>([&] { write_result_file(claim, {{"", "", some_results()}}, "", provenance); });
    return 0;
  });
  EXPECT_EQ(end.signal, 0);
  EXPECT_EQ(end.said, "cannot write " + (folder / ".out.h5.partial") + ": File too large");
  EXPECT_EQ(slurp(file), "old");
}

TEST(ResultFile, a_full_disk_is_found_before_the_rename) {
  const ScratchFolder folder;
  const ChildEnd end = in_child([&](std::string& said) {
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) return cannot_try;
    const std::string disk = folder / "";
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return cannot_try;
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=16k") != 0) return cannot_try;
    spill(folder / "out.h5", "old");
    {
      OutputClaim claim(folder / "out.h5", true, {});
      said = message_of<OutputError>([&] { write_result_file(claim, {{"", "", some_results()}}, "", provenance); });
    }
    return folder.names().size() == 1 && slurp(folder / "out.h5") == "old" ? 0 : 3;
  });
  if (end.code == cannot_try) GTEST_SKIP() << "no small disk: this machine does not let tests mount one";
  EXPECT_EQ(end.code, 0);
  EXPECT_SAYS(end.said, "No space left on device");
}

TEST(TextFile, replaces_files_and_writes_into_the_rest) {
  const ScratchFolder folder;
  const std::string file = folder / "report.json";
  write_text_file(file, "first");
  write_text_file(file, "second");
  EXPECT_EQ(slurp(file), "second");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"report.json"});
  write_text_file("/dev/null", "nothing");
  EXPECT_SAYS(message_of<OutputError>([&] { write_text_file("/dev/full", "x"); }),
              "cannot write /dev/full: No space left");
  EXPECT_SAYS(message_of<OutputError>([&] { write_text_file(folder / "", "x"); }), "names a folder");
  EXPECT_SAYS(message_of<OutputError>([&] { write_text_file(folder / "no/x", "x"); }), "no folder");
}

TEST(TextFile, goes_through_a_pipe_or_a_redirected_stdout) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  write_text_file("/dev/fd/" + std::to_string(ends[1]), "through");
  char found[16] = {};
  EXPECT_EQ(::read(ends[0], found, sizeof found), 7);
  EXPECT_STREQ(found, "through");
  close(ends[0]);
  close(ends[1]);
  // A shell's `> file` is kept open under /dev/stdout: replacing the file would write where nobody looks.
  const ScratchFolder folder;
  const std::string file = folder / "shell.txt";
  const int shell = ::open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  write_text_file("/dev/fd/" + std::to_string(shell), "redirected");
  struct stat open {
  }, named{};
  ASSERT_EQ(fstat(shell, &open) | stat(file.c_str(), &named), 0);
  EXPECT_EQ(open.st_ino, named.st_ino);
  EXPECT_EQ(slurp(file), "redirected");
  close(shell);
}

}  // namespace
}  // namespace scatterfold
