// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/handle.hpp"

/// What writers of large files have in common: field_writer.hpp and array_file.hpp. A file gets its metadata and
/// `complete` = 0, then its data by plain writes of any number of processes, then `complete` = 1.
namespace scatterfold {

/// Refuses what cannot fit on the disk or under the limit of a file's size, before a file exists. `bytes` are those of
/// the data; room for metadata is added. Errors: OutputError.
void check_room(const std::string& path, double bytes);

/// Reserves the room of contiguous data, so that a full disk is known before any data. File systems that cannot are
/// left alone. Errors: OutputError.
void reserve(const std::string& path, std::int64_t offset, std::int64_t bytes);

/// Writes all the bytes. Errors: OutputError.
void write_at(int descriptor, const std::string& path, const unsigned char* bytes, std::int64_t size,
              std::int64_t offset);

/// Reads all the bytes. Errors: OutputError, also where the file ends before.
void read_at(int descriptor, const std::string& path, unsigned char* bytes, std::int64_t size, std::int64_t offset);

/// Writes what the system holds of the file to the device and asks it to forget its copy, so that the next read is one
/// of the device, where the file system lets it be. Errors: OutputError.
void flush_to_device(const std::string& path);

/// Errors: OutputError where it is not there.
std::int64_t file_bytes(const std::string& path);

/// How many chunks cover a dataset; 0 for contiguous data, which has no `chunk`.
std::int64_t chunk_count(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& chunk);

/// Errors: OutputError with the system's text; with a remedy where the disk, a quota or a limit is the cause.
[[noreturn]] void throw_write_error(const std::string& path, int number);

[[noreturn]] void throw_read_error(const std::string& path, int number);

/// Errors: OutputError: what was written is not what is there.
[[noreturn]] void throw_damaged(const std::string& path, const std::string& what);

/// Errors: OutputError with HDF5's own text, or the system's where a system call failed.
/// The caller holds `hdf5_mutex()`, here and below.
[[noreturn]] void throw_hdf5_error(const std::string& path, const std::string& what);

/// Access without HDF5's file lock: the claim on the output already holds one on the same file.
PropertyHandle unlocked_access();

/// How a dataset is stored.
struct Storage {
  std::vector<std::int64_t> chunk;  ///< empty: contiguous, with room from the start
  int deflate = -1;                 ///< level, or -1 for none
  bool shuffle = false, fletcher32 = false;
};

/// Properties to create `dataset` with; nothing is written where no data is. Errors: UsageError where HDF5 refuses.
PropertyHandle storage_properties(const std::string& dataset, const Storage& storage);

/// A text that h5py shows as `str`. Errors: OutputError, here and below.
void write_text(hid_t object, const std::string& name, const std::string& value, const std::string& path);

/// Root attribute `complete` = 0.
void create_complete_mark(hid_t file, const std::string& path);

/// Opens for writing what another call has made.
FileHandle open_output(const std::string& path);

/// Opens for reading what another call has written.
FileHandle open_written(const std::string& path);

/// `complete` = 1, and everything goes to the file.
void set_complete_mark(hid_t file, const std::string& path);

/// The same, and looks at the mark. HDF5's close has been seen to succeed on a full disk, so what counts is
/// what a fresh look finds.
FileHandle open_complete(const std::string& path);

}  // namespace scatterfold
