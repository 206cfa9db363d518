// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "fold/decoding.hpp"
#include "partition/partition.hpp"

namespace scatterfold {

/// What a read took of its thread, and how many bytes came from storage.
struct ReadCost {
  double read_s = 0, decode_s = 0, compute_s = 0;
  std::int64_t bytes = 0;

  void add(const ReadCost& other) {
    read_s += other.read_s;
    decode_s += other.decode_s;
    compute_s += other.compute_s;
    bytes += other.bytes;
  }
};

/// One thread's look at elements that lie in memory as they are stored, without a copy of its own.
class SourceView {
 public:
  virtual ~SourceView() = default;

  /// The stored bytes of a span, aligned for their type, until the next call; null where they must be read.
  virtual const std::byte* find(const Span& span) = 0;
  /// To be called before anybody trusts what was made of `span`, the one that was found last. Errors: InputError where
  /// its bytes went away meanwhile.
  virtual void check(const Span& span) const = 0;
};

/// Where elements come from.
class Source {
 public:
  virtual ~Source() = default;

  virtual const Partition& partition() const = 0;
  virtual const Decoding& decoding() const = 0;

  /// Reads the stored bytes of a span into `out` (elements * size_of(stored) bytes). Threads may call it at once.
  /// Errors: InputError naming file, dataset and place.
  virtual ReadCost read(const Span& span, std::byte* out) const = 0;

  /// For the calling thread, which destroys it, too; null where everything must be read.
  virtual std::unique_ptr<SourceView> make_view() const { return nullptr; }

  /// Whether reading a part of a unit costs as much as all of it.
  virtual bool reads_whole_units() const { return false; }
  /// Memory that every reading thread needs beside what it reads into.
  virtual std::int64_t thread_bytes() const { return 0; }
};

}  // namespace scatterfold
