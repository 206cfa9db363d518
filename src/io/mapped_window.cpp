// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/mapped_window.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace scatterfold {
namespace {

constexpr std::int64_t looked_at = 8;  // pages of a window

thread_local MappedWindow* windows = nullptr;  // of this thread; the handler goes through them

struct sigaction before;

void on_bus_error(int, siginfo_t* info, void*) {
  const int error = errno;
  // What is not ours: back to what was there before, which the same access then finds.
  if (!MappedWindow::replace_lost(info->si_addr)) sigaction(SIGBUS, &before, nullptr);
  errno = error;
}

void catch_bus_errors() {
  struct sigaction ours {};
  ours.sa_sigaction = on_bus_error;
  ours.sa_flags = SA_SIGINFO;
  sigemptyset(&ours.sa_mask);
  sigaction(SIGBUS, &ours, &before);
}

std::int64_t page_bytes() {
  static const std::int64_t bytes = sysconf(_SC_PAGESIZE);
  return bytes;
}

bool owns(int file) {
  struct stat status {};
  return geteuid() == 0 || (fstat(file, &status) == 0 && status.st_uid == geteuid());
}

}  // namespace

MappedWindow::MappedWindow(int file, std::int64_t file_bytes)
    : file_(file), told_by_mincore_(owns(file)), file_bytes_(file_bytes) {
  static const bool caught = (catch_bus_errors(), true);
  (void)caught;
}

const std::byte* MappedWindow::find(std::int64_t offset, std::int64_t count) {
  if (offset < first_ || offset + count > end_) {
    close();
    if (count > window_bytes || offset + count > file_bytes_) return nullptr;
    first_ = offset - offset % page_bytes();
    end_ = std::min(offset + window_bytes, file_bytes_);
    void* const at = mmap(nullptr, static_cast<std::size_t>(end_ - first_), PROT_READ, MAP_SHARED, file_, first_);
    if (at == MAP_FAILED) return nullptr;
    data_ = static_cast<std::byte*>(at);
    next_ = windows;
    windows = this;
    if (!is_in_memory()) {
      const std::int64_t first = first_, end = end_;
      close();
      first_ = first, end_ = end;  // all of it is to be read
    }
  }
  return data_ == nullptr ? nullptr : data_ + (offset - first_);
}

bool MappedWindow::is_in_memory() const {
  // Some pages: asking for all takes as long as a quarter of the copy that is saved. The rest had better be read ahead.
  madvise(data_, static_cast<std::size_t>(end_ - first_), MADV_SEQUENTIAL);
  const std::int64_t pages = (end_ - first_ + page_bytes() - 1) / page_bytes();
  for (std::int64_t sample = 0; sample < looked_at; ++sample) {
    if (!has_page(pages * sample / looked_at)) return false;
  }
  return true;
}

bool MappedWindow::has_page(std::int64_t page) const {
  const std::int64_t at = page * page_bytes();
  unsigned char there = 0;
  if (told_by_mincore_) return mincore(data_ + at, 1, &there) == 0 && (there & 1) != 0;
  const iovec one{&there, 1};
  return preadv2(file_, &one, 1, first_ + at, RWF_NOWAIT) == 1;
}

void MappedWindow::close() {
  if (data_ != nullptr) {
    MappedWindow** at = &windows;
    while (*at != this) at = &(*at)->next_;
    *at = next_;
    munmap(data_, static_cast<std::size_t>(end_ - first_));
  }
  data_ = nullptr;
  first_ = end_ = 0;
}

bool MappedWindow::replace_lost(const void* address) {
  for (MappedWindow* w = windows; w != nullptr; w = w->next_) {
    const std::ptrdiff_t at = static_cast<const std::byte*>(address) - w->data_, size = w->end_ - w->first_;
    if (at < 0 || at >= size) continue;
    const std::ptrdiff_t page = at - at % page_bytes();
    w->lost_ = true;
    return mmap(w->data_ + page, static_cast<std::size_t>(size - page), PROT_READ,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
  }
  return false;
}

}  // namespace scatterfold
