// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>

#include <algorithm>

#include "base/element_type.hpp"
#include "base/parse.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

/// Bytes of the elements that this run folded, as they are in memory.
double element_bytes(const RunReport& report) {
  double bytes = 0;
  for (const RunReport& dataset : report.datasets) bytes += element_bytes(dataset);
  if (!report.datasets.empty()) return bytes;
  if (report.broadcasts) return report.input_bytes;
  return static_cast<double>(report.elements - report.resumed_elements) * element_bytes_of(report.dtype);
}

/// What a phase moved; 0 for those that do not work through the data.
double moved_bytes(const RunReport& report, const std::string& phase) {
  if (phase == "read") return static_cast<double>(report.bytes_read - report.bytes_in_place);
  if (phase == "decode" || phase == "copy" || phase == "compute") return element_bytes(report);
  return 0;
}

std::string rate_text(double bytes, double seconds) {
  return bytes > 0 && seconds > 0 ? fmt::format("{:.2f}", bytes / seconds / 1e9) : "";
}

/// 12345678 -> "12,345,678".
std::string grouped(std::int64_t value) {
  std::string digits = std::to_string(value);
  const std::ptrdiff_t first = value < 0 ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string who_text(const RunReport& report) {
  std::string text = report.mode == "threads" || report.mode == "processes" ? "" : report.mode;
  if (report.ranks > 1 && report.mode != "processes") text += ", " + counted(report.ranks, "rank");
  // Where the processes are the ranks, one of the two says it.
  if (report.processes > 1 && (report.mode == "processes" || report.processes != report.ranks))
    text += ", " + counted(report.processes, "process", "processes");
  if (report.threads > 1) text += ", " + counted(report.threads, "thread") + (report.ranks > 1 ? " each" : "");
  if (report.gpus > 0) text += ", " + counted(report.gpus, "GPU");
  if (text.empty()) return report.mode;
  return text.starts_with(", ") ? text.substr(2) : text;
}

}  // namespace

double element_bytes_of(const std::string& dtype) {
  if (dtype == "bool") return 1;  // folded as uint8
  const auto type = element_type_named(dtype);
  return type ? static_cast<double>(size_of(*type)) : 0;
}

double throughput_gb_s(const RunReport& report) {
  return report.wall_s > 0 ? element_bytes(report) / report.wall_s / 1e9 : 0;
}

std::string phase_table(const RunReport& report) {
  const bool spread = std::max(report.ranks, report.processes) > 1;
  auto row = [&](const std::string& name, const std::string& least, const std::string& average, const std::string& most,
                 const std::string& share, const std::string& rate, const std::string& mark) {
    std::string line = spread ? fmt::format("{:<8} {:>10} {:>10} {:>10} {:>7} {:>9}  {}", name, least, average, most,
                                            share, rate, mark)
                              : fmt::format("{:<8} {:>10} {:>7} {:>9}  {}", name, most, share, rate, mark);
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
  };
  const int digits = report.wall_s < 0.1 ? 5 : report.wall_s < 10 ? 4 : report.wall_s < 1000 ? 2 : 0;
  auto seconds = [&](double s) { return fmt::format("{:.{}f}", s, digits); };

  std::string text = row("phase", "min s", "avg s", spread ? "max s" : "seconds", "share", "GB/s", "");
  for (const PhaseSpread& phase : report.phases) {
    if (phase.max_s <= 0) continue;
    // The wall time is rank 0's, and another rank may have begun earlier.
    const double percent = report.wall_s > 0 ? std::min(100.0, 100 * phase.max_s / report.wall_s) : 0;
    const std::string share = percent < 0.5 ? "<1 %" : fmt::format("{:.0f} %", percent);
    text += row(phase.name, seconds(phase.min_s), seconds(phase.avg_s), seconds(phase.max_s), share,
                rate_text(moved_bytes(report, phase.name), phase.max_s),
                phase.name == report.bottleneck ? "<- bottleneck" : "");
  }
  text += row("wall", "", "", seconds(report.wall_s), "", rate_text(element_bytes(report), report.wall_s), "");
  text += fmt::format("{} {} ({})\n", grouped(report.elements), report.elements == 1 ? "element" : "elements",
                      who_text(report));
  if (report.resumed_elements > 0)
    text += fmt::format("{} of them from the checkpoint\n", grouped(report.resumed_elements));
  for (const std::string& note : report.notes) text += "note: " + note + '\n';
  return text;
}

}  // namespace scatterfold
