// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "support/scratch_folder.hpp"

/// Programs in child processes, with and without mpirun, and what came of them.
namespace scatterfold {

/// Limits of time and memory hold for the program that people get, not for one that is instrumented or not optimised.
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
inline constexpr bool as_released = true;
#else
inline constexpr bool as_released = false;
#endif

using Environment = std::map<std::string, std::string>;
using Words = std::vector<std::string>;

/// What is wanted of a start besides its words.
struct ChildStart {
  Environment environment = {};
  double limit_s = 60;
  std::string folder = {};
  std::function<void(pid_t)> meanwhile = {};  ///< called once, as soon as something stands on stdout
};

struct ChildOutcome {
  int code = -1;  ///< exit code, or 128 + signal
  double seconds = 0;
  bool timed_out = false;
  std::string out, err;
  Words left;             ///< processes of the run that still live 2 s after its end
  long peak_rss_kib = 0;  ///< of the largest process

  /// The lines of stderr that are the program's own; launchers add theirs.
  Words error_lines() const {
    Words lines;
    std::istringstream stream(err);
    for (std::string line; std::getline(stream, line);) {
      if (line.starts_with("scatterfold: error: ")) lines.push_back(line);
    }
    return lines;
  }
};

/// Live processes that carry this tag in their environment, so also those that lost their parent.
inline Words processes_with(const std::string& tag) {
  Words found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos || pid == std::to_string(getpid())) continue;
    std::ifstream environment(entry.path() / "environ", std::ios::binary), command(entry.path() / "stat");
    std::stringstream text, stat;
    text << environment.rdbuf();
    stat << command.rdbuf();
    if (text.str().find(tag) != std::string::npos) found.push_back(stat.str());
  }
  return found;
}

/// Runs a command to its end. Past the limit its process group is killed.
inline ChildOutcome run_child_command(const Words& command, const ChildStart& start = {}) {
  static int runs = 0;
  const std::string tag = "scatterfold-test-" + std::to_string(getpid()) + "-" + std::to_string(++runs);
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) std::abort();
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    if (!start.folder.empty() && chdir(start.folder.c_str()) != 0) _exit(126);
    dup2(out[1], 1);
    dup2(err[1], 2);
    dup2(open("/dev/null", O_RDONLY), 0);
    setenv("SCATTERFOLD_TEST_TAG", tag.c_str(), 1);
    for (const auto& [name, value] : start.environment) setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);

  ChildOutcome outcome;
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  int status = 0;
  bool ended = false, told = false;
  pollfd pipes[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string* texts[2] = {&outcome.out, &outcome.err};
  // The run has ended when its first process has; one that is left behind may hold the pipes open for longer.
  while (true) {
    poll(pipes, 2, ended ? 0 : 5);
    bool read_some = false;
    for (int i = 0; i < 2; ++i) {
      char bytes[65536];
      if (!(pipes[i].revents & (POLLIN | POLLHUP))) continue;
      const ssize_t count = read(pipes[i].fd, bytes, sizeof bytes);
      if (count > 0) texts[i]->append(bytes, static_cast<std::size_t>(count));
      if (count > 0) read_some = true;
      if (count <= 0) pipes[i].fd = -1;
    }
    if (start.meanwhile && !told && !outcome.out.empty()) {
      told = true;
      start.meanwhile(child);
    }
    if (ended && !read_some) break;
    rusage usage{};
    if (!ended && wait4(child, &status, WNOHANG, &usage) == child) {
      ended = true;
      outcome.seconds = elapsed();
      outcome.peak_rss_kib = usage.ru_maxrss;
    }
    if (!ended && !outcome.timed_out && elapsed() > start.limit_s) {
      outcome.timed_out = true;
      kill(-child, SIGKILL);
    }
  }
  close(out[0]);
  close(err[0]);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  for (int i = 0; i < 20 && !(outcome.left = processes_with(tag)).empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  if (!outcome.left.empty()) kill(-child, SIGKILL);
  return outcome;
}

inline bool has_mpirun() {
  static const bool found = std::system("command -v mpirun >/dev/null 2>&1") == 0;
  return found;
}

/// A command under mpirun. Once more when mpirun itself crashed: Open MPI 4.1.4 with PMIx 4.2.2 now and then falls over
/// in PMIx_server_finalize after the ranks have ended as they should, and its code says nothing of them.
inline ChildOutcome run_ranks(int ranks, const Words& command, ChildStart start) {
  const ScratchFolder segments;  // ranks that are killed leave their shared memory behind; here it is removed
  start.environment.insert({{"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                            {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                            {"OMPI_MCA_btl_vader_backing_directory", segments.path().string()}});
  Words words = {"mpirun", "--oversubscribe", "-np", std::to_string(ranks)};
  words.insert(words.end(), command.begin(), command.end());
  const ChildOutcome outcome = run_child_command(words, start);
  if (outcome.code != 128 + SIGSEGV || outcome.err.find("PMIx_server_finalize") == std::string::npos) return outcome;
  std::cout << "mpirun crashed in PMIx_server_finalize (not scatterfold): once more\n";
  return run_child_command(words, start);
}

}  // namespace scatterfold
