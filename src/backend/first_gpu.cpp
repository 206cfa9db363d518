// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "backend/first_gpu.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace scatterfold {

int show_first_gpu_only(const std::string& listing) {
  constexpr const char* variable = "CUDA_VISIBLE_DEVICES";
  std::string shown = "0";
  int count = 0;
  if (const char* const given = std::getenv(variable)) {
    shown = given;
    count = static_cast<int>(std::count(shown.begin(), shown.end(), ',')) + (shown.empty() ? 0 : 1);
    shown.resize(std::min(shown.size(), shown.find(',')));
  } else {
    std::error_code trouble;
    std::filesystem::directory_iterator entry(listing, trouble);
    for (; !trouble && entry != std::filesystem::directory_iterator(); entry.increment(trouble)) ++count;
    if (trouble) return 0;
  }
  if (count > 1) setenv(variable, shown.c_str(), 1);
  return count;
}

}  // namespace scatterfold
