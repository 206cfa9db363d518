// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include "backend/cuda_devices.hpp"
#include "base/parse.hpp"

namespace scatterfold {

std::string CudaDevice::describe() const {
  return fmt::format("{} ({}, PCI {}, {})", name, uuid, pci, format_bytes(static_cast<double>(memory_bytes)));
}

}  // namespace scatterfold
