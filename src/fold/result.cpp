// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "fold/result.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/checksum.hpp"

namespace scatterfold {
namespace {

__extension__ using UInt128 = unsigned __int128;

void append(std::vector<unsigned char>& bytes, std::uint64_t word) {
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<unsigned char>(word >> (8 * i)));
}

void append(std::vector<unsigned char>& bytes, double value) {
  append(bytes, value == value ? std::bit_cast<std::uint64_t>(value) : std::uint64_t{0x7ff8000000000000});
}

void append(std::vector<unsigned char>& bytes, std::int64_t value) { append(bytes, static_cast<std::uint64_t>(value)); }

void append(std::vector<unsigned char>& bytes, Int128 value) {
  append(bytes, static_cast<std::uint64_t>(value));
  if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max()) {
    append(bytes, static_cast<std::uint64_t>(static_cast<UInt128>(value) >> 64));
  }
}

template <class T>
void append(std::vector<unsigned char>& bytes, const std::vector<T>& values) {
  for (const T value : values) append(bytes, value);
}

}  // namespace

std::string to_string(Int128 value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  auto rest = negative ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
  std::string digits;
  for (; rest != 0; rest /= 10) digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string result_digest(const std::vector<Result>& results) {
  std::vector<unsigned char> bytes;
  for (const Result& result : results) {
    for (const ResultField& field : result.fields) {
      std::visit([&](const auto& value) { append(bytes, value); }, field.value);
    }
  }
  return xxh3_128({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string digest_of(const std::vector<std::string>& digests) {
  if (digests.size() == 1) return digests.front();
  std::string all;
  for (const std::string& digest : digests) all += digest;
  return xxh3_128(all);
}

}  // namespace scatterfold
