// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/mapped_window.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/file_descriptor.hpp"
#include "support/scratch_folder.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t file_bytes = 3 * MappedWindow::window_bytes + 12'345;

class Window : public ::testing::Test {
 protected:
  Window() : bytes_(file_bytes) {
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<std::byte>(i * 2'654'435'761u >> 13);
    std::ofstream(path_, std::ios::binary).write(reinterpret_cast<const char*>(bytes_.data()), file_bytes);
    file_ = FileDescriptor(::open(path_.c_str(), O_RDONLY));
  }
  bool same(const std::byte* found, std::int64_t offset, std::int64_t count) const {
    return found != nullptr && std::memcmp(found, bytes_.data() + offset, static_cast<std::size_t>(count)) == 0;
  }

  ScratchFolder folder_;
  std::string path_ = folder_ / "file";
  std::vector<std::byte> bytes_;
  FileDescriptor file_;
};

TEST_F(Window, shows_what_is_in_the_file) {
  MappedWindow window(file_.get(), file_bytes);
  for (const std::int64_t count :
       {std::int64_t{1}, std::int64_t{4096}, std::int64_t{262'144}, MappedWindow::window_bytes})
    for (std::int64_t offset = 0; offset + count <= file_bytes; offset += count < 4096 ? 99'991 : count + 777)
      ASSERT_TRUE(same(window.find(offset, count), offset, count)) << count << " at " << offset;
  EXPECT_TRUE(same(window.find(file_bytes - 1, 1), file_bytes - 1, 1));
  EXPECT_TRUE(same(window.find(0, 1), 0, 1)) << "backwards";
  EXPECT_FALSE(window.lost());
}

TEST_F(Window, leaves_the_rest_to_be_read) {
  MappedWindow window(file_.get(), file_bytes);
  EXPECT_EQ(window.find(file_bytes - 10, 11), nullptr) << "past the end";
  EXPECT_EQ(window.find(file_bytes + 10'000'000, 1), nullptr);
  EXPECT_EQ(window.find(0, MappedWindow::window_bytes + 1), nullptr) << "more than a window";
  EXPECT_TRUE(same(window.find(0, 100), 0, 100)) << "still works";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(MappedWindow(ends[0], file_bytes).find(0, 100), nullptr) << "cannot be mapped";
  close(ends[0]);
  close(ends[1]);
}

TEST_F(Window, leaves_what_is_not_in_memory_to_be_read) {
  ASSERT_EQ(fsync(file_.get()), 0);
  ASSERT_EQ(posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED), 0);
  unsigned char there = 1;
  void* const page = mmap(nullptr, 1, PROT_READ, MAP_SHARED, file_.get(), 0);
  ASSERT_EQ(mincore(page, 1, &there), 0);
  munmap(page, 1);
  if ((there & 1) != 0) GTEST_SKIP() << "this file system keeps the file in memory";
  MappedWindow window(file_.get(), file_bytes);
  EXPECT_EQ(window.find(0, 4096), nullptr);
  std::vector<std::byte> all(file_bytes);
  ASSERT_EQ(pread(file_.get(), all.data(), all.size(), 0), file_bytes);
  EXPECT_EQ(window.find(4096, 4096), nullptr) << "not asked again in the same window";
  const std::int64_t next = MappedWindow::window_bytes;
  EXPECT_TRUE(same(window.find(next, 4096), next, 4096));
}

TEST_F(Window, survives_a_file_that_becomes_shorter) {
  MappedWindow window(file_.get(), file_bytes), other(file_.get(), file_bytes);
  const std::byte* const found = window.find(0, 100'000);
  ASSERT_TRUE(same(other.find(0, 100'000), 0, 100'000));
  ASSERT_NE(found, nullptr);
  std::filesystem::resize_file(path_, 10'000);
  std::vector<std::byte> copy(found, found + 100'000);
  EXPECT_TRUE(window.lost());
  EXPECT_FALSE(other.lost()) << "it has not looked yet";
  EXPECT_EQ(copy[99'999], std::byte{0});
  EXPECT_TRUE(same(found, 0, 10'000)) << "what is still there";
}

TEST_F(Window, leaves_other_faults_alone) {
  const MappedWindow window(file_.get(), file_bytes);
  const auto fault = [&] {
    void* const at = mmap(nullptr, 8192, PROT_READ, MAP_SHARED, file_.get(), 0);
    std::filesystem::resize_file(path_, 10);
    std::exit(static_cast<volatile char*>(at)[5000]);
  };
  EXPECT_EXIT(fault(), ::testing::KilledBySignal(SIGBUS), "");
}

}  // namespace
}  // namespace scatterfold
