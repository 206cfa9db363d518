// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include <hdf5.h>

#include "io/dataset.hpp"
#include "io/stored_type.hpp"

namespace scatterfold {

/// What an open dataset is, without judging whether it can be read (`check_storage` does). `type.problem` is empty.
/// Errors: InputError as `describe_storage` and `describe_rules`. The caller holds `hdf5_mutex()`.
DatasetInfo describe_dataset(hid_t dataset, const StoredType& type, const std::string& file, const std::string& path,
                             bool semantics);

/// The name of the file that `dataset` really is in: another one than `file` behind an external link.
std::string containing_file(hid_t dataset, const std::string& file);

}  // namespace scatterfold
