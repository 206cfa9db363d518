// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/compare.hpp"
#include "driver/compare_modes.hpp"
#include "driver/unexpected_words.hpp"

namespace scatterfold {
namespace {

constexpr const char* summary = "the same job in every mode here (it launches mpirun itself): times, bits";

/// Options of a run that make no sense in a comparison, and why.
struct Refused {
  const char* name;
  const char* remedy;
};
constexpr Refused refused[] = {
    {"--mode", "compare runs every mode: choose with --modes serial,threads,..."},
    {"-o", "the runs of compare write no results: leave it out"},
    {"--output", "the runs of compare write no results: leave it out"},
};

std::vector<std::string> parse_modes(const std::string& text) {
  std::vector<std::string> modes;
  const std::vector<std::string> known = compare_mode_names();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string mode = text.substr(at, comma - at);
    if (std::find(known.begin(), known.end(), mode) == known.end()) {
      const std::vector<std::string> near = near_names(mode, known, 1);
      throw UsageError(fmt::format("no mode \"{}\"{} (--modes): use some of {}", mode,
                                   near.empty() ? "" : fmt::format(", did you mean \"{}\"?", near[0]),
                                   fmt::join(known, ",")));
    }
    if (std::find(modes.begin(), modes.end(), mode) == modes.end()) modes.push_back(mode);
    at = comma + 1;
  }
  return modes;
}

int parse_count(const char* option, const std::string& text, std::int64_t most) {
  const std::int64_t value = parse_integer(text);
  if (value < 1 || value > most)
    throw UsageError(fmt::format("{} {} is out of range: give 1 to {}", option, text, most));
  return static_cast<int>(value);
}

void declare_options(CLI::App& command, CompareOptions& options) {
  const auto option = [&command](const char* name, const char* value_name, const char* help, auto set) {
    command
        .add_option_function<std::string>(
            name, [set](const std::string& text) { set(text); }, help)
        ->type_name(value_name)
        ->allow_extra_args(false);
  };
  option("--modes", "A,B,...", "some of serial,threads,processes,mpi,cuda,mpi+cuda (all that are here)",
         [&options](const std::string& text) { options.modes = parse_modes(text); });
  option("--repeat", "N", "timed runs of each mode (3)",
         [&options](const std::string& text) { options.repeat = parse_count("--repeat", text, 1000); });
  option("--ranks", "N", "ranks of mpi (4) and of mpi+cuda (one per GPU)",
         [&options](const std::string& text) { options.ranks = parse_count("--ranks", text, 4096); });
  option("--threads", "N", "threads of threads (the cores)",
         [&options](const std::string& text) { options.threads = parse_count("--threads", text, 4096); });
  option("--processes", "N", "processes of processes (the cores)",
         [&options](const std::string& text) { options.processes = parse_count("--processes", text, 4096); });
  option("--timeout", "TIME", "a run that takes longer is ended (600s)", [&options](const std::string& text) {
    options.timeout_s = parse_seconds(text);
    if (!(options.timeout_s > 0)) throw UsageError("--timeout 0 leaves no time: give for instance 600s");
  });
  option("--json", "FILE|-", "the comparison as JSON; \"-\" is stdout, the table then goes to stderr",
         [&options](const std::string& text) { options.json = text; });
  command.add_flag("-q,--quiet", options.quiet, "no table");
  command.footer(
      "Everything else belongs to the job: compare ANALYSIS FILE:/path/to/dataset [options of the analysis],\n"
      "or compare JOB.toml [--set key=value ...].\n"
      "Exit code 0: all modes ran and their bits are equal; 6: different bits; else that of the run that failed.");
}

void refuse_options(const std::vector<std::string>& job) {
  for (const std::string& argument : job) {
    for (const Refused& option : refused) {
      if (argument == option.name || argument.starts_with(std::string(option.name) + "=")) {
        throw UsageError(fmt::format("{} does not belong in a comparison: {}", option.name, option.remedy));
      }
    }
  }
}

}  // namespace

CLI::App* add_compare_command(CLI::App& app) { return app.add_subcommand("compare", summary)->allow_extras(); }

CompareOptions parse_compare_arguments(const std::vector<std::string>& arguments) {
  CompareOptions options;
  options.arguments = arguments;
  CLI::App command(summary, "scatterfold compare ANALYSIS FILE:/DATASET | JOB.toml");
  command.allow_extras();
  declare_options(command, options);
  refuse_options_as_values(command);
  try {
    command.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    options.help = command.help();
    return options;
  } catch (const CLI::ParseError& problem) {
    throw UsageError(fmt::format("{}: see scatterfold compare --help", problem.what()));
  }
  options.job = command.remaining();
  if (options.job.empty()) {
    throw UsageError(
        "nothing to compare: name an analysis and a dataset, or a job file, as in scatterfold compare moments "
        "FILE:/dataset");
  }
  refuse_options(options.job);
  // Before the command of the job stands, an option can only have been meant for compare.
  if (options.job.front().starts_with("-")) refuse_unknown_option(command, "compare", options.job);
  return options;
}

}  // namespace scatterfold
