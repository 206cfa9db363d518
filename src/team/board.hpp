// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <atomic>

namespace scatterfold {

/// One rank's place on the board.
struct Seat {
  std::atomic<bool> leaving{false};  ///< its team was destroyed: that it goes now is no loss
  std::atomic<int> abort_code{0};    ///< it ended the team on purpose, with this code, and said why itself
};

/// Memory that rank 0 and its workers share beside their sockets, so that leaving and aborting need no message.
class Board {
 public:
  explicit Board(int seats);  ///< Errors: ResourceError
  ~Board();
  Board(Board&& other) noexcept;
  Board& operator=(Board&&) = delete;

  Seat& operator[](int rank) { return seats_[rank]; }
  /// The code of a rank that aborted; 0 when none did.
  int abort_code() const;

 private:
  Seat* seats_;
  int count_;
};

}  // namespace scatterfold
