// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <span>

#include "base/element_type.hpp"
#include "user/user_call.hpp"

namespace scatterfold {

/// A compiled expression in this process, loaded from memory: no file is left, whatever happens.
class LoadedMap {
 public:
  /// `shared_object`: what `compile` gave, also on another rank. Errors: ResourceError.
  explicit LoadedMap(std::span<const std::byte> shared_object);
  ~LoadedMap();
  LoadedMap(const LoadedMap&) = delete;
  LoadedMap& operator=(const LoadedMap&) = delete;

  user::UserMap map() const { return map_; }
  /// Of the values: int64, uint64, float32 or float64.
  ElementType type() const { return type_; }

 private:
  void* library_ = nullptr;
  user::UserMap map_ = nullptr;
  ElementType type_ = ElementType::float64;
};

}  // namespace scatterfold
