// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "io/group_members.hpp"

namespace scatterfold {

/// Runs `body`, which looks into `file` with HDF5, in a forked child with limits on memory and processor time, and
/// returns what it returns. HDF5 crashes on some malformed files, loops for ever on others and believes sizes that it
/// reads: the child takes that. Its InputError is thrown here as it is.
/// Errors: InputError, one line, when the child crashed or ran into its limits.
/// The process must be one that may fork: before MPI and CUDA are started.
std::string look_guarded(const std::string& file, const std::function<std::string()>& body);

/// Opens a dataset of each file as `Dataset` does, in such children, and closes it again. Errors: InputError of the
/// first file that has one.
void check_inputs(const std::vector<std::string>& files, const std::string& path, bool semantics);

/// `group_members` of a file, found out in such a child.
std::vector<GroupMember> look_at_group(const std::string& file, const std::string& path, bool semantics);

}  // namespace scatterfold
