// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "report/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>

namespace scatterfold {
namespace {

using Clock = std::chrono::steady_clock;

/// The terminal on which a line stands now, or -1.
std::atomic<int> shown_on{-1};

void write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // a closed terminal must not end the run
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool is_terminal(int fd) {
  const char* kind = std::getenv("TERM");
  return isatty(fd) == 1 && kind != nullptr && std::string_view(kind) != "dumb" && *kind != '\0';
}

/// A line that wraps cannot be rewritten.
std::size_t columns_of(int fd) {
  winsize size{};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1u : 79u;
}

struct Scale {
  double factor;
  const char* unit;
};

/// The decimal unit in which `bytes` has one to three digits before the point.
Scale scale_of(double bytes) {
  constexpr Scale scales[] = {{1e15, "PB"}, {1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}};
  for (const Scale& scale : scales) {
    if (bytes >= scale.factor) return scale;
  }
  return {1, "B"};
}

std::string scaled(double bytes, const Scale& scale) {
  const double value = bytes / scale.factor;
  return fmt::format("{:.{}f}", value, scale.factor > 1 && value < 99.95 ? 1 : 0);
}

/// What is told of a count: bytes, but of a total without any, elements.
std::int64_t moved(const ProgressCount& count, const ProgressCount& total) {
  return total.bytes > 0 ? count.bytes : count.elements;
}

}  // namespace

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e9) return "--:--";
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  if (whole >= 48 * 3600) return fmt::format("{} d", (whole + 43200) / 86400);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

std::string progress_text(const ProgressCount& done, const ProgressCount& total, double per_s) {
  // Never 100 % while there is work left, nor more than that.
  const double share =
      total.elements > 0 ? static_cast<double>(done.elements) / static_cast<double>(total.elements) : 0;
  const int percent = share >= 1 ? 100 : std::clamp(static_cast<int>(share * 100), 0, 99);
  const double all = static_cast<double>(moved(total, total));
  const double part = std::min(static_cast<double>(moved(done, total)), all);
  const Scale scale = scale_of(all), rate = scale_of(per_s);
  const double left_s = per_s > 0 ? (1 - std::min(share, 1.0)) * all / per_s : -1;
  std::string unit = scale.unit, rate_unit = rate.unit;
  if (total.bytes == 0) {  // "G elements", "G/s"
    unit.pop_back();
    unit += unit.empty() ? "elements" : " elements";
    rate_unit.pop_back();
  }
  return fmt::format("{} % {}/{} {} {} {}/s ETA {} ranks {}/{}", percent, scaled(part, scale), scaled(all, scale), unit,
                     scaled(per_s, rate), rate_unit, duration_text(left_s), done.ranks, total.ranks);
}

void clear_progress_line() noexcept {
  const int fd = shown_on.exchange(-1);
  if (fd >= 0) write_all(fd, "\r\x1b[K");
}

struct ProgressLine::Impl {
  ProgressCount total;
  std::function<ProgressCount()> sample;
  ProgressSettings settings;
  bool terminal = false;
  std::mutex mutex;
  std::condition_variable wake;
  bool stopped = false;
  std::thread thread;

  /// The rate over the last ten seconds or so: a run's start says little about its end.
  std::deque<std::pair<Clock::time_point, std::int64_t>> recent;
  double rate(const ProgressCount& done) {
    const auto now = Clock::now();
    recent.emplace_back(now, moved(done, total));
    const std::chrono::duration<double> window(terminal ? 10 : std::max(10.0, settings.plain_s));
    while (recent.size() > 2 && now - recent[1].first > window) recent.pop_front();
    const double seconds = std::chrono::duration<double>(now - recent.front().first).count();
    return seconds > 0 ? static_cast<double>(moved(done, total) - recent.front().second) / seconds : 0;
  }

  void show() {
    const ProgressCount done = sample();
    std::string text = progress_text(done, total, rate(done));
    if (!terminal) return write_all(settings.fd, text + '\n');
    if (const std::size_t columns = columns_of(settings.fd); text.size() > columns) text.resize(columns);
    shown_on = settings.fd;
    write_all(settings.fd, '\r' + text + "\x1b[K");
  }

  void run() {
    recent.emplace_back(Clock::now(), moved(sample(), total));  // what a resumed run starts from is not its rate
    std::unique_lock lock(mutex);
    auto stops_within = [&](double seconds) {
      return wake.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return stopped; });
    };
    if (stops_within(terminal ? settings.silent_s : settings.plain_s)) return;
    do show();
    while (!stops_within(terminal ? settings.terminal_s : settings.plain_s));
  }
};

ProgressLine::ProgressLine(const ProgressCount& total, std::function<ProgressCount()> sample,
                           const ProgressSettings& settings)
    : impl_(std::make_unique<Impl>()) {
  if (settings.quiet) return;
  impl_->total = total;
  impl_->sample = std::move(sample);
  impl_->settings = settings;
  impl_->terminal = settings.force_terminal || is_terminal(settings.fd);
  // Signals belong to the run's own threads: a handler that interrupts a read there must not run here instead.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
  } catch (const std::system_error&) {
    // No thread to spare: a run without a progress line is still a run.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ProgressLine::~ProgressLine() { stop(); }

void ProgressLine::stop() noexcept {
  if (!impl_->thread.joinable()) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopped = true;
  }
  impl_->wake.notify_all();
  impl_->thread.join();
  clear_progress_line();
}

}  // namespace scatterfold
