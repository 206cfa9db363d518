// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <sys/stat.h>

#include "in_child.hpp"
#include "io/result_file.hpp"
#include "scratch.hpp"

namespace scatterfold {
namespace {

using Names = std::vector<std::string>;

class Claim : public testing::Test {
 protected:
  std::string refusal(const std::string& path, bool overwrite = false, const std::vector<std::string>& inputs = {}) {
    return message_of<OutputError>([&] { OutputClaim claim(path, overwrite, inputs); });
  }
  ScratchFolder folder_;
  std::string out_ = folder_ / "out.h5";
};

TEST_F(Claim, writes_beside_and_renames) {
  {
    OutputClaim claim(out_, false, {});
    EXPECT_EQ(claim.partial_path(), folder_ / ".out.h5.partial");
    spill(claim.partial_path(), "data");
    EXPECT_EQ(folder_.names(), Names{".out.h5.partial"});
    claim.commit();
  }
  EXPECT_EQ(folder_.names(), Names{"out.h5"});
  EXPECT_EQ(slurp(out_), "data");
}

TEST_F(Claim, leaves_nothing_when_abandoned) {
  spill(out_, "old");
  {
    OutputClaim claim(out_, true, {});
    OutputClaim moved(std::move(claim));
    spill(moved.partial_path(), "half");
  }
  EXPECT_EQ(folder_.names(), Names{"out.h5"});
  EXPECT_EQ(slurp(out_), "old");
}

TEST_F(Claim, takes_over_what_a_killed_job_left) {
  spill(folder_ / ".out.h5.partial", "a longer remainder");
  OutputClaim claim(out_, false, {});
  EXPECT_EQ(slurp(claim.partial_path()), "");
}

TEST_F(Claim, refuses_what_exists) {
  spill(out_, "old");
  EXPECT_EQ(refusal(out_), "output " + out_ + " exists: name another or add --overwrite");
  EXPECT_NO_THROW(OutputClaim(out_, true, {}));
  EXPECT_EQ(slurp(out_), "old");
}

TEST_F(Claim, refuses_an_input_under_any_name) {
  spill(out_, "input");
  const std::string hard = folder_ / "hard.h5", soft = folder_ / "soft.h5";
  std::filesystem::create_hard_link(out_, hard);
  std::filesystem::create_symlink("out.h5", soft);
  for (const auto& name : {out_, hard, soft}) {
    EXPECT_SAYS(refusal(name, true, {folder_ / "other.h5", out_}), "is the input " + out_ + ": name another output");
    EXPECT_SAYS(refusal(out_, true, {name}), "is the input " + name);
  }
  EXPECT_EQ(slurp(out_), "input");
}

TEST_F(Claim, refuses_places_that_cannot_be) {
  EXPECT_EQ(refusal(folder_ / "no/out.h5"),
            "no folder " + (folder_ / "no") + " (for " + (folder_ / "no/out.h5") + "): create it");
  spill(folder_ / "file", "");
  EXPECT_SAYS(refusal(folder_ / "file/out.h5"), "is not a folder (for ");
  std::filesystem::create_directory(folder_ / "sub");
  EXPECT_EQ(refusal(folder_ / "sub", true), (folder_ / "sub") + " is a directory: name a file in it");
  EXPECT_SAYS(refusal(folder_ / "sub/", true), "names a folder");
  EXPECT_EQ(refusal("/dev/null", true), "/dev/null is not a regular file: name another output");
  EXPECT_SAYS(refusal(""), "the output has no name");
  std::filesystem::create_symlink("loop", folder_ / "loop");
  EXPECT_SAYS(refusal(folder_ / "loop"), "is a loop of symbolic links");
}

TEST_F(Claim, refuses_a_read_only_folder) {
  const std::string sub = folder_ / "sub";
  std::filesystem::create_directory(sub);
  chmod((folder_ / "").c_str(), 0755);
  chmod(sub.c_str(), 0555);
  const ChildEnd end = in_child([&](std::string& said) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return cannot_try;  // root may write anywhere
    said = refusal(sub + "/out.h5");
    return 0;
  });
  if (end.code == cannot_try) GTEST_SKIP() << "cannot become another user";
  EXPECT_EQ(end.said, "cannot create " + sub +
                          "/.out.h5.partial (Permission denied): name an output in a folder you can write to");
}

TEST_F(Claim, refuses_a_second_job_while_the_first_lives) {
  {
    OutputClaim first(out_, false, {});
    const ChildEnd end = in_child([&](std::string& said) {
      said = refusal(out_);
      return 0;
    });
    EXPECT_EQ(end.said, "another job is writing " + out_ + " (it holds " + (folder_ / ".out.h5.partial") +
                            "): wait for it or name another output");
    EXPECT_TRUE(std::filesystem::exists(first.partial_path()));
  }
  EXPECT_NO_THROW(OutputClaim(out_, false, {}));
}

TEST_F(Claim, a_forked_worker_does_not_take_it_away) {
  auto claim = std::make_unique<OutputClaim>(out_, false, std::vector<std::string>{});
  in_child([&](std::string&) {
    claim.reset();
    return 0;
  });
  EXPECT_TRUE(std::filesystem::exists(claim->partial_path()));
}

TEST_F(Claim, an_output_that_appears_meanwhile_is_not_replaced) {
  OutputClaim claim(out_, false, {});
  spill(out_, "somebody else's");
  EXPECT_SAYS(message_of<OutputError>([&] { claim.commit(); }), "File exists");
  EXPECT_EQ(slurp(out_), "somebody else's");
}

TEST_F(Claim, several_outputs_are_committed_together) {
  spill(folder_ / "report", "old report");
  OutputClaim report(folder_ / "report", true, {}), out(out_, false, {});
  spill(report.partial_path(), "new report");
  spill(out.partial_path(), "new");
  commit_all({&report, &out});
  EXPECT_EQ(slurp(folder_ / "report"), "new report");
  EXPECT_EQ(slurp(out_), "new");
  EXPECT_EQ(folder_.names(), (Names{"out.h5", "report"}));
}

TEST_F(Claim, what_was_renamed_is_taken_back_when_another_output_fails) {
  spill(folder_ / "old", "earlier");
  {
    OutputClaim replaced(folder_ / "old", true, {}), fresh(folder_ / "fresh", true, {}), out(out_, false, {});
    for (const OutputClaim* claim : {&replaced, &fresh, &out}) spill(claim->partial_path(), "new");
    spill(out_, "somebody else's");
    EXPECT_SAYS(message_of<OutputError>([&] { commit_all({&replaced, &fresh, &out}); }), "File exists");
    EXPECT_EQ(slurp(folder_ / "old"), "earlier");
  }
  EXPECT_EQ(slurp(folder_ / "old"), "earlier");
  EXPECT_EQ(slurp(out_), "somebody else's");
  EXPECT_EQ(folder_.names(), (Names{"old", "out.h5"}));
}

TEST_F(Claim, nothing_is_renamed_when_one_output_is_not_there_any_more) {
  spill(folder_ / "old", "earlier");
  {
    OutputClaim replaced(folder_ / "old", true, {}), out(out_, false, {});
    std::filesystem::remove(out.partial_path());
    EXPECT_SAYS(message_of<OutputError>([&] { commit_all({&replaced, &out}); }), "was removed or replaced");
  }
  EXPECT_EQ(slurp(folder_ / "old"), "earlier");
  EXPECT_EQ(folder_.names(), Names{"old"});
}

TEST_F(Claim, what_a_killed_commit_kept_is_removed_by_the_next) {
  spill(out_, "earlier");
  spill(folder_ / ".out.h5.earlier", "of a killed job");
  OutputClaim claim(out_, true, {});
  spill(claim.partial_path(), "new");
  claim.commit();
  EXPECT_EQ(slurp(out_), "new");
  EXPECT_EQ(folder_.names(), Names{"out.h5"});
}

TEST_F(Claim, a_partial_file_that_was_removed_is_noticed) {
  OutputClaim claim(out_, false, {});
  std::filesystem::remove(claim.partial_path());
  EXPECT_SAYS(message_of<OutputError>([&] { claim.commit(); }), "was removed or replaced while it was written");
}

TEST_F(Claim, a_symbolic_link_stays_and_its_target_is_replaced) {
  std::filesystem::create_directory(folder_ / "sub");
  const std::string link = folder_ / "link.h5";
  std::filesystem::create_symlink("sub/real.h5", link);
  for (const bool again : {false, true}) {
    OutputClaim claim(link, again, {});
    EXPECT_EQ(claim.partial_path(), folder_ / "sub/.real.h5.partial");
    spill(claim.partial_path(), again ? "second" : "first");
    claim.commit();
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(slurp(folder_ / "sub/real.h5"), again ? "second" : "first");
  }
}

TEST_F(Claim, a_name_without_folder_is_here) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_ / "");
  {
    OutputClaim claim("out.h5", false, {});
    claim.commit();
  }
  std::filesystem::current_path(before);
  EXPECT_EQ(folder_.names(), Names{"out.h5"});
}

}  // namespace
}  // namespace scatterfold
