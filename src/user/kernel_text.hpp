// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "user/user_code.hpp"

namespace scatterfold {

/// A function of a kernel file that begins with KERNEL; places are bytes of the text.
struct KernelFunction {
  struct Parameter {
    std::string name;
    std::size_t at;
    bool deduced = false;  ///< of a type that is `auto`
  };
  std::string name;
  std::size_t at;
  std::vector<Parameter> parameters;
};

/// What a kernel file says, as far as it must be understood before a compiler sees it.
struct KernelText {
  std::vector<KernelFunction> functions;
  /// The same text for the inside of a struct: constants, which would need `static` there, have it. Lines and columns
  /// are those of the file.
  std::string as_members;
};

/// Errors: UsageError at its place for brackets that do not match, an #include, parameters without a name and two
/// kernels of one name; and where there is no kernel at all.
KernelText read_kernel_text(const KernelFile& file);

/// The function that the file's name asks for. Errors: UsageError with the names that are there.
const KernelFunction& chosen_kernel(const KernelFile& file, const KernelText& text);

}  // namespace scatterfold
