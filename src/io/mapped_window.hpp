// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>

namespace scatterfold {

/// A stretch of a file that lies in memory already, looked at where the kernel holds it: without the copy that `read`
/// makes. Memory is not this program's: the kernel may take it back. Made, used and destroyed by one thread.
class MappedWindow {
 public:
  /// So much of the file is looked at in one go: as much as a thread takes of it before it goes on elsewhere.
  static constexpr std::int64_t window_bytes = std::int64_t{8} << 20;

  /// `file`: a descriptor that stays open as long as this; the file has `file_bytes`.
  MappedWindow(int file, std::int64_t file_bytes);
  ~MappedWindow() { close(); }
  MappedWindow(const MappedWindow&) = delete;
  MappedWindow& operator=(const MappedWindow&) = delete;

  /// The bytes [offset, offset + count) of the file, at most window_bytes of them, until the next call. Null where they
  /// are better read: what lies around them seems not to be in memory, the file has not so many, or cannot be mapped.
  const std::byte* find(std::int64_t offset, std::int64_t count);

  /// Whether bytes that were found went away while they were in use, because the file became shorter or storage failed.
  /// They were zeros then; without this the thread would have died of SIGBUS. Of the page that the file now ends in the
  /// kernel itself makes zeros without a word: who trusts what was found asks for the size of the file, too.
  bool lost() const { return lost_; }

  /// For the handler of SIGBUS: puts zeros in the place of what cannot be brought back. False where `address` is in
  /// none of this thread's windows.
  static bool replace_lost(const void* address);

 private:
  void close();
  bool is_in_memory() const;
  bool has_page(std::int64_t page) const;

  int file_;
  bool told_by_mincore_;  ///< the kernel tells others than the owner that every page is there
  std::int64_t file_bytes_;
  std::int64_t first_ = 0, end_ = 0;  ///< of the file
  std::byte* data_ = nullptr;         ///< where `first_` is
  MappedWindow* next_ = nullptr;      ///< of this thread's
  volatile bool lost_ = false;        ///< set by a signal
};

}  // namespace scatterfold
