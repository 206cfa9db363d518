// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/loaded_map.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <atomic>
#include <string>

#include "base/error.hpp"
#include "user/memory_file.hpp"
#include "user/user_code.hpp"

namespace scatterfold {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw ResourceError(
      fmt::format("cannot load what --kernel, --expr and --where became ({}): run again, or report it", why));
}

/// The loader takes a name that it knows for the same library, even of one that was closed.
std::string new_name_of(int file) {
  static std::atomic<int> loaded = 0;
  std::string name = "/proc/self/fd/";
  const int number = loaded++;
  for (int bit = 0; bit < 31; ++bit) name += (number >> bit & 1) != 0 ? "./" : "/";
  return name + std::to_string(file);
}

}  // namespace

LoadedMap::LoadedMap(std::span<const std::byte> shared_object) {
  const MemoryFile file(shared_object);
  library_ = dlopen(new_name_of(file.descriptor()).c_str(), RTLD_NOW | RTLD_LOCAL);
  const char* const why = library_ == nullptr ? dlerror() : nullptr;
  if (library_ == nullptr) refuse(why != nullptr ? why : "no memory for it");
  map_ = reinterpret_cast<user::UserMap>(dlsym(library_, user_map_name));
  const auto* const type = static_cast<const int*>(dlsym(library_, user_type_name));
  const auto* const place = static_cast<const bool*>(dlsym(library_, user_place_name));
  if (map_ == nullptr || type == nullptr || place == nullptr) {
    dlclose(library_);
    refuse("it lacks a symbol");
  }
  type_ = static_cast<ElementType>(*type);
  uses_place_ = *place;
}

LoadedMap::~LoadedMap() { dlclose(library_); }

}  // namespace scatterfold
