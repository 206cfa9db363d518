// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "report/progress.hpp"

namespace scatterfold {
namespace {

using std::chrono::milliseconds;

/// What `during` makes a progress line write to a pipe.
template <class Body>
std::string written(ProgressSettings settings, const Body& during) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  settings.fd = ends[1];
  {
    ProgressLine line(
        {100, 1000, 1},
        [] {
          return ProgressCount{42, 420, 1};
        },
        settings);
    during(line);
  }
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  return text;
}

TEST(ProgressText, is_the_line_of_the_contract) {
  EXPECT_EQ(progress_text({42, 1302000000000, 8}, {100, 3100000000000, 8}, 8.1e9),
            "42 % 1.3/3.1 TB 8.1 GB/s ETA 03:42 ranks 8/8");
  EXPECT_EQ(progress_text({0, 0, 1}, {100, 5000, 1}, 0), "0 % 0.0/5.0 kB 0 B/s ETA --:-- ranks 1/1");
}

TEST(ProgressText, tells_elements_where_there_are_no_bytes) {
  EXPECT_EQ(progress_text({42'000'000'000, 0, 1}, {100'000'000'000, 0, 1}, 4e9),
            "42 % 42.0/100 G elements 4.0 G/s ETA 00:15 ranks 1/1");
  EXPECT_EQ(progress_text({4, 0, 1}, {10, 0, 1}, 2), "40 % 4/10 elements 2 /s ETA 00:03 ranks 1/1");
}

TEST(ProgressText, is_never_done_before_it_is_done) {
  EXPECT_TRUE(progress_text({999999, 1, 1}, {1000000, 1, 1}, 1).starts_with("99 %"));
  EXPECT_TRUE(progress_text({1200000, 1, 1}, {1000000, 1, 1}, 1).starts_with("100 %"));
  EXPECT_TRUE(progress_text({0, 0, 1}, {0, 0, 1}, 0).starts_with("0 %"));
}

TEST(DurationText, grows_with_the_duration) {
  EXPECT_EQ(duration_text(0), "00:00");
  EXPECT_EQ(duration_text(221), "03:41");
  EXPECT_EQ(duration_text(3821), "1:03:41");
  EXPECT_EQ(duration_text(3 * 86400), "3 d");
  EXPECT_EQ(duration_text(-1), "--:--");
}

TEST(ProgressLine, a_short_run_and_a_quiet_one_say_nothing) {
  EXPECT_EQ(written({.force_terminal = true}, [](ProgressLine&) { std::this_thread::sleep_for(milliseconds(20)); }),
            "");
  EXPECT_EQ(written({.quiet = true, .silent_s = 0, .terminal_s = 0.001, .force_terminal = true},
                    [](ProgressLine&) { std::this_thread::sleep_for(milliseconds(20)); }),
            "");
}

TEST(ProgressLine, is_rewritten_on_a_terminal_and_cleared_at_the_end) {
  const std::string text =
      written({.silent_s = 0.01, .terminal_s = 0.01, .force_terminal = true}, [](ProgressLine& line) {
        std::this_thread::sleep_for(milliseconds(100));
        line.stop();
        line.stop();
      });
  EXPECT_TRUE(text.starts_with("\r42 % 0.4/1.0 kB")) << text;
  EXPECT_TRUE(text.ends_with("\r\x1b[K")) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(ProgressLine, is_plain_lines_elsewhere) {
  const std::string text =
      written({.plain_s = 0.01}, [](ProgressLine&) { std::this_thread::sleep_for(milliseconds(100)); });
  EXPECT_TRUE(text.starts_with("42 % ")) << text;
  EXPECT_TRUE(text.ends_with(" ranks 1/1\n")) << text;
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(ProgressLine, a_closed_reader_does_not_end_the_run) {
  // The program ignores SIGPIPE or the reader is a terminal; a failed write itself must pass unnoticed.
  ProgressLine line({1, 1, 1}, [] { return ProgressCount{}; },
                    {.fd = -1, .silent_s = 0, .terminal_s = 0.001, .force_terminal = true});
  std::this_thread::sleep_for(milliseconds(20));
}

}  // namespace
}  // namespace scatterfold
