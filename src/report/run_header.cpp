// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "report/build_info.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

constexpr std::size_t most_rank_lines = 16;
constexpr std::size_t most_command_bytes = 1000;

using Lines = std::vector<std::pair<std::string, std::string>>;

Lines build_lines() {
  const BuildInfo& info = build_info();
  std::string how = info.compiler + ", " + info.build_type;
  if (!info.sanitizer.empty()) how += ", sanitizer " + info.sanitizer;
  return {{"compiler", how},
          {"MPI", info.mpi},
          {"HDF5", info.hdf5},
          {"CUDA", info.cuda.empty() ? "no (CPU-only build)" : info.cuda},
          {"NCCL", info.nccl.empty() ? "no" : info.nccl}};
}

std::string version_text() { return fmt::format("scatterfold {} (git {})", build_info().version, git_hash()); }

std::string aligned(const Lines& lines) {
  std::size_t width = 0;
  for (const auto& line : lines) width = std::max(width, line.first.size());
  std::string text;
  for (const auto& [name, value] : lines) text += fmt::format("  {:<{}}  {}\n", name, width, value);
  return text;
}

/// On one line, whatever the shell let through.
std::string one_line(std::string text, std::size_t most_bytes) {
  for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  if (text.size() > most_bytes) text = text.substr(0, most_bytes) + "...";
  return text;
}

std::string host_name_text() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string now_utc() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

/// One line per rank, or per run of ranks with the same text where there are many.
Lines rank_lines(const std::vector<std::string>& ranks) {
  Lines lines;
  const bool fold = ranks.size() > most_rank_lines;
  for (std::size_t begin = 0; begin < ranks.size();) {
    std::size_t end = begin + 1;
    while (fold && end < ranks.size() && ranks[end] == ranks[begin]) ++end;
    if (lines.size() + 1 == most_rank_lines && end < ranks.size()) {
      lines.emplace_back("...", fmt::format("and {} more ranks", ranks.size() - begin));
      return lines;
    }
    const std::string name = end - begin > 1 ? fmt::format("{}-{}", begin, end - 1) : std::to_string(begin);
    lines.emplace_back((end - begin > 1 ? "ranks " : "rank ") + name, one_line(ranks[begin], 200));
    begin = end;
  }
  return lines;
}

}  // namespace

std::string build_summary() { return version_text() + '\n' + aligned(build_lines()); }

std::string run_header(const std::string& command_line, const std::vector<std::string>& ranks) {
  Lines lines = {{"command", one_line(command_line, most_command_bytes)}, {"started", now_utc()}};
  for (auto& line : build_lines()) lines.push_back(std::move(line));
  for (auto& line : rank_lines(ranks)) lines.push_back(std::move(line));
  return version_text() + '\n' + aligned(lines);
}

std::vector<std::pair<std::string, std::string>> build_provenance(const std::string& command_line) {
  const BuildInfo& info = build_info();
  Lines lines = {{"program", "scatterfold"},  {"version", info.version}, {"git", git_hash()},
                 {"command", command_line},   {"date", now_utc()},       {"host", host_name_text()},
                 {"compiler", info.compiler}, {"mpi", info.mpi},         {"hdf5", info.hdf5}};
  if (!info.cuda.empty()) lines.emplace_back("cuda", info.cuda);
  if (!info.nccl.empty()) lines.emplace_back("nccl", info.nccl);
  return lines;
}

}  // namespace scatterfold
