// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <unistd.h>

#include "base/affinity.hpp"
#include "team/error_line.hpp"
#include "team/phase_guard.hpp"
#include "team/team.hpp"
#include "team/terminate.hpp"

namespace scatterfold {
namespace {

/// The team of one: it has everything already.
class SoloTeam final : public Team {
 public:
  ~SoloTeam() override { forget_team_at_terminate(this); }

  int rank() const noexcept override { return 0; }
  int size() const noexcept override { return 1; }
  const std::string& kind() const noexcept override { return kind_; }
  int local_rank() const noexcept override { return 0; }
  int local_size() const noexcept override { return 1; }
  int core_share() const override { return usable_cores(); }

  std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine) override {
    refuse_inside_phase("gather");
    return {std::vector<std::byte>(mine.begin(), mine.end())};
  }
  std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> to) override {
    refuse_inside_phase("exchange");
    return to;
  }
  void broadcast(std::vector<std::byte>&) override { refuse_inside_phase("broadcast"); }
  void sum(std::span<std::int64_t>) override { refuse_inside_phase("sum"); }
  void barrier() override { refuse_inside_phase("barrier"); }

  [[noreturn]] void abort(int exit_code) noexcept override { _exit(failing_exit_code(exit_code)); }

 private:
  const std::string kind_ = "solo";
};

}  // namespace

std::unique_ptr<Team> make_solo_team() { return std::make_unique<SoloTeam>(); }

}  // namespace scatterfold
