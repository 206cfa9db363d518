// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/combine.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "fold/analysis.hpp"
#include "team/nccl.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

/// Notes what is asked of it, in order, and does it for one rank.
class NotingGpus final : public GpuTeam {
 public:
  explicit NotingGpus(bool full) : full_(full) {}

  void reserve(std::int64_t table_bytes, std::int64_t state_bytes) override {
    if (full_) throw ResourceError("the GPU is full (here): share it less");
    table_bytes_ = std::max(table_bytes_, table_bytes);
    state_bytes_ = std::max(state_bytes_, state_bytes);
    asked_ += "reserve ";
  }
  void sum(std::span<std::int64_t> cells) override {
    EXPECT_LE(static_cast<std::int64_t>(cells.size_bytes()), table_bytes_);
    asked_ += "sum ";
  }
  std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine,
                                             std::span<const std::int64_t> sizes) override {
    EXPECT_EQ(sizes.size(), 1u);
    EXPECT_EQ(sizes[0], static_cast<std::int64_t>(mine.size()));
    EXPECT_LE(sizes[0], state_bytes_);
    asked_ += "gather ";
    return {{mine.begin(), mine.end()}};
  }
  void reserve_exchange(const std::vector<std::vector<std::byte>>&, std::span<const std::int64_t>) override {}
  std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> to) override { return to; }
  const std::string& asked() const { return asked_; }

 private:
  bool full_;
  std::int64_t table_bytes_ = 0, state_bytes_ = 0;
  std::string asked_;
};

class CombineOnGpus : public ::testing::Test {
 protected:
  CombineOnGpus() {
    const ValueKind values{ElementType::float32, false, false};
    owners_.push_back(find_analysis("moments")->bind({}, values, nullptr));
    owners_.push_back(find_analysis("histogram")->bind({{"range", Range{0, 1}}}, values, nullptr));
    for (const auto& fold : owners_) {
      folds_.push_back(fold.get());
      partials_.emplace_back(*fold);
    }
  }
  std::vector<Result> results(GpuTeam* gpus) { return combine(*team_, gpus, folds_, partials_); }

  std::unique_ptr<Team> team_ = make_solo_team();
  std::vector<std::unique_ptr<Fold>> owners_;
  std::vector<const Fold*> folds_;
  std::vector<Partial> partials_;
};

TEST_F(CombineOnGpus, AllRoomIsMadeBeforeTheFirstOperation) {
  NotingGpus gpus(false);
  EXPECT_EQ(result_digest(results(&gpus)), result_digest(results(nullptr)));
  EXPECT_EQ(gpus.asked(), "reserve reserve gather sum ");
}

TEST_F(CombineOnGpus, ARankWithoutRoomSaysSoBeforeAnyOperation) {
  NotingGpus gpus(true);
  try {
    results(&gpus);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::resource) << error.what();
  }
  EXPECT_EQ(gpus.asked(), "");
}

}  // namespace
}  // namespace scatterfold
