// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/array_options.hpp"
#include "driver/compare.hpp"
#include "driver/input_options.hpp"
#include "driver/job_options.hpp"
#include "driver/unexpected_words.hpp"
#include "driver/user_code_options.hpp"
#include "fold/analysis.hpp"
#include "io/printable.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

/// CLI11's wording as one line with a remedy.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  return text;
}

/// The commands as CLI11 sees them, and where their values land.
class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(0, 1);
    app_.add_flag("--version", version_, "version, build and libraries");
    app_.footer(
        "scatterfold <command> --help tells more. Exit codes: 0 ok, 2 usage, 3 input, 4 output, 5 resources,\n"
        "6 numeric policy, 7 peer lost, 70 internal error, 75 stopped by a signal (docs/errors.md).");
    for (const Analysis* analysis : all_analyses()) add_analysis(*analysis);

    CLI::App* run = app_.add_subcommand("run", "run a job file: several analyses in one pass over the data");
    add_job_file(*run);
    add_job_options(*run, command_.job);
    refuse_options_as_values(*run);
    run->callback([this] { command_.kind = Command::Kind::run, from_job_file_ = true; });

    app_.add_subcommand("plan", "what a run would do, without doing it: <analysis> ... or JOB.toml");
    CLI::App* inspect =
        app_.add_subcommand("inspect", "what is inside a file, or how a dataset is stored and would be read");
    inspect->add_option("input", input_, "an HDF5 or netCDF-4 file, or one of its datasets")
        ->type_name("FILE[:/DATASET]")
        ->required();
    inspect->callback([this] {
      command_.kind = Command::Kind::inspect;
      split_input(input_, command_.file, command_.dataset);
    });

    add_generate_command(app_, command_.generate)->callback([this] { command_.kind = Command::Kind::generate; });

    add_compare_command(app_);

    CLI::App* doctor = app_.add_subcommand("doctor", "what this machine and this build have");
    doctor->callback([this] { command_.kind = Command::Kind::doctor; });
  }

  Command parse(std::vector<std::string> arguments) {
    if (arguments.empty()) arguments = {"--help"};
    check_command_word(arguments.front());
    if (arguments.front() == "compare" || arguments.front() == "plan") {
      // Both are followed by a command of its own, which CLI11 would take for theirs.
      command_.kind = arguments.front() == "plan" ? Command::Kind::plan : Command::Kind::compare;
      command_.rest.assign(arguments.begin() + 1, arguments.end());
      return command_.kind == Command::Kind::plan ? parse_plan() : command_;
    }
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    try {
      std::vector<std::string> first_reading = arguments;
      app_.parse(first_reading);
      if (from_job_file_) {  // now that the file is known, the options are read once more, on top of what it says
        command_.job = read_job_file(input_, sets_);
        app_.parse(arguments);
      }
    } catch (const CLI::CallForHelp&) {
      command_.text = help();
      return command_;
    } catch (const CLI::ParseError& error) {
      refuse(error);
    }
    if (version_) command_.text = build_summary();
    if (command_.kind == Command::Kind::run) {
      check_inputs_of(command_.job);
      settle_array_options(command_.job);
      settle_user_code(command_.job);
    }
    return command_;
  }

 private:
  void add_analysis(const Analysis& analysis) {
    CLI::App* sub = app_.add_subcommand(analysis.name(), analysis.summary());
    sub->add_option("input", input_, "what to fold; /GROUP/* is every numeric dataset of a group")
        ->type_name("FILE:/DATASET");
    auto options = std::make_shared<Options>();
    add_analysis_options(*sub, analysis, *options);
    add_job_options(*sub, command_.job);
    add_user_parameter_option(*sub, command_.job.code);
    refuse_options_as_values(*sub);
    sub->callback([this, &analysis, options] {
      command_.kind = Command::Kind::run;
      analysis.check(*options);
      split_input(input_, command_.job.file, command_.job.dataset);
      if (command_.job.file.empty() && !input_.empty())
        throw UsageError(fmt::format("no file in the input (\"{}\"): write FILE:/DATASET", input_));
      command_.job.analyses = {{analysis.name(), analysis.name(), *options}};
    });
  }

  void add_job_file(CLI::App& sub) {
    sub.add_option("job", input_, "the job")->type_name("JOB.toml")->required();
    sub.add_option("--set", sets_, "overrides a key of the job file, as in run.threads=4; repeatable")
        ->type_name("KEY=VALUE")
        ->type_size(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  /// `plan` takes what an analysis or `run` would.
  Command parse_plan() const {
    std::vector<std::string> rest = command_.rest;
    if (rest.empty() || rest.front() == "--help" || rest.front() == "-h") {
      Command help;
      help.text =
          "scatterfold plan <analysis> FILE:/DATASET [options]\nscatterfold plan JOB.toml [--set KEY=VALUE]\n"
          "Tells what the run would read, how the work is cut, and what memory it needs, and refuses what the run "
          "would\n"
          "before it reads data. No data is read.\n";
      return help;
    }
    if (rest.front().ends_with(".toml")) rest.insert(rest.begin(), "run");
    Command planned = parse_command_line(rest);
    if (planned.kind != Command::Kind::run) {
      throw UsageError(
          fmt::format("plan takes an analysis or a job file, not \"{}\": see scatterfold plan --help", rest.front()));
    }
    planned.kind = Command::Kind::plan;
    return planned;
  }

  void check_command_word(const std::string& word) const {
    if (word.starts_with("-")) return;
    std::vector<std::string> known;
    for (const CLI::App* sub : app_.get_subcommands([](const CLI::App*) { return true; }))
      known.push_back(sub->get_name());
    if (std::find(known.begin(), known.end(), word) != known.end()) return;
    const std::vector<std::string> near = near_names(word, known);
    throw UsageError(near.empty()
                         ? fmt::format("there is no command \"{}\": use one of {}", word, fmt::join(known, ", "))
                         : fmt::format("there is no command \"{}\": did you mean {}?", word, fmt::join(near, " or ")));
  }

  /// What is wrong, with the word that was not understood before what CLI11 missed for want of it.
  [[noreturn]] void refuse(const CLI::ParseError& error) const {
    refuse_unknown_option(app_, "scatterfold", app_.remaining());
    const std::vector<CLI::App*> commands = app_.get_subcommands();
    if (commands.empty()) throw UsageError(one_line(error.what()) + ": see scatterfold --help");
    const CLI::App& command = *commands.front();
    const std::vector<std::string> words = command.remaining();
    refuse_unknown_option(command, command.get_name(), words);
    const std::string see = fmt::format("see scatterfold {} --help", command.get_name());
    if (!words.empty())
      throw UsageError(
          fmt::format("one word too many for {} (\"{}\"): {}", command.get_name(), printable(words.front(), 100), see));
    throw UsageError(fmt::format("{}: {}", one_line(error.what()), see));
  }

  std::string help() const {
    for (const CLI::App* sub : app_.get_subcommands()) return sub->help("scatterfold");
    return app_.help("scatterfold");
  }

  CLI::App app_{
      "Folds large HDF5 and netCDF-4 datasets on CPU cores, MPI ranks and GPUs, with the same bits in every mode."};
  Command command_;
  bool version_ = false, from_job_file_ = false;
  std::string input_;
  std::vector<std::string> sets_;
};

}  // namespace

Command parse_command_line(const std::vector<std::string>& arguments) { return CommandLine().parse(arguments); }

}  // namespace scatterfold
