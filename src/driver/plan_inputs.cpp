// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/plan_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/parse.hpp"
#include "driver/inputs.hpp"
#include "driver/select.hpp"
#include "driver/user_code_options.hpp"
#include "io/printable.hpp"
#include "partition/broadcast.hpp"

namespace scatterfold {
namespace {

std::string type_text(const DatasetInfo& info) { return std::string(info.boolean ? "bool" : name_of(info.type)); }

/// "g.h5:/x (3 files along time)"
std::string place_text(const Job& job, const Input& input) {
  const auto files = std::ssize(input.source->parts());
  return fmt::format("{}:{}{}", printable(job.file, 1000), printable(input.info.path),
                     job.concat.empty() ? "" : fmt::format(" ({} along {})", counted(files, "file"), job.concat));
}

/// "t (time 12, lat 3) of float32, read as values are cut, from g.h5:/t"
std::string input_text(const InputJob& one, const Input& input, const BroadcastSource* broadcast) {
  const char* const way = broadcast == nullptr ? "read as values are cut"
                          : broadcast->kept()  ? "kept"
                                               : "read in boxes";
  return fmt::format("input        {} of {}, {}, from {}\n",
                     shape_text({one.name, input.info.shape, input.info.dimension_names}), type_text(input.info), way,
                     place_text(one.job, input));
}

/// What the rules of the only input do.
std::string rules_note(const Inputs& inputs) {
  if (inputs.all.size() != 1) return "";
  const Decoding& decoding = inputs.all.front().source->decoding();
  if (decoding.packed) return " (unpacked)";
  return decoding.mark.given || decoding.nan_is_missing ? " (with missing values)" : "";
}

std::string ways_of_reading(const Inputs& inputs) {
  std::set<std::string> ways;
  for (const Input& input : inputs.all) ways.insert(input.source->way_of_reading());
  std::string text;
  for (const std::string& way : ways) text += (text.empty() ? "" : "; or ") + way;
  return text;
}

}  // namespace

std::string inputs_text(const Job& job, const Inputs& inputs, std::int64_t passes) {
  const std::vector<InputJob> jobs = input_jobs(job);
  std::string text;
  if (!job.broadcasts()) text = fmt::format("input        {}\n", place_text(job, inputs.all.front()));
  for (std::size_t i = 0; i < jobs.size() && job.broadcasts(); ++i)
    text += input_text(jobs[i], inputs.all[i], inputs.broadcast[i].get());
  const std::string selected =
      job.select.empty() ? "" : fmt::format(" ({})", describe_selection(inputs.whole, job.select));
  const std::string of = job.broadcasts() ? shape_text({"the shape", inputs.whole.shape, inputs.whole.dimension_names})
                                          : type_text(inputs.whole);
  text += fmt::format("elements     {} of {}{}\n", inputs.partition().elements(), of, selected);
  text += fmt::format("values       {}{}{}\n", name_of(inputs.values().decoding().value),
                      job.code.given() ? " by " + user_code_text(job.code) : "", rules_note(inputs));
  text += inputs.all.empty() ? "reading      nothing\n"
                             : fmt::format("reading      {} in {}, {}\n", format_bytes(inputs.element_bytes()),
                                           counted(passes, "pass", "passes"), ways_of_reading(inputs));
  return text;
}

}  // namespace scatterfold
