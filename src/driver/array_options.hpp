// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace scatterfold {

struct Job;

/// "time, lat" -> time and lat. Errors: UsageError naming `option` where one of them is empty.
std::vector<std::string> comma_list(const std::string& option, const std::string& text);

/// --dims, --by, --every, --weights, --only, --dtype, --deflate and --chunks.
void add_array_options(CLI::App& app, Job& job);

/// Gives every analysis what the command line says of arrays, and checks what can be checked without the input.
/// Errors: UsageError where some analyses have arrays and others not, and for options that go with arrays only.
void settle_array_options(Job& job);

}  // namespace scatterfold
