// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace scatterfold {

/// XXH3-64 of bytes that come piece by piece: whether what is read back is what was written.
class Checksum {
 public:
  Checksum();
  ~Checksum();

  void reset();
  void add(const void* bytes, std::size_t size);
  std::uint64_t value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// XXH3-128 of bytes, as 32 hex digits.
std::string xxh3_128(std::string_view bytes);

}  // namespace scatterfold
