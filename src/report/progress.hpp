// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace scatterfold {

/// How far a run is. `bytes` counts the same thing as the total's `bytes`: elements as they are in memory, so that the
/// rate is the throughput of the report, however little a file stores them in. A total without bytes, that of a run
/// without input, is told in elements.
struct ProgressCount {
  std::int64_t elements = 0, bytes = 0;
  int ranks = 1;  ///< that are known to take part
};

/// "42 % 1.3/3.1 TB 8.1 GB/s ETA 03:41 ranks 8/8", "42 % 1.3/3.1 G elements 0.2 G/s ...". `per_s` is the rate to show,
/// of bytes or of elements, and what the ETA follows.
std::string progress_text(const ProgressCount& done, const ProgressCount& total, double per_s);

/// 221 -> "03:41"; from an hour on "1:03:41"; from two days on "3 d"; "--:--" where it is not known.
std::string duration_text(double seconds);

/// Where and how often to say it. The defaults are what people get.
struct ProgressSettings {
  int fd = 2;
  bool quiet = false;
  double silent_s = 1;          ///< a run shorter than this says nothing
  double terminal_s = 0.25;     ///< between two versions of the line on a terminal
  double plain_s = 30;          ///< between two lines elsewhere (a log, a pipe)
  bool force_terminal = false;  ///< for tests: `fd` counts as a terminal
};

/// Tells of a run's progress while it lives, from a thread of its own: one rewritten line on a terminal, else a plain
/// line every 30 s. Make it after any fork, where one rank only tells; it ends before results or errors are printed (an
/// exception that unwinds past it does that). `sample` is called from the thread and must not throw.
class ProgressLine {
 public:
  ProgressLine(const ProgressCount& total, std::function<ProgressCount()> sample,
               const ProgressSettings& settings = {});
  ~ProgressLine();  ///< clears the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Stops and clears; nothing is written afterwards. Again: nothing.
  void stop() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Takes a progress line off the terminal at once, for a line that is printed while the run goes on or dies without
/// unwinding. Safe in a signal handler.
void clear_progress_line() noexcept;

}  // namespace scatterfold
