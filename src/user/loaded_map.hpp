// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <span>

#include "base/element_type.hpp"
#include "user/guarded_map.hpp"

namespace scatterfold {

/// A compiled kernel or expression in this process, loaded from memory: no file is left, whatever happens.
class LoadedMap {
 public:
  /// `shared_object`: what `compile` gave, also on another rank. Errors: ResourceError.
  explicit LoadedMap(std::span<const std::byte> shared_object);
  ~LoadedMap();
  LoadedMap(const LoadedMap&) = delete;
  LoadedMap& operator=(const LoadedMap&) = delete;

  GuardedMap map() const { return GuardedMap(map_); }
  /// Whether it looks at UserCall::index and shape.
  bool uses_place() const { return uses_place_; }
  /// Of the values: int64, uint64, float32 or float64.
  ElementType type() const { return type_; }

 private:
  void* library_ = nullptr;
  user::UserMap map_ = nullptr;
  ElementType type_ = ElementType::float64;
  bool uses_place_ = false;
};

}  // namespace scatterfold
