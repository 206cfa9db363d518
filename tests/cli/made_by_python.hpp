// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "cli/program.hpp"

namespace scatterfold::cli {

/// Tests of a file that is made once, by the lines of Python in Suite::maker.
template <class Suite>
class MadeByPython : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (python().empty()) return;
    folder_ = new ScratchFolder;
    run_python(Suite::maker, {file()});
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no Python with h5py and NumPy: the data cannot be made";
  }
  static std::string file() { return *folder_ / "data.h5"; }
  static std::string out(const std::string& name) { return *folder_ / name; }

 private:
  inline static ScratchFolder* folder_ = nullptr;
};

}  // namespace scatterfold::cli
