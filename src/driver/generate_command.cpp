// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/generate.hpp"
#include "driver/generate_names.hpp"
#include "driver/parse_extents.hpp"
#include "driver/unexpected_words.hpp"

namespace scatterfold {
namespace {

/// "; did you mean x?" or nothing.
std::string meant(const std::string& word, const std::vector<std::string>& names) {
  const std::vector<std::string> near = near_names(word, names, 1);
  return near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near[0]);
}

void take_type(const std::string& text, GenerateOptions& options) {
  options.boolean = text == "bool";
  const auto type = options.boolean ? ElementType::uint8 : element_type_named(text);
  if (type) {
    options.type = *type;
    return;
  }
  std::vector<std::string> names = {"bool"};
  for (int i = 0; i < element_type_count; ++i) names.emplace_back(name_of(static_cast<ElementType>(i)));
  throw UsageError(
      fmt::format("no element type \"{}\"{}: use one of {}", text, meant(text, names), fmt::join(names, ", ")));
}

FieldKind parse_kind(const std::string& text) {
  if (const auto kind = field_kind_named(text)) return *kind;
  const std::vector<std::string> names(std::begin(field_kind_names), std::end(field_kind_names));
  throw UsageError(
      fmt::format("no distribution \"{}\"{}: use one of {}", text, meant(text, names), fmt::join(names, ", ")));
}

int parse_small(const std::string& text, std::int64_t most) {
  const std::int64_t value = parse_integer(text);
  if (value < 0 || value > most) throw UsageError(fmt::format("\"{}\" is out of range: give 0 to {}", text, most));
  return static_cast<int>(value);
}

}  // namespace

CLI::App* add_generate_command(CLI::App& app, GenerateOptions& options) {
  CLI::App* const command = app.add_subcommand("generate", "a reproducible dataset of any size, written in parallel");
  const auto option = [command](const char* name, const std::string& value_name, const std::string& help, auto set) {
    return command
        ->add_option_function<std::string>(
            name, [set](const std::string& text) { set(text); }, help)
        ->type_name(value_name)
        ->allow_extra_args(false);
  };
  option("output", "OUT.h5:/NAME", "where to write; without a name the dataset is /data",
         [&options](const std::string& text) { options.output = text; })
      ->required();
  option("--shape", "N,N,...", "extents, up to 32, or the word scalar; 1e6 is a number too",
         [&options](const std::string& text) {
           options.shape = text == "scalar" ? std::vector<std::int64_t>{} : parse_extents("--shape", text);
         })
      ->required();
  option("--dtype", "TYPE", "bool (true above 0.5), int8 to uint64, float16, float32 (default), float64",
         [&options](const std::string& text) { take_type(text, options); });
  option("--distribution", "KIND", "normal (default), uniform, ramp (value = index), climate (kelvin)",
         [&options](const std::string& text) { options.kind = parse_kind(text); });
  option("--mean", "X", "of normal (0) and climate (288)",
         [&options](const std::string& text) { options.mean = parse_real(text); });
  option("--std", "X", "of normal (1) and of climate's weather (1.5)",
         [&options](const std::string& text) { options.deviation = parse_real(text); });
  option("--low", "X", "of uniform (0)", [&options](const std::string& text) { options.low = parse_real(text); });
  option("--high", "X", "of uniform (1), never reached",
         [&options](const std::string& text) { options.high = parse_real(text); });
  option("--chunks", "N,N,...", "store in chunks of these extents",
         [&options](const std::string& text) { options.chunks = parse_extents("--chunks", text); });
  option("--deflate", "LEVEL", "compress chunks, 0 to 9",
         [&options](const std::string& text) { options.deflate = parse_small(text, 9); });
  command->add_flag("--shuffle", options.shuffle, "HDF5's shuffle filter, before compression");
  command->add_flag("--fletcher32", options.fletcher32, "a checksum for every chunk");
  command->add_flag("--big-endian", options.big_endian, "store the other byte order");
  option("--seed", "N", "of the random numbers (0)", [&options](const std::string& text) {
    const std::int64_t seed = parse_integer(text);
    if (seed < 0) throw UsageError(fmt::format("--seed {} is negative: give 0 or more", seed));
    options.seed = static_cast<std::uint64_t>(seed);
  });
  option("--threads", "N", "per rank; default: the cores it may use",
         [&options](const std::string& text) { options.threads = parse_small(text, 4096); });
  command->add_flag("--overwrite", options.overwrite, "replace an existing file");
  command->add_flag("-q,--quiet", options.quiet, "say nothing");
  refuse_options_as_values(*command);
  return command;
}

}  // namespace scatterfold
