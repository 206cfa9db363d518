// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.hpp"
#include "driver/compare_modes.hpp"
#include "driver/compare_report.hpp"
#include "io/printable.hpp"

namespace scatterfold {
namespace {

/// From these shares on a note is worth its line.
constexpr double much_start_up = 0.25;
constexpr double much_spread = 0.25;

std::string number(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : "-";
}

/// Three digits that say something, whatever the size.
std::string seconds_text(double s) { return number(s, s < 0.1 ? 4 : s < 10 ? 3 : s < 100 ? 2 : 1); }

double spread_of(const ModeTimes& mode) {
  const auto [least, most] = std::minmax_element(mode.command_s.begin(), mode.command_s.end());
  return (*most - *least) / median(mode.command_s);
}

/// Seconds of the command in which the run had not begun or was already over: loading, MPI_Init, making GPU contexts.
double start_up_s(const ModeTimes& mode) { return median(mode.command_s) - median(mode.work_s); }

/// "yes" beside the first mode that promises the same bits as this one, "NO" when its digests are others.
std::string bits_text(const Comparison& comparison, const ModeTimes& mode) {
  for (const ModeTimes& reference : comparison.modes) {
    const bool promised = comparison.facts.bits != "backend" || backend_of(reference.mode) == backend_of(mode.mode);
    if (!reference.ran() || !promised) continue;
    const bool same = std::all_of(mode.digests.begin(), mode.digests.end(),
                                  [&](const std::string& digest) { return digest == reference.digests.front(); });
    return same ? "yes" : comparison.facts.bits == "tolerance" ? "no" : "NO";
  }
  return "-";
}

std::string layout_text(const ModeTimes& mode) {
  std::string text = fmt::format("{} x {}", mode.ranks, mode.threads);
  if (mode.gpus > 0) text += fmt::format(" + {} GPU{}", mode.gpus, mode.gpus == 1 ? "" : "s");
  return text;
}

std::string title(const Comparison& comparison) {
  const auto& job = comparison.facts.job;
  if (job.empty()) return "";  // no run got far enough to say what it worked on
  auto text = [&](const char* key) {
    const auto at = job.find(key);
    if (at == job.end()) return std::string();
    if (at->is_string()) return printable(at->get<std::string>());
    std::string joined;
    for (const auto& part : *at)
      joined += (joined.empty() ? "" : ", ") + (part.is_string() ? part.get<std::string>() : part.dump());
    return joined;
  };
  std::string dataset = text("dataset"), input = text("input");
  if (const auto inputs = job.find("inputs"); inputs != job.end()) {
    for (const auto& [name, ignored] : inputs->items()) input += (input.empty() ? "" : ", ") + name;
    if (input.empty()) input = "no input";
  }
  if (!dataset.empty()) dataset = (dataset.starts_with('/') ? ":" : ":/") + dataset;
  std::string line = fmt::format("{} of {}{}", text("analysis"), input, dataset);
  if (const std::string dtype = text("dtype"); !dtype.empty()) line += fmt::format(", {} ({})", dtype, text("shape"));
  if (const std::string selection = text("selection"); !selection.empty()) line += ", " + selection;
  if (const double bytes = dataset_bytes(comparison); std::isfinite(bytes)) line += ", " + format_bytes(bytes);
  return line + fmt::format("\nmedian of {} run{} each, whole command, on {} core{}\n\n", comparison.repeat,
                            comparison.repeat == 1 ? "" : "s", comparison.cores, comparison.cores == 1 ? "" : "s");
}

bool any_ran(const Comparison& comparison) {
  return std::any_of(comparison.modes.begin(), comparison.modes.end(),
                     [](const ModeTimes& mode) { return mode.ran(); });
}

std::string verdict(const Comparison& comparison) {
  if (!any_ran(comparison)) return "";
  if (same_bits(comparison)) return fmt::format("\nsame bits in all of them: {}\n", comparison.facts.digest);
  if (comparison.facts.bits == "tolerance")
    return "\nbits differ, as they may: this analysis promises a tolerance, not bits\n";
  if (bits_kept(comparison))
    return "\nbits differ between backends, as they may: this analysis promises them within one backend\n";
  return "\nTHE BITS DIFFER\n";
}

}  // namespace

std::vector<std::string> compare_notes(const Comparison& comparison) {
  std::vector<std::string> notes;
  const ModeTimes* slow_start = nullptr;
  const ModeTimes* unsteady = nullptr;
  for (const ModeTimes& mode : comparison.modes) {
    if (!mode.ran()) continue;
    const bool much = start_up_s(mode) > much_start_up * median(mode.command_s);
    if (much && (slow_start == nullptr || start_up_s(mode) > start_up_s(*slow_start))) slow_start = &mode;
    if (spread_of(mode) > much_spread && (unsteady == nullptr || spread_of(mode) > spread_of(*unsteady)))
      unsteady = &mode;
    if (const int workers = mode.ranks * mode.threads; workers > comparison.cores) {
      const char* what = mode.threads > 1 ? "threads" : mode.mode == "processes" ? "processes" : "ranks";
      notes.push_back(fmt::format("{}: {} {} take turns on {} core{}, which hides what more cores would give",
                                  mode.mode, workers, what, comparison.cores, comparison.cores == 1 ? "" : "s"));
    }
  }
  if (slow_start != nullptr) {
    const char* what = slow_start->mode.starts_with("mpi") ? " (mpirun, MPI_Init)"
                       : slow_start->gpus > 0              ? " (CUDA)"
                                                           : "";
    notes.push_back(fmt::format(
        "{}: {} of {} s are starting up and leaving{}, not work: larger data shows the mode better", slow_start->mode,
        seconds_text(start_up_s(*slow_start)), seconds_text(median(slow_start->command_s)), what));
  }
  if (unsteady != nullptr) {
    notes.push_back(fmt::format("{}: the times lie {:.0f} % apart: try an idle machine, or --repeat {}", unsteady->mode,
                                100 * spread_of(*unsteady), std::max(9, 2 * comparison.repeat + 1)));
  }
  const double bytes = dataset_bytes(comparison);
  if (!any_ran(comparison)) return notes;
  if (comparison.free_bytes > 0 && bytes > comparison.free_bytes) {
    notes.push_back(
        "the data is larger than the free memory: all runs read it from the disk, and the disk sets their times");
  } else {
    notes.push_back(
        "the file was read once before: these times are from memory, a first read adds the time of the disk");
  }
  return notes;
}

std::string compare_table(const Comparison& comparison) {
  std::string text = title(comparison);
  std::size_t layout_width = std::string_view("ranks x threads").size();
  for (const ModeTimes& mode : comparison.modes) layout_width = std::max(layout_width, layout_text(mode).size());
  text += fmt::format("{:<9}  {:>{}}  {:>8}  {:>18}  {:>6}  {:>8}  {:>10}  {:>5}  {}\n", "mode", "ranks x threads",
                      layout_width, "median s", "min .. max", "GB/s", "x serial", "x best CPU", "cores", "same bits");
  const double serial_s = serial_median_s(comparison), best_s = best_cpu_median_s(comparison);
  for (const ModeTimes& mode : comparison.modes) {
    if (!mode.absent.empty()) {
      text += fmt::format("{:<9}  {}\n", mode.mode, mode.absent);
    } else if (!mode.ran()) {
      text += fmt::format("{:<9}  FAILED (exit code {}): {}\n", mode.mode, mode.exit_code, mode.error);
    } else {
      const auto [least, most] = std::minmax_element(mode.command_s.begin(), mode.command_s.end());
      const double median_s = median(mode.command_s);
      text += fmt::format(
          "{:<9}  {:>{}}  {:>8}  {:>18}  {:>6}  {:>8}  {:>10}  {:>5}  {}\n", mode.mode, layout_text(mode), layout_width,
          seconds_text(median_s), seconds_text(*least) + " .. " + seconds_text(*most),
          number(dataset_bytes(comparison) / median_s / 1e9, 2), number(serial_s / median_s, 2),
          number(best_s / median_s, 2), number(median(mode.cpu_s) / median_s, 1), bits_text(comparison, mode));
    }
  }
  text += verdict(comparison);
  for (const std::string& note : compare_notes(comparison)) text += "note: " + note + '\n';
  return text;
}

}  // namespace scatterfold
