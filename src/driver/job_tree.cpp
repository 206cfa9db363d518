// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "driver/job_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/job_syntax.hpp"
#include "io/small_file.hpp"

namespace scatterfold {
namespace {

constexpr int most_dots = 300;  // of a line; the parser's tables inside tables would fill the stack

std::vector<std::string> split_key(const std::string& key) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= key.size();) {
    const std::size_t dot = std::min(key.find('.', at), key.size());
    parts.push_back(key.substr(at, dot - at));
    at = dot + 1;
  }
  return parts;
}

/// The table of `array` that a part of a key means: its number, else its `name`, else its `kind`.
toml::table* find_in(toml::array& array, const std::string& part) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
  if (error == std::errc() && end == part.data() + part.size()) {
    toml::node* const node = array.get(number);
    return node == nullptr ? nullptr : node->as_table();
  }
  for (const char* label : {"name", "kind"}) {
    for (toml::node& node : array) {
      if (toml::table* const table = node.as_table()) {
        if ((*table)[label].value_or(std::string_view{}) == part) return table;
      }
    }
  }
  return nullptr;
}

/// A TOML value alone on one line, or nothing.
std::optional<toml::table> parse_value(const std::string& text) {
  try {
    toml::table table = toml::parse("value = " + text);
    if (table.size() == 1 && table.contains("value")) return table;
  } catch (const toml::parse_error&) {
  }
  return std::nullopt;
}

/// Where a line of the text begins; lines count from 1.
std::size_t line_begin(const std::string& text, std::size_t line) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i < line && begin < text.size(); ++i)
    begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  return begin;
}

/// The first line with more dots than a key can have, "..." counted once; 0 where there is none.
long line_of_deep_key(const std::string& text) {
  long line = 1;
  int dots = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      dots = 0;
    }
    if (text[i] == '.' && (i == 0 || text[i - 1] != '.') && ++dots > most_dots) return line;
  }
  return 0;
}

/// Nothing where that is no TOML either: a list over several lines, say.
toml::table parse_part(const std::string& text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error&) {
    return {};
  }
}

}  // namespace

JobTree::JobTree(const std::string& path, JobProblems& problems) : path_(path) {
  const std::string text = read_small_file(path, "job file", ExitCode::usage);
  if (const long line = line_of_deep_key(text); line > 0) {
    whole_ = false;
    problems.add(line, fmt::format("{}:{}:1", path_, line), "keys nested too deeply: no key of a job has over 3 parts");
    return;
  }
  try {
    root_ = toml::parse(text);
  } catch (const toml::parse_error& error) {
    whole_ = false;
    const toml::source_position at = error.source().begin;
    const std::size_t begin = line_begin(text, at.line);
    const std::string_view line = std::string_view(text).substr(begin, text.find('\n', begin) - begin);
    problems.add(static_cast<long>(at.line), where(at), syntax_problem(error.description(), line));
    root_ = parse_part(text.substr(0, begin));
  }
}

std::string JobTree::where(const toml::source_position& at) const {
  return fmt::format("{}:{}:{}", path_, at.line, at.column);
}

toml::table& JobTree::step_into(toml::table& table, const std::string& key, const std::string& origin) {
  toml::table* inner = table[key].as_table();
  if (inner == nullptr) {
    inner = table.insert_or_assign(key, toml::table{}).first->second.as_table();
    overridden_[inner] = origin;
  }
  return *inner;
}

void JobTree::override_with(const std::string& text, JobProblems& problems) {
  const std::string origin = "--set " + text;
  const std::size_t equals = text.find('=');
  const std::vector<std::string> parts = split_key(text.substr(0, equals));
  const bool named = std::none_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); });
  if (equals == std::string::npos || !named) {
    problems.add(0, origin, "give key=value, such as run.threads=4 or analysis.0.bins=200");
    return;
  }
  toml::table* table = &root_;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    toml::array* const array = (*table)[parts[i]].as_array();
    if (array == nullptr) {
      table = &step_into(*table, parts[i], origin);
      continue;
    }
    toml::table* const found = i + 2 < parts.size() ? find_in(*array, parts[i + 1]) : nullptr;
    if (found == nullptr) {
      problems.add(0, origin,
                   fmt::format("no {} \"{}\" here: there are {}, addressed by number from 0 or by name", parts[i],
                               i + 2 < parts.size() ? parts[i + 1] : "", array->size()));
      return;
    }
    table = found;
    ++i;
  }
  const std::string value = text.substr(equals + 1);
  const std::string& key = parts.back();
  if (auto parsed = parse_value(value)) {
    table->insert_or_assign(key, std::move(*parsed->get("value")));
  } else {
    table->insert_or_assign(key, value);
  }
  overridden_[table->get(key)] = origin;
}

void JobTree::complain_at(const toml::source_region& place, const toml::node& node, const std::string& what,
                          JobProblems& problems) const {
  if (const auto found = overridden_.find(&node); found != overridden_.end()) {
    problems.add(0, found->second, what);
    return;
  }
  const toml::source_position at = place.begin;
  problems.add(static_cast<long>(at.line), where(at), what);
}

void JobTree::complain(const toml::node& node, const std::string& what, JobProblems& problems) const {
  complain_at(node.source(), node, what, problems);
}

void JobTree::complain_of_key(const toml::key& key, const toml::node& node, const std::string& what,
                              JobProblems& problems) const {
  complain_at(key.source(), node, what, problems);
}

}  // namespace scatterfold
