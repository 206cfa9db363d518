// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/job_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <limits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/array_options.hpp"
#include "driver/input_options.hpp"
#include "driver/parse_memory.hpp"
#include "driver/parse_selection.hpp"
#include "driver/user_code_options.hpp"
#include "fold/analysis.hpp"

namespace scatterfold {
namespace {

template <class T>
T named(const std::string& option, const std::string& text, const std::vector<std::pair<std::string, T>>& names) {
  std::string known;
  for (const auto& [name, value] : names) {
    if (name == text) return value;
    known += (known.empty() ? "" : ", ") + name;
  }
  throw UsageError(fmt::format("{} has no choice \"{}\": use one of {}", option, text, known));
}

int small_count(const std::string& option, const std::string& text) {
  const std::int64_t count = parse_integer(text);
  if (count < 1 || count > 65536) throw UsageError(fmt::format("{} is {}: use 1 to 65536", option, text));
  return static_cast<int>(count);
}

Range parse_range(const std::string& option, const std::string& text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos || text.find(',', comma + 1) != std::string::npos)
    throw UsageError(fmt::format("{} is \"{}\": use two numbers, as in 250,320", option, text));
  return {parse_real(text.substr(0, comma)), parse_real(text.substr(comma + 1))};
}

}  // namespace

void add_job_options(CLI::App& app, Job& job) {
  auto on = [&](const std::string& name, const std::string& value_name, const std::string& help, const char* group,
                auto use) {
    app.add_option_function<std::string>(name, use, help)->type_name(value_name)->group(group)->take_last();
  };
  const char* data = "Data";
  app.add_option_function<std::vector<std::string>>(
         "-d,--select",
         [&job](const std::vector<std::string>& all) {
           for (const std::string& text : all) job.select.push_back(parse_selection(text));
         },
         "part of a dimension, by name or index: half-open, negative counts from the end; repeatable")
      ->type_name("DIM,LO,HI[,STEP]")
      ->group(data)
      ->type_size(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_input_options(app, job);
  on("--concat", "DIM", "fold several files ('FILE*.nc:/DATASET') as one dataset along this dimension", data,
     [&job](const std::string& text) {
       if (text.empty()) throw UsageError("--concat is empty: name a dimension, as in --concat time");
       job.concat = text;
     });
  add_user_code_options(app, job.code);
  on("--nan", "propagate|skip|error", "what NaN does to the result (default propagate)", data,
     [&job](const std::string& text) {
       job.nan = named<NanPolicy>(
           "--nan", text,
           {{"propagate", NanPolicy::propagate}, {"skip", NanPolicy::skip}, {"error", NanPolicy::error}});
     });
  on("--missing", "auto|off", "netCDF-4 missing values and packing (default auto)", data,
     [&job](const std::string& text) {
       job.missing = named<bool>("--missing", text, {{"auto", true}, {"off", false}});
     });

  add_array_options(app, job);

  const char* running = "Running";
  on("--mode", "auto|serial|threads|processes|cuda", "how a process computes (default auto)", running,
     [&job](const std::string& text) {
       job.mode = named<Mode>("--mode", text,
                              {{"auto", Mode::automatic},
                               {"serial", Mode::serial},
                               {"threads", Mode::threads},
                               {"processes", Mode::processes},
                               {"cuda", Mode::cuda}});
     });
  on("--threads", "N", "threads per process (default: its cores)", running,
     [&job](const std::string& text) { job.threads = small_count("--threads", text); });
  on("--processes", "N", "processes of --mode processes (default: the cores)", running,
     [&job](const std::string& text) { job.processes = small_count("--processes", text); });
  on("--memory", "SIZE", "memory a process may use for data, as in 4GiB", running,
     [&job](const std::string& text) { job.memory_bytes = parse_memory("--memory", text); });
  on("--combine", "auto|mpi|nccl", "what carries partial results between ranks (default auto)", running,
     [&job](const std::string& text) {
       job.combine = named<Combine>("--combine", text,
                                    {{"auto", Combine::automatic}, {"mpi", Combine::mpi}, {"nccl", Combine::nccl}});
     });
  app.add_flag("--share-gpus", job.share_gpus, "let several ranks use one GPU")->group(running);
  on("--seed", "N", "seed of everything random (default 0)", running, [&job](const std::string& text) {
    const std::int64_t seed = parse_integer(text);
    if (seed < 0) throw UsageError(fmt::format("--seed is {}: give 0 or more", text));
    job.seed = static_cast<std::uint64_t>(seed);
  });

  const char* output = "Output";
  app.add_option("-o,--output", job.output, "results as HDF5")->type_name("OUT.h5")->group(output);
  app.add_option("--json", job.json, "results as JSON; - is stdout")->type_name("FILE|-")->group(output);
  app.add_flag("--overwrite", job.overwrite, "replace an existing output")->group(output);
  app.add_flag("-q,--quiet", job.quiet, "the result only")->group(output);
  app.add_flag("-v,--verbose", job.verbose, "more about the run")->group(output);
}

void add_analysis_options(CLI::App& app, const Analysis& analysis, Options& options) {
  for (const OptionSpec& spec : analysis.options()) {
    const std::string name = "--" + spec.name;
    app.add_option_function<std::string>(
           name,
           [&options, spec, name](const std::string& text) {
             switch (spec.kind) {
               case OptionSpec::Kind::integer: options[spec.name] = parse_integer(text); break;
               case OptionSpec::Kind::real: options[spec.name] = parse_real(text); break;
               case OptionSpec::Kind::range: options[spec.name] = parse_range(name, text); break;
               case OptionSpec::Kind::text: options[spec.name] = text; break;
             }
           },
           spec.help)
        ->type_name(spec.value_name)
        ->group("Analysis")
        ->take_last();
  }
}

}  // namespace scatterfold
