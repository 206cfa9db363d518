// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/frame.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "base/error.hpp"

namespace scatterfold {
namespace {

constexpr std::uint32_t frame_magic = 0x53464d31;  // "SFM1"

/// What a failed send or recv means.
bool is_again() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

OutgoingFrame::OutgoingFrame(Operation operation, std::span<const std::byte> payload)
    : header_{frame_magic, static_cast<std::uint32_t>(operation), payload.size()}, payload_(payload) {}

Progress OutgoingFrame::advance(int socket, int flags) {
  const std::size_t total = sizeof(header_) + payload_.size();
  while (sent_ < total) {
    // Header and payload in one call: small messages are what the time of a phase is made of.
    const std::size_t of_header = std::min(sent_, sizeof(header_));
    const std::size_t of_payload = sent_ - of_header;
    iovec parts[2] = {{reinterpret_cast<std::byte*>(&header_) + of_header, sizeof(header_) - of_header},
                      {const_cast<std::byte*>(payload_.data()) + of_payload, payload_.size() - of_payload}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    const ssize_t count = sendmsg(socket, &message, flags | MSG_NOSIGNAL);
    if (count >= 0) {
      sent_ += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      return is_again() ? Progress::again : Progress::gone;
    }
  }
  return Progress::done;
}

Progress IncomingFrame::fill(int socket, int flags, std::span<std::byte> into, std::size_t& received) {
  while (received < into.size()) {
    const ssize_t count = recv(socket, into.data() + received, into.size() - received, flags);
    if (count > 0) {
      received += static_cast<std::size_t>(count);
    } else if (count == 0) {
      return Progress::gone;
    } else if (errno != EINTR) {
      return is_again() ? Progress::again : Progress::gone;
    }
  }
  return Progress::done;
}

Progress IncomingFrame::advance(int socket, int flags) {
  if (header_received_ < sizeof(header_)) {
    const Progress progress =
        fill(socket, flags, {reinterpret_cast<std::byte*>(&header_), sizeof(header_)}, header_received_);
    if (progress != Progress::done) return progress;
    if (header_.magic != frame_magic || header_.operation != static_cast<std::uint32_t>(expected_)) {
      throw Error(ExitCode::internal, "ranks are at different operations (" + std::to_string(header_.operation) +
                                          " met " + std::to_string(static_cast<std::uint32_t>(expected_)) +
                                          "): an internal error, please report it");
    }
    payload_.resize(header_.bytes);
  }
  return fill(socket, flags, payload_, payload_received_);
}

}  // namespace scatterfold
