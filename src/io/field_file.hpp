// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>

#include "io/field_writer.hpp"
#include "io/handle.hpp"

/// What the two halves of the field writer share: field_writer.cpp (metadata) and field_elements.cpp (data).
namespace scatterfold {

/// Access without HDF5's file lock: the claim on the output already holds one on the same file.
PropertyHandle unlocked_access();

/// How many chunks cover the dataset; 0 for contiguous data.
std::int64_t chunk_count(const FieldLayout& layout);

/// Errors: OutputError with the system's text; with a remedy where the disk, a quota or a limit is the cause.
[[noreturn]] void throw_write_error(const std::string& path, int number);

/// Errors: OutputError with HDF5's own text, or the system's where a system call failed. Needs `hdf5_mutex()`.
[[noreturn]] void throw_hdf5_error(const std::string& path, const std::string& what);

}  // namespace scatterfold
