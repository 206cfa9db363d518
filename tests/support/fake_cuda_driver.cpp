// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
// Stands in for the GPU's driver (libcuda.so.1), as far as the CUDA runtime asks before it gives up: a driver that
// knows the CUDA version of SCATTERFOLD_TEST_DRIVER (11040 for 11.4), and whose start ends with the code
// SCATTERFOLD_TEST_INIT.
#include <cstdlib>
#include <cstring>

namespace {

int number_of(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::atoi(text);
}

int no_device() { return 100; }

}  // namespace

extern "C" {

int cuDriverGetVersion(int* version) {
  *version = number_of("SCATTERFOLD_TEST_DRIVER");
  return 0;
}

int cuInit(unsigned) { return number_of("SCATTERFOLD_TEST_INIT"); }

int cuGetProcAddress_v2(const char* name, void** function, int, unsigned long long, int* status) {
  *function = reinterpret_cast<void*>(no_device);
  if (std::strcmp(name, "cuDriverGetVersion") == 0) *function = reinterpret_cast<void*>(cuDriverGetVersion);
  if (std::strcmp(name, "cuInit") == 0) *function = reinterpret_cast<void*>(cuInit);
  if (std::strcmp(name, "cuGetProcAddress") == 0) *function = reinterpret_cast<void*>(cuGetProcAddress_v2);
  if (status != nullptr) *status = 0;
  return 0;
}

int cuGetProcAddress(const char* name, void** function, int version, unsigned long long flags) {
  return cuGetProcAddress_v2(name, function, version, flags, nullptr);
}
}
