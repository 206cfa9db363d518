// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/user_code_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "driver/job.hpp"
#include "io/printable.hpp"
#include "io/small_file.hpp"
#include "user/kernel_text.hpp"
#include "user/user_names.hpp"
#include "user/user_parameter.hpp"

namespace scatterfold {
namespace {

const char* const group = "Data";

void read_kernel(KernelFile& kernel) {
  kernel.text = read_small_file(kernel.path, "kernel file", ExitCode::input);
  const std::string shown = printable(kernel.path, 1000);
  if (kernel.text.starts_with("\xef\xbb\xbf")) kernel.text.erase(0, 3);  // of editors that mark UTF-8
  if (kernel.text.find('\0') != std::string::npos)
    throw UsageError(fmt::format("kernel file {} is no text (zero bytes): name a file of C++", shown));
  if (kernel.text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw UsageError(fmt::format("kernel file {} is empty: write a KERNEL function (docs/kernels.md)", shown));
  chosen_kernel(kernel, read_kernel_text(kernel));
}

/// "f.hpp:g"
std::string name_of(const KernelFile& kernel) { return kernel.path + (kernel.name.empty() ? "" : ":" + kernel.name); }

}  // namespace

KernelFile parse_kernel(const std::string& text) {
  if (text.empty()) throw UsageError("--kernel is empty: name a file of C++, as in --kernel heat_index.hpp");
  const std::size_t colon = text.rfind(':');
  const bool named =
      colon != std::string::npos && colon > 0 && is_cpp_name(text.substr(colon + 1)) && access(text.c_str(), F_OK) != 0;
  return named ? KernelFile{text.substr(0, colon), text.substr(colon + 1), {}} : KernelFile{text, {}, {}};
}

void add_user_code_options(CLI::App& app, UserCode& code) {
  const auto on = [&app](const std::string& name, const char* value_name, const char* help, auto use) {
    app.add_option_function<std::string>(name, use, help)->type_name(value_name)->group(group)->take_last();
  };
  on("--kernel", "FILE[:NAME]", "fold what this file's KERNEL function makes of an element x (docs/kernels.md)",
     [&code](const std::string& text) { code.kernel = parse_kernel(text); });
  const auto expression = [&](const std::string& name, std::string& out, const char* help, const char* example) {
    on(name, "C++", help, [name, &out, example](const std::string& text) {
      if (text.find_first_not_of(" \t\n") == std::string::npos)
        throw UsageError(fmt::format("{} is empty: write C++ of an element x, as in {} '{}'", name, name, example));
      out = text;
    });
  };
  expression("--expr", code.value, "fold what this makes of an element x, as in 'x > 0 ? sqrt(x) : 0'", "x * x");
  expression("--where", code.where, "fold the elements x for which this is true; others count as missing", "x > 0");
}

void add_user_parameter_option(CLI::App& app, UserCode& code) {
  app.add_option_function<std::vector<std::string>>(
         "--set",
         [&code](const std::vector<std::string>& all) {
           for (const std::string& text : all) add_user_parameter(code.parameters, parse_user_parameter(text));
         },
         "a number for --kernel, --expr and --where, by name, as in limit=300; repeatable")
      ->type_name("NAME=NUMBER")
      ->group(group)
      ->type_size(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void settle_user_code(Job& job) {
  UserCode& code = job.code;
  if (!code.given() && !code.parameters.empty()) {
    throw UsageError(
        fmt::format("nothing uses --set {}: it is for --kernel, --expr and --where", code.parameters.front().name));
  }
  if (!code.given()) return;
  if (code.kernel.given() && !code.value.empty())
    throw UsageError("--kernel and --expr both say what is folded: leave one of them out");
  if (job.with_arrays()) {
    throw UsageError(
        "--kernel, --expr and --where go with results over all dimensions so far: leave out --dims, --by, --every and "
        "--weights");
  }
  if (code.kernel.given()) read_kernel(code.kernel);
}

std::string user_code_text(const UserCode& code) {
  std::vector<std::string> parts;
  if (code.kernel.given()) parts.push_back(fmt::format("--kernel '{}'", printable(name_of(code.kernel))));
  if (!code.value.empty()) parts.push_back(fmt::format("--expr '{}'", printable(code.value)));
  if (!code.where.empty()) parts.push_back(fmt::format("--where '{}'", printable(code.where)));
  std::string text = fmt::format("{}", fmt::join(parts, " and "));
  for (const UserParameter& parameter : code.parameters)
    text += fmt::format("{} {} = {}", &parameter == &code.parameters.front() ? " with" : ",", parameter.name,
                        value_text(parameter));
  return text;
}

Options user_code_settings(const UserCode& code, std::uint64_t seed) {
  Options settings;
  if (code.kernel.given()) {
    settings["kernel"] = name_of(code.kernel);
    settings["kernel_digest"] = xxh3_128(code.kernel.text);
  }
  if (!code.value.empty()) settings["expr"] = code.value;
  if (!code.where.empty()) settings["where"] = code.where;
  for (const UserParameter& parameter : code.parameters)
    std::visit([&](const auto value) { settings["set." + parameter.name] = value; }, parameter.value);
  if (uses_random_numbers(code)) settings["seed"] = static_cast<std::int64_t>(seed);
  return settings;
}

}  // namespace scatterfold
