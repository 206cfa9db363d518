// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>

#include "scratch.hpp"

namespace {
int flock_errno = 0;  // what flock fails with in this program; 0: the real one
}

// HDF5 takes its locks with flock: this stands in for file systems that have none.
extern "C" int flock(int descriptor, int operation) noexcept {
  if (flock_errno != 0) {
    errno = flock_errno;
    return -1;
  }
  return static_cast<int>(syscall(SYS_flock, descriptor, operation));
}

namespace scatterfold {
namespace {

class OpenError : public testing::Test {
 protected:
  void make(hid_t access = H5P_DEFAULT, hid_t creation = H5P_DEFAULT) {
    Maker maker(file_, creation, access);
    maker.counting<double>("temperature", {1000});
    maker.group("group");
    maker.counting<double>("group/pressure", {10});
  }
  ScratchFolder folder_;
  std::string file_ = folder_ / "data.h5";
};

TEST_F(OpenError, absent_or_unreadable) {
  EXPECT_EQ(open_error(file_, "/x"), "cannot open " + file_ + ": No such file or directory");
  if (geteuid() == 0) return;  // permissions do not bind root
  make();
  chmod(file_.c_str(), 0);
  EXPECT_EQ(open_error(file_, "/x"), "cannot open " + file_ + ": Permission denied");
}

TEST_F(OpenError, not_a_file) {
  const std::string folder = folder_ / "";
  EXPECT_EQ(open_error(folder, "/x"), "not a file (" + folder + " is a directory): name a file in it");
  mkfifo(file_.c_str(), 0600);
  EXPECT_EQ(open_error(file_, "/x"), "not a regular file (" + file_ + "): name an HDF5 or netCDF-4 file");
}

TEST_F(OpenError, empty) {
  spill(file_, "");
  EXPECT_EQ(open_error(file_, "/x"), "empty file (" + file_ + ", 0 bytes): name an HDF5 or netCDF-4 file");
}

TEST_F(OpenError, classic_netcdf) {
  for (const char version : {'\1', '\2', '\5'}) {
    spill(file_, std::string("CDF") + version + std::string(100, '\0'));
    EXPECT_EQ(open_error(file_, "/x"),
              "netCDF-3 file (" + file_ + "): convert it to netCDF-4 with nccopy -k nc4 " + file_ + " NEW.nc");
  }
}

TEST_F(OpenError, not_hdf5) {
  for (const std::string& bytes : {std::string("x"), std::string("CDF\3"), std::string(5000, 'y')}) {
    spill(file_, bytes);
    EXPECT_EQ(open_error(file_, "/x"), "not an HDF5 file (" + file_ + "): name an HDF5 or netCDF-4 file");
  }
}

TEST_F(OpenError, truncated_in_every_superblock_version) {
  for (const bool latest : {false, true}) {
    for (const hsize_t user_block : {0, 512}) {
      const PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS)), creation(H5Pcreate(H5P_FILE_CREATE));
      if (latest) H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
      H5Pset_userblock(creation.get(), user_block);
      make(access.get(), creation.get());
      EXPECT_NO_THROW(Dataset(file_, "/temperature", true));
      const std::string bytes = slurp(file_);
      spill(file_, bytes.substr(0, bytes.size() - 100));
      EXPECT_EQ(open_error(file_, "/temperature"),
                "truncated file (" + file_ + "): it has " + std::to_string(bytes.size() - 100) +
                    " bytes and its header says " + std::to_string(bytes.size()) + "; get a fresh copy");
    }
  }
}

TEST_F(OpenError, truncated_inside_the_superblock) {
  for (const bool latest : {false, true}) {
    const PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS));
    if (latest) H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    make(access.get());
    const std::string bytes = slurp(file_);
    for (const std::size_t size : {8, 15, 30, 35}) {
      spill(file_, bytes.substr(0, size));
      EXPECT_EQ(open_error(file_, "/temperature"), "truncated file (" + file_ + "): it has " + std::to_string(size) +
                                                       " bytes and ends inside its header; get a fresh copy");
    }
  }
}

TEST_F(OpenError, damaged_superblock) {
  make();
  std::string bytes = slurp(file_);
  bytes[8] = 9;  // no such version
  spill(file_, bytes);
  EXPECT_SAYS(open_error(file_, "/temperature"),
              "damaged HDF5 file (" + file_ + "): HDF5 says \"bad superblock version number\"");
}

TEST_F(OpenError, held_by_a_writer) {
  make();
  const int held = ::open(file_.c_str(), O_RDWR);
  ASSERT_EQ(flock(held, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(open_error(file_, "/temperature"),
            "file is open for writing by another process (" + file_ + "): wait until it is closed");
  close(held);
  EXPECT_NO_THROW(Dataset(file_, "/temperature", true));
}

TEST_F(OpenError, marked_by_a_writer_that_was_killed) {
  const pid_t child = fork();
  if (child == 0) {
    const PropertyHandle access(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    const hid_t file = H5Fcreate(file_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get());
    H5Fflush(file, H5F_SCOPE_GLOBAL);
    _exit(0);  // without closing
  }
  waitpid(child, nullptr, 0);
  EXPECT_EQ(open_error(file_, "/temperature"),
            "file is marked as open for writing but no writer holds its lock (" + file_ +
                "): let a running writer finish; if it was killed, check the file and clear the mark with h5clear -s");
}

TEST_F(OpenError, no_locks_on_the_file_system) {
  make();
  for (const int number : {ENOLCK, 524}) {
    flock_errno = number;
    const std::string text = open_error(file_, "/temperature");
    flock_errno = 0;
    EXPECT_EQ(text, "no file locks on this file system (" + file_ + ", errno " + std::to_string(number) +
                        "): set HDF5_USE_FILE_LOCKING=FALSE");
  }
}

TEST_F(OpenError, a_lock_that_fails_is_no_damage) {
  make();
  flock_errno = EIO;
  const std::string text = open_error(file_, "/temperature");
  flock_errno = 0;
  EXPECT_EQ(text, "cannot lock " + file_ +
                      ": Input/output error: where nobody writes to it, set HDF5_USE_FILE_LOCKING=FALSE");
}

TEST_F(OpenError, absent_dataset_lists_near_names) {
  make();
  EXPECT_EQ(open_error(file_, "temprature"), "no dataset /temprature (" + file_ + "): did you mean /temperature?");
  EXPECT_EQ(open_error(file_, "/pressure"), "no dataset /pressure (" + file_ + "): did you mean /group/pressure?");
  EXPECT_EQ(open_error(file_, "/zzzzzzzzz"),
            "no dataset /zzzzzzzzz (" + file_ + "): it has /group/pressure, /temperature");
  EXPECT_EQ(open_error(file_, "/temperature/x"),
            "no dataset /temperature/x (" + file_ + "): /temperature is not a group");
}

TEST_F(OpenError, a_group_names_what_it_holds) {
  make();
  EXPECT_EQ(open_error(file_, "/group/"), "/group is a group (" + file_ + "): name a dataset in it: /group/pressure");
  EXPECT_SAYS(open_error(file_, "/"),
              "/ is a group (" + file_ + "): name a dataset in it: /group/pressure, /temperature");
}

TEST_F(OpenError, no_name_lists_the_datasets) {
  make();
  EXPECT_EQ(open_error(file_, ""),
            "no dataset named (" + file_ + "): write FILE:/DATASET, it has /group/pressure, /temperature");
  {
    Maker maker(file_);
    maker.counting<int>("only", {1});
  }
  EXPECT_EQ(open_error(file_, ""), "no dataset named (" + file_ + "): the file has one, write " + file_ + ":/only");
  { Maker maker(file_); }
  EXPECT_EQ(open_error(file_, ""), "no numeric dataset in the file (" + file_ + "): name another file");
  EXPECT_EQ(open_error(file_, "/x"), "no dataset /x (" + file_ + "): the file has no datasets");
}

TEST_F(OpenError, many_datasets_are_not_all_listed) {
  {
    Maker maker(file_);
    for (int i = 100; i < 130; ++i) maker.counting<int>(std::to_string(i), {1});
  }
  EXPECT_SAYS(open_error(file_, ""), "/107 and 22 more");
}

TEST_F(OpenError, links) {
  const std::string other = folder_ / "other.h5";
  {
    Maker maker(other);
    maker.counting<std::int32_t>("values", {3});
  }
  {
    Maker maker(file_);
    H5Lcreate_soft("/nothing", maker.file(), "dangling", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("absent.h5", "/x", maker.file(), "outside", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/values", maker.file(), "values", H5P_DEFAULT, H5P_DEFAULT);
  }
  EXPECT_EQ(open_error(file_, "dangling"), "link /dangling leads nowhere (" + file_ + "): its target is /nothing");
  EXPECT_EQ(open_error(file_, "outside"), "link /outside leads nowhere (" + file_ + "): its target is absent.h5:/x");
  const Dataset values(file_, "values", true);
  EXPECT_EQ(values.info().file, other);  // where the bytes are
  EXPECT_EQ(read_all<std::int32_t>(values), (std::vector<std::int32_t>{0, 1, 2}));
}

TEST_F(OpenError, names_cannot_break_the_line) {
  {
    Maker maker(file_);
    maker.counting<int>("a\nb\x1b[31m", {1});
  }
  EXPECT_SAYS(open_error(file_, "/a b"), "/a b?[31m");
}

/// Copies its input; the library knows it only while it is registered.
std::size_t copy_filter(unsigned, std::size_t, const unsigned*, std::size_t bytes, std::size_t*, void**) {
  return bytes;
}

TEST_F(OpenError, a_filter_that_is_not_available) {
  const H5Z_class2_t filter{H5Z_CLASS_T_VERS, 32765, 1, 1, "rare-filter", nullptr, nullptr, copy_filter};
  {
    Maker maker(file_);
    H5Zregister(&filter);
    const PropertyHandle chunks = chunked({4});
    H5Pset_filter(chunks.get(), 32765, H5Z_FLAG_MANDATORY, 0, nullptr);
    maker.counting<int>("x", {8}, chunks.get());
    H5Zunregister(32765);
  }
  const std::string text = open_error(file_, "x");
  EXPECT_SAYS(text, "filter 32765 \"rare-filter\" is not available (/x in " + file_ + "; plugins looked for in /");
  EXPECT_SAYS(text, "): install its plugin and set HDF5_PLUGIN_PATH to its folder");
}

TEST_F(OpenError, missing_sources_of_a_virtual_dataset) {
  const std::string part = folder_ / "part.h5";
  {
    Maker maker(part);
    maker.counting<double>("x", {4});
  }
  {
    Maker maker(file_);
    const hsize_t four = 4;
    const SpaceHandle space(H5Screate_simple(1, &four, nullptr));
    const PropertyHandle properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_virtual(properties.get(), space.get(), "part.h5", "x", space.get());
    maker.dataset("x", H5T_NATIVE_DOUBLE, {4}, -1, nullptr, properties.get());
  }
  {
    const Dataset dataset(file_, "x", true);
    EXPECT_EQ(dataset.info().layout, StorageLayout::virtual_dataset);
    EXPECT_EQ(read_all<double>(dataset), (std::vector<double>{0, 1, 2, 3}));
  }
  std::filesystem::remove(part);
  EXPECT_EQ(open_error(file_, "x"),
            "source file part.h5 is missing (/x in " + file_ + "): put it beside the file or set HDF5_VDS_PREFIX");
}

}  // namespace
}  // namespace scatterfold
