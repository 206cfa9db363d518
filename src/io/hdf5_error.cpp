// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "io/hdf5_error.hpp"

#include <hdf5.h>

#include <cstdlib>
#include <cstring>

#include "io/printable.hpp"

namespace scatterfold {
namespace {

/// Keeps the first description that says something; walking upward starts at the innermost call.
herr_t keep_innermost(unsigned, const H5E_error2_t* entry, void* out) {
  auto& text = *static_cast<std::string*>(out);
  if (text.empty() && entry->desc != nullptr) text = entry->desc;
  return 0;
}

}  // namespace

Hdf5Error last_hdf5_error() {
  Hdf5Error error;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &error.text);
  H5Eclear2(H5E_DEFAULT);
  // Failed system calls read "file read failed: time = ..., errno = 5, error message = '...', buf = ...".
  const char* const mark = "errno = ";
  if (const auto at = error.text.find(mark); at != std::string::npos) {
    error.error_number = std::atoi(error.text.c_str() + at + std::strlen(mark));
    const auto end = error.text.find_first_of(":,");
    if (error.error_number > 0) error.text = error.text.substr(0, end) + ": " + std::strerror(error.error_number);
  }
  error.text = error.text.empty() ? "unknown error" : printable(error.text, 160);
  return error;
}

}  // namespace scatterfold
