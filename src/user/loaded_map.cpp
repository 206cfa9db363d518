// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/loaded_map.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "base/size_signal.hpp"

namespace scatterfold {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw ResourceError(fmt::format("cannot load what --expr and --where became ({}): run again, or report it", why));
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
  const int file = memfd_create("scatterfold-user", MFD_CLOEXEC);
  if (file < 0) refuse(std::strerror(errno));
  const BlockedSizeSignal blocked;
  std::size_t done = 0;
  while (done < shared_object.size()) {
    const ssize_t written = ::write(file, shared_object.data() + done, shared_object.size() - done);
    if (written < 0) break;
    done += static_cast<std::size_t>(written);
  }
  if (done == shared_object.size()) library_ = dlopen(new_name_of(file).c_str(), RTLD_NOW | RTLD_LOCAL);
  const char* const why = library_ == nullptr ? dlerror() : nullptr;
  ::close(file);
  if (library_ == nullptr) refuse(why != nullptr ? why : "no memory for it");
  map_ = reinterpret_cast<UserMap>(dlsym(library_, user_map_name));
  const auto* const type = static_cast<const int*>(dlsym(library_, user_type_name));
  if (map_ == nullptr || type == nullptr) {
    dlclose(library_);
    refuse("it lacks a symbol");
  }
  type_ = static_cast<ElementType>(*type);
}

LoadedMap::~LoadedMap() { dlclose(library_); }

}  // namespace scatterfold
