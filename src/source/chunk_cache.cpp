// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/chunk_cache.hpp"

namespace scatterfold {

std::shared_ptr<const ChunkCache::Chunk> ChunkCache::find_or_make(const Number& number, std::int64_t bytes,
                                                                  const std::function<Chunk()>& make) {
  const std::shared_ptr<Entry> entry = entry_of(number, bytes);
  std::call_once(entry->made, [&] { entry->chunk = make(); });
  return {entry, &entry->chunk};
}

std::shared_ptr<ChunkCache::Entry> ChunkCache::entry_of(const Number& number, std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (const auto found = places_.find(number); found != places_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front();
  }
  while (!entries_.empty() && bytes_ + bytes > most_bytes_) {
    bytes_ -= entries_.back()->bytes;
    places_.erase(entries_.back()->number);
    entries_.pop_back();
  }
  entries_.push_front(std::make_shared<Entry>());
  entries_.front()->number = number;
  entries_.front()->bytes = bytes;
  places_[number] = entries_.begin();
  bytes_ += bytes;
  return entries_.front();
}

}  // namespace scatterfold
