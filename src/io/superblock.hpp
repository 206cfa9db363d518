// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <optional>

namespace scatterfold {

/// The few fields of an HDF5 superblock that tell a truncated file or one left by a killed writer.
/// Source: HDF5 File Format Specification 3.0, section II.A, versions 0 to 3.
struct Superblock {
  std::int64_t address = 0;  ///< of the signature: 0, or after a user block 512, 1024, 2048, ...
  int version = 0;
  std::int64_t end_of_file = 0;  ///< the size that the header says the file has
  bool marked_for_writing = false;
  bool marked_for_swmr = false;
};

/// Where the signature begins in the open file `descriptor` of `file_bytes` bytes, or nothing.
std::optional<std::int64_t> find_hdf5_signature(int descriptor, std::int64_t file_bytes);

/// Reads the superblock at `address`. Nothing when it is too damaged to say.
std::optional<Superblock> read_superblock(int descriptor, std::int64_t address);

}  // namespace scatterfold
