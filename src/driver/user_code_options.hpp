// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>

#include "fold/options.hpp"
#include "user/user_code.hpp"

namespace CLI {
class App;
}

namespace scatterfold {

struct Job;

/// Adds --kernel, --expr and --where.
void add_user_code_options(CLI::App& app, UserCode& code);
/// Adds --set of an analysis: numbers for the code.
void add_user_parameter_option(CLI::App& app, UserCode& code);

/// "FILE" or "FILE:NAME"; a file that has such a name with a colon is that file. Errors: UsageError.
KernelFile parse_kernel(const std::string& text);

/// Reads the job's kernel file, and checks what can be before an input is known. Errors: UsageError; InputError where
/// the file is there and cannot be read.
void settle_user_code(Job& job);

/// "--kernel 'f.hpp:g' and --where 'x > limit' with limit = 300"
std::string user_code_text(const UserCode& code);

/// What a result records of it, by name.
Options user_code_settings(const UserCode& code, std::uint64_t seed);

}  // namespace scatterfold
