// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <fcntl.h>
#include <poll.h>
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

namespace scatterfold::testing_team {

using Environment = std::map<std::string, std::string>;

struct TeamKind {
  std::string kind;
  int size;
};

struct Outcome {
  int code = -1;  ///< exit code, or 128 + signal
  double seconds = 0;
  bool timed_out = false;
  std::string out, err;
  std::vector<std::string> left;  ///< processes of the run that still live 2 s after its end

  /// The lines of stderr that are the program's own; launchers add theirs.
  std::vector<std::string> error_lines() const {
    std::vector<std::string> lines;
    std::istringstream stream(err);
    for (std::string line; std::getline(stream, line);) {
      if (line.starts_with("scatterfold: error: ")) lines.push_back(line);
    }
    return lines;
  }
};

inline bool has_mpirun() { return std::system("command -v mpirun >/dev/null 2>&1") == 0; }

/// Processes that carry this tag in their environment, so also those that lost their parent.
inline std::vector<std::string> processes_with(const std::string& tag) {
  std::vector<std::string> found;
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

/// Starts this program again as a team and waits for its end, 20 s at most. `meanwhile` is called once, with the pid,
/// as soon as something stands on stdout.
inline Outcome run_team_once(const TeamKind& team, const std::string& body, Environment more = {},
                             const std::function<void(pid_t)>& meanwhile = {}) {
  static int runs = 0;
  const std::string tag = "scatterfold-test-" + std::to_string(getpid()) + "-" + std::to_string(++runs);
  more["SCATTERFOLD_TEST_TEAM"] = team.kind;
  more["SCATTERFOLD_TEST_SIZE"] = std::to_string(team.size);
  more["SCATTERFOLD_TEST_BODY"] = body;
  more["SCATTERFOLD_TEST_TAG"] = tag;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  std::vector<std::string> command = {self};
  std::filesystem::path segments;
  if (team.kind == "mpi") {
    more["OMPI_ALLOW_RUN_AS_ROOT"] = more["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
    // Ranks that are killed leave their shared segments of megabytes each behind; here they can be removed.
    segments = std::filesystem::temp_directory_path() / tag;
    std::filesystem::create_directory(segments);
    more["OMPI_MCA_btl_vader_backing_directory"] = segments;
    command = {"mpirun", "--oversubscribe", "-np", std::to_string(team.size), self};
  }

  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) std::abort();
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    dup2(out[1], 1);
    dup2(err[1], 2);
    for (const auto& [name, value] : more) setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> words;
    for (std::string& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);

  Outcome outcome;
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  int status = 0;
  bool ended = false, told = false;
  pollfd pipes[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string* texts[2] = {&outcome.out, &outcome.err};
  // The run has ended when its first process has; one that is left behind may hold the pipes open for longer.
  while (true) {
    poll(pipes, 2, 10);
    bool read_some = false;
    for (int i = 0; i < 2; ++i) {
      char bytes[4096];
      if (!(pipes[i].revents & (POLLIN | POLLHUP))) continue;
      const ssize_t count = read(pipes[i].fd, bytes, sizeof(bytes));
      if (count > 0) texts[i]->append(bytes, static_cast<std::size_t>(count));
      if (count > 0) read_some = true;
      if (count <= 0) pipes[i].fd = -1;
    }
    if (meanwhile && !told && !outcome.out.empty()) {
      told = true;
      meanwhile(child);
    }
    if (ended && !read_some) break;
    if (!ended && waitpid(child, &status, WNOHANG) == child) {
      ended = true;
      outcome.seconds = elapsed();
    }
    if (!ended && elapsed() > 20) {
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
  if (!segments.empty()) std::filesystem::remove_all(segments);
  return outcome;
}

/// run_team_once; once more when mpirun itself crashed: Open MPI 4.1.4 with PMIx 4.2.2 now and then falls over in
/// PMIx_server_finalize after the ranks have ended as they should, and its exit code says nothing about them.
inline Outcome run_team(const TeamKind& team, const std::string& body, const Environment& more = {},
                        const std::function<void(pid_t)>& meanwhile = {}) {
  const Outcome outcome = run_team_once(team, body, more, meanwhile);
  if (team.kind != "mpi" || outcome.code != 128 + SIGSEGV ||
      outcome.err.find("PMIx_server_finalize") == std::string::npos) {
    return outcome;
  }
  std::cout << "mpirun crashed in PMIx_server_finalize (not scatterfold): running " << body << " once more\n";
  return run_team_once(team, body, more, meanwhile);
}

}  // namespace scatterfold::testing_team
