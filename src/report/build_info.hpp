// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

namespace scatterfold {

/// What this program was built from and with; the definition is generated (cmake/BuildInfo.cmake). No paths of the
/// build machine are in it.
struct BuildInfo {
  std::string version;     ///< "0.1.0"
  std::string build_type;  ///< "Release"
  std::string compiler;    ///< "GNU 12.2.0"
  std::string mpi;         ///< "Open MPI 4.1.4"
  std::string hdf5;        ///< "1.10.8", of the headers
  std::string cuda;        ///< "13.0.48 (architectures 90-real)"; empty in a CPU-only build
  std::string nccl;        ///< "2.28.9"; empty without
  std::string sanitizer;   ///< "address"; empty in an ordinary build
};
const BuildInfo& build_info();

/// The commit that was built, found when it was built: "40ed5581a2b3", with "-modified" behind it where tracked files
/// had changed, "unknown" without git.
const char* git_hash();

}  // namespace scatterfold
