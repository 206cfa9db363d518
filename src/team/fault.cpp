// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "team/fault.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <new>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "base/error.hpp"

namespace scatterfold {
namespace {

constexpr std::array<std::string_view, 6> points = {"open", "plan", "fold", "combine", "finish", "write"};
constexpr std::array<std::string_view, 9> kinds = {"throw",     "input", "output", "resource", "badalloc",
                                                   "terminate", "exit0", "kill",   "hang"};

struct Fault {
  int rank = 0;  ///< -1: every rank
  std::string_view point, kind;
};

[[noreturn]] void refuse(std::string_view setting, const std::string& problem) {
  throw UsageError(problem + " (SCATTERFOLD_FAULT=\"" + std::string(setting) +
                   "\"): write rank=R,point=open|plan|fold|combine|finish|write,"
                   "kind=throw|input|output|resource|badalloc|terminate|exit0|kill|hang");
}

int parse_rank(std::string_view setting, std::string_view value) {
  if (value == "all") return -1;
  int rank = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), rank);
  if (problem != std::errc() || end != value.data() + value.size() || rank < 0) {
    refuse(setting, "rank \"" + std::string(value) + "\" is neither a number nor all");
  }
  return rank;
}

std::string_view parse_choice(std::string_view setting, std::string_view key, std::string_view value,
                              const auto& choices) {
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
    refuse(setting, "unknown " + std::string(key) + " \"" + std::string(value) + "\"");
  }
  return value;
}

/// The fault that the environment asks for; none without SCATTERFOLD_FAULT. The views point into the environment.
std::optional<Fault> read_fault() {
  const char* text = std::getenv("SCATTERFOLD_FAULT");
  if (!text) return std::nullopt;
  const std::string_view setting = text;
  Fault fault;
  bool has_rank = false;
  for (std::string_view rest = setting;;) {
    const std::string_view item = rest.substr(0, rest.find(','));
    const std::size_t equals = item.find('=');
    const std::string_view key = item.substr(0, equals);
    const std::string_view value = equals == item.npos ? std::string_view() : item.substr(equals + 1);
    if (key == "rank" && !has_rank) {
      fault.rank = parse_rank(setting, value);
      has_rank = true;
    } else if (key == "point" && fault.point.empty()) {
      fault.point = parse_choice(setting, key, value, points);
    } else if (key == "kind" && fault.kind.empty()) {
      fault.kind = parse_choice(setting, key, value, kinds);
    } else {
      refuse(setting, "unknown or repeated \"" + std::string(item) + "\"");
    }
    if (item.size() == rest.size()) break;
    rest.remove_prefix(item.size() + 1);
  }
  if (fault.point.empty()) refuse(setting, "no point");
  if (fault.kind.empty()) refuse(setting, "no kind");
  return fault;
}

[[noreturn]] void throw_runtime_error(const std::string& text) { throw std::runtime_error(text); }

[[noreturn]] void throw_out_of_noexcept(const std::string& text) noexcept { throw_runtime_error(text); }

[[noreturn]] void strike(std::string_view kind, const std::string& text) {
  if (kind == "throw") throw_runtime_error(text);
  if (kind == "input") throw InputError(text);
  if (kind == "output") throw OutputError(text);
  if (kind == "resource") throw ResourceError(text);
  if (kind == "badalloc") throw std::bad_alloc();
  if (kind == "terminate") throw_out_of_noexcept(text);
  if (kind == "exit0") _exit(0);
  if (kind == "kill") ::kill(getpid(), SIGKILL);
  while (true) pause();  // hang; and the moment between kill() and the end
}

}  // namespace

void check_fault_setting() { read_fault(); }

void inject_fault(const std::string& phase, int rank, int size) {
  const std::optional<Fault> fault = read_fault();
  if (!fault) return;
  if (fault->rank >= size) {
    refuse(std::getenv("SCATTERFOLD_FAULT"), "the team has only " + std::to_string(size) + " ranks");
  }
  if (fault->point != phase || (fault->rank >= 0 && fault->rank != rank)) return;
  strike(fault->kind, "injected " + std::string(fault->kind) + " (" + phase + "): unset SCATTERFOLD_FAULT");
}

}  // namespace scatterfold
