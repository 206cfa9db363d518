// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/board.hpp"

#include <sys/mman.h>

#include <new>
#include <utility>

#include "base/error.hpp"

namespace scatterfold {

Board::Board(int seats) : count_(seats) {
  void* memory = mmap(nullptr, sizeof(Seat) * seats, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw ResourceError("no shared memory for the worker processes: lower --processes");
  seats_ = static_cast<Seat*>(memory);
  for (int i = 0; i < seats; ++i) new (seats_ + i) Seat;
}

Board::Board(Board&& other) noexcept
    : seats_(std::exchange(other.seats_, nullptr)), count_(std::exchange(other.count_, 0)) {}

Board::~Board() {
  if (seats_) munmap(seats_, sizeof(Seat) * count_);
}

int Board::abort_code() const {
  for (int i = 0; i < count_; ++i) {
    if (const int code = seats_[i].abort_code) return code;
  }
  return 0;
}

}  // namespace scatterfold
