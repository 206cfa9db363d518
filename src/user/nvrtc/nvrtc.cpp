// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/nvrtc/nvrtc.hpp"

#include <dlfcn.h>

namespace scatterfold {
namespace {

/// As the loader's own folders have it, and where it was when the program was built.
constexpr const char* places[] = {SCATTERFOLD_NVRTC_NAME, SCATTERFOLD_NVRTC_FILE};

}  // namespace

Nvrtc::Nvrtc() {
  void* library = nullptr;
  for (const char* place : places) {
    library = dlopen(place, RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr) break;
    if (trouble.empty()) trouble = dlerror();
  }
  if (library == nullptr) return;
  trouble.clear();
  auto find = [&](auto& function, const char* symbol) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, symbol));
    if (function == nullptr) trouble = std::string("it lacks ") + symbol;
  };
  find(create, "nvrtcCreateProgram");
  find(destroy, "nvrtcDestroyProgram");
  find(ask_name, "nvrtcAddNameExpression");
  find(compile, "nvrtcCompileProgram");
  find(name, "nvrtcGetLoweredName");
  find(log_size, "nvrtcGetProgramLogSize");
  find(log, "nvrtcGetProgramLog");
  find(cubin_size, "nvrtcGetCUBINSize");
  find(cubin, "nvrtcGetCUBIN");
  find(ptx_size, "nvrtcGetPTXSize");
  find(ptx, "nvrtcGetPTX");
  find(words, "nvrtcGetErrorString");
}

const Nvrtc& nvrtc() {
  static const Nvrtc loaded;
  return loaded;
}

}  // namespace scatterfold
