// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/host_name.hpp"

#include <unistd.h>

namespace scatterfold {

std::string host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof(name) - 1) != 0) return "unknown host";
  const std::string full = name;
  return full.substr(0, full.find('.'));
}

}  // namespace scatterfold
