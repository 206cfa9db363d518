// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/guarded.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "io/dataset.hpp"
#include "io/hdf5_lock.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

constexpr rlim_t most_extra_memory = rlim_t{4} << 30;
// A dataset of many small chunks takes honest time to look at, about a second for 64 MiB of them.
constexpr rlim_t least_seconds = 8, most_seconds = 600, bytes_per_second = rlim_t{64} << 20;

// A child for every file would take longer than looking into a small one.
constexpr std::ptrdiff_t files_of_a_child = 64;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool can_limit_memory = false;  // a sanitizer's shadow is larger than any limit
#else
constexpr bool can_limit_memory = true;
#endif

rlim_t memory_in_use() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

/// Lowers a limit, never raises one.
void lower(decltype(RLIMIT_CPU) resource, rlim_t value) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return;
  limit.rlim_cur = std::min(limit.rlim_cur, value);
  setrlimit(resource, &limit);
}

void limit_this_process(const std::string& file) {
  struct stat status {};
  const rlim_t bytes = stat(file.c_str(), &status) == 0 ? static_cast<rlim_t>(status.st_size) : 0;
  lower(RLIMIT_CPU, std::min(least_seconds + bytes / bytes_per_second, most_seconds));
  lower(RLIMIT_CORE, 0);
  if (can_limit_memory) lower(RLIMIT_AS, memory_in_use() + most_extra_memory);
  // Handlers of the program's own (a backtrace printer, say) would print the crash.
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL, SIGXCPU}) std::signal(number, SIG_DFL);
}

bool write_all(int descriptor, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(descriptor, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

/// The answer's first letter: '=' what `body` returned, '!' an InputError, '?' another exception.
std::string answer_of(const std::function<std::string()>& body) {
  std::string answer;
  try {
    answer = body();
    answer.insert(answer.begin(), '=');
  } catch (const InputError& error) {
    answer.assign(1, '!').append(error.what());
  } catch (const std::exception& error) {
    answer.assign(1, '?').append(error.what());
  }
  return answer;
}

[[noreturn]] void live_as_child(int answer, const std::string& file, const std::function<std::string()>& body) {
  limit_this_process(file);
  // HDF5 and malloc write their last words to stderr; the parent says it in one line.
  if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
  _exit(write_all(answer, answer_of(body)) ? 0 : 1);
}

std::string read_all(int descriptor) {
  std::string text;
  char buffer[1 << 14];
  while (true) {
    const ssize_t n = ::read(descriptor, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

std::string what_ended(int status) {
  if (!WIFSIGNALED(status)) return "the HDF5 library gave up on it";
  if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL) return "the HDF5 library came to no end with it";
  return fmt::format("the HDF5 library crashes on it ({})", strsignal(WTERMSIG(status)));
}

}  // namespace

std::string look_guarded(const std::string& file, const std::function<std::string()>& body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw ResourceError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const FileDescriptor mine(ends[0]);
  FileDescriptor theirs(ends[1]);
  pid_t child = -1;
  {
    // With the lock in hand no other thread is inside HDF5, so that the child finds it in order.
    const std::lock_guard<std::mutex> lock(hdf5_mutex());
    child = fork();
  }
  if (child < 0) throw ResourceError(fmt::format("cannot start a process: {}", std::strerror(errno)));
  if (child == 0) live_as_child(theirs.get(), file, body);
  theirs.reset();
  const std::string answer = read_all(mine.get());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || answer.empty()) {
    throw InputError(
        fmt::format("damaged HDF5 file ({}): {}; get a fresh copy", printable(file, 1000), what_ended(status)));
  }
  if (answer[0] == '!') throw InputError(answer.substr(1));
  if (answer[0] == '?') {
    throw InputError(
        fmt::format("damaged HDF5 file ({}): {}; get a fresh copy", printable(file, 1000), answer.substr(1)));
  }
  return answer.substr(1);
}

void check_inputs(const std::vector<std::string>& files, const std::string& path, bool semantics) {
  const auto check = [&](auto first, auto last) {
    look_guarded(*first, [&] {
      for (auto file = first; file != last; ++file) const Dataset dataset(*file, path, semantics);
      return std::string();
    });
  };
  for (auto first = files.begin(); first != files.end();) {
    const auto last = first + std::min(files_of_a_child, files.end() - first);
    try {
      check(first, last);
    } catch (const InputError&) {
      // Which of them it was. Perhaps none: they had the limits of the first, and each has its own now.
      for (auto file = first; file != last; ++file) check(file, file + 1);
    }
    first = last;
  }
}

std::vector<GroupMember> look_at_group(const std::string& file, const std::string& path, bool semantics) {
  return unpacked_members(look_guarded(file, [&] { return packed(group_members(file, path, semantics)); }));
}

}  // namespace scatterfold
