// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>
#include <string>

/// Files that a process must not leave behind when a signal ends it. Signals themselves are caught in team/.
namespace scatterfold {

/// As long as one lives, its file is removed when a signal ends this process. Errors: an internal one for too many.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const std::string& path);
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

 private:
  std::unique_ptr<std::string> path_;  // its bytes stay where they are
};

/// As long as one lives, a signal waits: for steps that must be done together. One at a time, on the main thread.
class SignalsWait {
 public:
  SignalsWait() noexcept;
  ~SignalsWait();  ///< what came meanwhile is taken up now
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;

  /// What comes now comes too late: the process goes on to its end.
  void for_ever() noexcept { for_ever_ = true; }

 private:
  bool for_ever_ = false;
};

/// For signal handlers. Whether the process is to end now: not twice, and not while signals wait.
bool may_end_now(int signal) noexcept;
void remove_unfinished_files() noexcept;

}  // namespace scatterfold
