// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/input_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "driver/parse_extents.hpp"
#include "io/printable.hpp"
#include "user/user_names.hpp"

namespace scatterfold {
NamedInput named_input(const std::string& name, const std::string& text) {
  if (const std::string_view why = why_no_name(name); !why.empty()) {
    throw UsageError(fmt::format("--in cannot call an input {} ({}): choose another name",
                                 name.empty() ? "nothing" : printable(name, 40), why));
  }
  NamedInput input;
  input.name = name;
  split_input(text, input.file, input.dataset);
  if (input.file.empty()) {
    throw UsageError(
        fmt::format("no file for the input {} (\"{}\"): write {}=FILE:/DATASET", name, printable(text, 100), name));
  }
  return input;
}

void add_input_options(CLI::App& app, Job& job) {
  app.add_option_function<std::vector<std::string>>(
         "--in",
         [&job](const std::vector<std::string>& all) {
           for (const std::string& text : all) {
             const std::size_t equals = text.find('=');
             if (equals == std::string::npos) {
               throw UsageError(
                   fmt::format("--in is \"{}\": give a name, as in t={}", printable(text, 100), printable(text, 100)));
             }
             job.inputs.push_back(named_input(text.substr(0, equals), text.substr(equals + 1)));
           }
         },
         "one more input of --expr, by a name of your own; shapes broadcast; repeatable")
      ->type_name("NAME=FILE:/DATASET")
      ->group("Data")
      ->type_size(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option_function<std::string>(
         "--shape", [&job](const std::string& text) { job.shape = parse_extents("--shape", text); },
         "the shape of the values: --expr needs no input, or inputs that broadcast to it")
      ->type_name("N,N,...")
      ->group("Data")
      ->take_last();
}

void check_inputs_of(const Job& job) {
  if (job.file.empty() && !job.broadcasts())
    throw UsageError("input is required: name FILE:/DATASET, or with --expr also --in or --shape");
  if (!job.broadcasts()) return;
  check_shape(job.shape);
  const char* const option = job.inputs.empty() ? "--shape" : "--in";
  if (!job.code.given()) throw UsageError(fmt::format("{} has no use without --expr: write what it is for", option));
  std::set<std::string> names;
  if (!job.file.empty()) names.insert("x");
  bool group = !job.file.empty() && job.of_group();
  for (const NamedInput& input : job.inputs) {
    if (!names.insert(input.name).second) {
      throw UsageError(fmt::format("two inputs are called {} (--in){}: give each a name of its own", input.name,
                                   input.name == "x" && !job.file.empty() ? ", as the one without a name is" : ""));
    }
    group = group || input.dataset == "*" || input.dataset.ends_with("/*");
  }
  if (group) throw UsageError(fmt::format("all datasets of a group do not go with {}: name one dataset", option));
  if (names.empty() && job.code.value.empty() && !job.code.kernel.given())
    throw UsageError("--shape has no elements of its own: say with --expr what their values are");
}

}  // namespace scatterfold
