// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace scatterfold::bench {

/// A Python beside us that folds as much data of the same kind with NumPy, on one core, when asked.
class NumpyPeer {
 public:
  NumpyPeer(const std::string& type, std::int64_t bytes);
  ~NumpyPeer();
  NumpyPeer(const NumpyPeer&) = delete;
  NumpyPeer& operator=(const NumpyPeer&) = delete;

  /// Why there is no peer; empty where there is one.
  const std::string& trouble() const { return trouble_; }
  /// Lets it fold once; gives the seconds by its own clock.
  double seconds();

 private:
  std::string line();

  pid_t child_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
  std::string trouble_;
};

}  // namespace scatterfold::bench
