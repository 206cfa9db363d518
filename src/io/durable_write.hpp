// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>

namespace scatterfold {

/// Makes the open file `descriptor` hold exactly these bytes: reserves the room first, so that a full disk or a quota
/// is found before anything is written, writes, flushes to the device and reads back. Errors: OutputError naming
/// `path`. A file-size limit is an error too and not the signal that kills.
void write_durably(int descriptor, const std::string& path, const void* bytes, std::size_t size);

/// Flushes the folder `path`, so that a rename in it survives a power cut. File systems that cannot are left alone.
/// Errors: OutputError.
void flush_folder(const std::string& path);

}  // namespace scatterfold
