// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/first_gpu.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

/// What CUDA is left to see, without CUDA.
namespace scatterfold {
namespace {

class FirstGpu : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* const value = std::getenv(variable)) before_ = value;
    was_set_ = std::getenv(variable) != nullptr;
    unsetenv(variable);
    std::string name = (std::filesystem::temp_directory_path() / "scatterfold-gpus-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    if (was_set_) {
      setenv(variable, before_.c_str(), 1);
    } else {
      unsetenv(variable);
    }
  }

  void list(const std::string& gpu) const { std::filesystem::create_directory(folder_ / gpu); }
  int show() const { return show_first_gpu_only(folder_.string()); }
  static std::string shown() {
    const char* const value = std::getenv(variable);
    return value != nullptr ? value : "not set";
  }

  static constexpr const char* variable = "CUDA_VISIBLE_DEVICES";
  std::filesystem::path folder_;

 private:
  std::string before_;
  bool was_set_ = false;
};

TEST_F(FirstGpu, of_several_in_the_machine) {
  list("0000:06:00.0");
  list("0000:07:00.0");
  EXPECT_EQ(show(), 2);
  EXPECT_EQ(shown(), "0");
}

TEST_F(FirstGpu, of_those_that_were_chosen) {
  list("0000:06:00.0");
  setenv(variable, "GPU-5a,3,1", 1);
  EXPECT_EQ(show(), 3);
  EXPECT_EQ(shown(), "GPU-5a");
  EXPECT_EQ(show(), 1);
  EXPECT_EQ(shown(), "GPU-5a");
}

TEST_F(FirstGpu, changes_nothing_where_there_is_one_or_none) {
  EXPECT_EQ(show(), 0);
  EXPECT_EQ(shown(), "not set");
  list("0000:06:00.0");
  EXPECT_EQ(show(), 1);
  EXPECT_EQ(shown(), "not set");
  setenv(variable, "", 1);
  EXPECT_EQ(show(), 0);
  EXPECT_EQ(shown(), "");
}

TEST_F(FirstGpu, changes_nothing_where_only_cuda_knows) {
  EXPECT_EQ(show_first_gpu_only((folder_ / "absent").string()), 0);
  EXPECT_EQ(shown(), "not set");
}

}  // namespace
}  // namespace scatterfold
