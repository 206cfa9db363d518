// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace scatterfold {

/// What a message between rank 0 and a worker belongs to. Both sides name it, so that ranks that disagree about what
/// comes next are told so instead of reading each other's bytes as something else.
enum class Operation : std::uint32_t { start = 1, gather, exchange, broadcast, sum };

struct FrameHeader {
  std::uint32_t magic, operation;
  std::uint64_t bytes;
};

/// How far a transfer came: finished, to be continued when the socket is ready, or the peer is gone.
enum class Progress { done, again, gone };

/// One message on its way out. The payload must outlive it.
class OutgoingFrame {
 public:
  OutgoingFrame(Operation operation, std::span<const std::byte> payload);
  /// Sends what the socket takes; all of it where the socket blocks (`flags` without MSG_DONTWAIT).
  Progress advance(int socket, int flags);

 private:
  FrameHeader header_;
  std::span<const std::byte> payload_;
  std::size_t sent_ = 0;  ///< of header and payload together
};

/// One message on its way in.
class IncomingFrame {
 public:
  explicit IncomingFrame(Operation expected) : expected_(expected) {}
  /// Receives what is there. Errors: Error with ExitCode::internal when the peer is at another operation.
  Progress advance(int socket, int flags);
  std::vector<std::byte>& payload() { return payload_; }

 private:
  Progress fill(int socket, int flags, std::span<std::byte> into, std::size_t& received);

  Operation expected_;
  FrameHeader header_{};
  std::size_t header_received_ = 0, payload_received_ = 0;
  std::vector<std::byte> payload_;
};

}  // namespace scatterfold
