// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "driver/array_options.hpp"
#include "driver/input_options.hpp"
#include "driver/job.hpp"
#include "driver/job_tree.hpp"
#include "driver/job_values.hpp"
#include "driver/parse_memory.hpp"
#include "driver/parse_selection.hpp"
#include "driver/user_code_options.hpp"
#include "fold/analysis.hpp"
#include "user/user_parameter.hpp"

namespace scatterfold {
namespace {

constexpr std::int64_t most_threads = 65536;

/// Turns the tree of a job file into a Job. Every problem is noted and reading goes on.
class JobReader : private JobValues {
 public:
  JobReader(JobTree& tree, JobProblems& problems) : JobValues(tree, problems) {}

  Job read() {
    const Keys input = {{"file", text(job_.file)},
                        {"dataset", text(job_.dataset)},
                        {"in", [this](const toml::node& node) { read_inputs(node); }},
                        {"shape", [this](const toml::node& node) { read_lengths(node, 0, job_.shape); }},
                        {"concat", text(job_.concat)},
                        {"select", [this](const toml::node& node) { read_select(node); }},
                        {"kernel", [this](const toml::node& node) { read_kernel(node); }},
                        {"set", [this](const toml::node& node) { read_set(node); }},
                        {"expr", text(job_.code.value)},
                        {"where", text(job_.code.where)},
                        {"missing", choice<bool>(job_.missing, {{"auto", true}, {"off", false}})},
                        {"nan", choice<NanPolicy>(job_.nan, {{"propagate", NanPolicy::propagate},
                                                             {"skip", NanPolicy::skip},
                                                             {"error", NanPolicy::error}})}};
    const Keys run = {
        {"mode", choice<Mode>(job_.mode, {{"auto", Mode::automatic},
                                          {"serial", Mode::serial},
                                          {"threads", Mode::threads},
                                          {"processes", Mode::processes},
                                          {"cuda", Mode::cuda}})},
        {"threads", whole<int>(job_.threads, 1, most_threads)},
        {"processes", whole<int>(job_.processes, 1, most_threads)},
        {"memory", [this](const toml::node& node) { read_memory(node); }},
        {"seed", whole<std::uint64_t>(job_.seed, 0, std::numeric_limits<std::int64_t>::max())},
        {"combine",
         choice<Combine>(job_.combine, {{"auto", Combine::automatic}, {"mpi", Combine::mpi}, {"nccl", Combine::nccl}})},
        {"share_gpus", truth(job_.share_gpus)}};
    const Keys output = {{"file", text(job_.output)},
                         {"json", text(job_.json)},
                         {"overwrite", truth(job_.overwrite)},
                         {"dtype", text(job_.storage.dtype)},
                         {"deflate", whole<int>(job_.storage.deflate, 0, 9)},
                         {"chunks", [this](const toml::node& node) { read_lengths(node, 1, job_.storage.chunks); }}};
    const auto section = [this](const std::string& name, const Keys& keys) -> Key {
      return {name, [this, name, &keys](const toml::node& node) {
                if (const toml::table* const table = node.as_table()) {
                  read_table(*table, "[" + name + "]", keys);
                } else {
                  complain(node, fmt::format("{} is {}: write a section [{}]", name, kind_of(node), name));
                }
              }};
    };
    sections_ = {{"input", &input}, {"run", &run}, {"output", &output}};
    read_table(tree_.root(), "a job file",
               {section("input", input),
                section("run", run),
                section("output", output),
                {"analysis", [this](const toml::node& node) { read_analyses(node); }}});
    if (job_.dataset.empty()) split_input(std::string(job_.file), job_.file, job_.dataset);
    if (!tree_.whole()) return job_;
    const auto has = [this](const char* key) { return static_cast<bool>(tree_.root().at_path(key)); };
    if (!has("input.file") && !has("input.in") && !has("input.shape"))
      complain(tree_.root(), "no input file: write [input] and file = \"...\"");
    if (!tree_.root().contains("analysis"))
      complain(tree_.root(), "no analysis: write [[analysis]] and kind = \"moments\"");
    return job_;
  }

 private:
  using Key = std::pair<std::string, Set>;
  using Keys = std::vector<Key>;

  void read_table(const toml::table& table, const std::string& title, const Keys& keys) {
    for (const auto& [key, node] : table) {
      const auto found =
          std::find_if(keys.begin(), keys.end(), [&key = key](const Key& k) { return k.first == key.str(); });
      if (found != keys.end()) {
        found->second(node);
      } else {
        complain_of_key(key, node, title, keys);
      }
    }
  }

  void complain_of_key(const toml::key& key, const toml::node& node, const std::string& title, const Keys& keys) {
    std::vector<std::string> names;
    for (const Key& known : keys) names.push_back(known.first);
    const std::vector<std::string> near = near_names(key.str(), names, 1);
    std::string remedy = near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near[0]);
    for (const auto& [section, section_keys] : sections_) {
      const auto is_key = [&](const Key& k) { return k.first == key.str(); };
      if (remedy.empty() && std::any_of(section_keys->begin(), section_keys->end(), is_key)) {
        remedy = fmt::format(" (it belongs to [{}])", section);
      }
    }
    if (remedy.empty()) remedy = fmt::format(", known are {}", fmt::join(names, ", "));
    tree_.complain_of_key(key, node, fmt::format("unknown key \"{}\" in {}{}", key.str(), title, remedy), problems_);
  }

  void read_memory(const toml::node& node) {
    std::optional<std::string> size = node.value_exact<std::string>();
    if (!size) {
      const auto bytes = whole_number(node);
      if (!bytes) return;
      size = std::to_string(*bytes);
    }
    attempt(node, [&] { job_.memory_bytes = parse_memory("memory", *size); });
  }

  void read_kernel(const toml::node& node) {
    std::string word;
    text(word)(node);
    if (!word.empty()) job_.code.kernel = parse_kernel(word);
  }

  /// Numbers by name: {limit = 300}.
  void read_set(const toml::node& node) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) return expect(node, "a table of numbers such as {limit = 300}");
    for (const auto& [key, number] : *table) {
      const auto add = [&, name = std::string(key.str())](auto value) {
        attempt(number, [&] { add_user_parameter(job_.code.parameters, {name, value}); });
      };
      if (const auto whole = number.value_exact<std::int64_t>()) {
        add(*whole);
      } else if (const auto real = real_number(number)) {
        add(*real);
      }
    }
  }

  void read_select(const toml::node& node) {
    const auto read_one = [this](const toml::node& item) {
      const auto word = item.value_exact<std::string>();
      if (!word) return expect(item, "a text such as \"time,0,10\"");
      attempt(item, [&] { job_.select.push_back(parse_selection(*word)); });
    };
    if (const toml::array* const list = node.as_array()) {
      for (const toml::node& item : *list) read_one(item);
    } else {
      read_one(node);
    }
  }

  /// What an option for arrays may name.
  enum class Names { results, dimensions };

  /// A list of texts, or one text as on the command line: "lat,lon". Dimensions may have numbers.
  void read_names(const toml::node& node, const std::string& key, Names kind, std::vector<std::string>& out) {
    const auto read_one = [&](const toml::node& item) {
      if (kind == Names::dimensions) {
        if (const auto number = item.value_exact<std::int64_t>()) return out.push_back(std::to_string(*number));
        if (!item.is_string()) return expect(item, "a dimension's name in quotes, or its number,");
      }
      std::string word;
      text(word)(item);
      if (word.empty()) return;
      attempt(item, [&] {
        for (std::string& name : comma_list(key, word)) out.push_back(std::move(name));
      });
    };
    if (const toml::array* const list = node.as_array()) {
      if (list->empty()) return complain_of_empty(node);
      for (const toml::node& item : *list) read_one(item);
    } else {
      read_one(node);
    }
  }

  void complain_of_empty(const toml::node& node) { complain(node, "an empty list: leave the key out or fill it"); }

  void read_lengths(const toml::node& node, std::int64_t least, std::vector<std::int64_t>& lengths) {
    const toml::array* const list = node.as_array();
    if (list == nullptr) return expect(node, "a list of lengths such as [1, 180, 360]");
    if (list->empty()) return complain_of_empty(node);
    for (const toml::node& item : *list)
      whole(lengths.emplace_back(), least, std::numeric_limits<std::int64_t>::max())(item);
  }

  /// A table of names. The order is that of the file, as the first input that has all dimensions is the one that
  /// counts.
  void read_inputs(const toml::node& node) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) return expect(node, "a table such as {t = \"FILE:/DATASET\"}");
    std::vector<std::pair<std::string, const toml::node*>> entries;
    for (const auto& [name, value] : *table) entries.emplace_back(name.str(), &value);
    std::ranges::stable_sort(entries, {}, [](const auto& entry) {
      const toml::source_position at = entry.second->source().begin;
      return at ? std::pair(at.line, at.column) : std::pair(~toml::source_index{}, toml::source_index{});
    });
    for (const auto& [name, value] : entries) {
      std::string input;
      text(input)(*value);
      if (!input.empty()) attempt(*value, [&] { job_.inputs.push_back(named_input(name, input)); });
    }
  }

  void read_analyses(const toml::node& node) {
    const toml::array* const list = node.as_array();
    if (list == nullptr) return complain(node, "analysis is no list: write [[analysis]] with two brackets");
    if (list->empty()) return complain(node, "no analysis: write [[analysis]] and kind = \"moments\"");
    std::set<std::string> taken;
    for (const toml::node& item : *list) {
      if (const toml::table* const table = item.as_table()) {
        read_analysis(*table, taken);
      } else {
        expect(item, "a section [[analysis]]");
      }
    }
  }

  void read_analysis(const toml::table& table, std::set<std::string>& taken) {
    AnalysisJob entry;
    const toml::node* const kind = table.get("kind");
    if (kind == nullptr && !tree_.whole()) return;
    if (kind == nullptr) return complain(table, "an analysis without a kind: write kind = \"moments\"");
    text(entry.kind)(*kind);
    if (entry.kind.empty()) return;
    const Analysis* const analysis = find_analysis(entry.kind);
    if (analysis == nullptr) return complain_of_kind(*kind, entry.kind);

    std::vector<OptionSpec> specs = analysis->options();
    ArrayOptions& arrays = entry.arrays;
    Keys keys = {{"kind", [](const toml::node&) {}},
                 {"name", text(entry.name)},
                 {"dims", [&](const toml::node& item) { read_names(item, "dims", Names::dimensions, arrays.dims); }},
                 {"by", text(arrays.by)},
                 {"every", text(arrays.every)},
                 {"weights", text(arrays.weights)},
                 {"only", [&](const toml::node& item) { read_names(item, "only", Names::results, arrays.only); }}};
    for (const OptionSpec& spec : specs) {
      keys.push_back(
          {spec.name, [this, &spec, &entry](const toml::node& node) { read_option(node, spec, entry.options); }});
    }
    read_table(table, fmt::format("[[analysis]] of kind {}", entry.kind), keys);
    if (entry.name.empty()) entry.name = entry.kind;
    const toml::node& place = table.get("name") != nullptr ? *table.get("name") : *kind;
    if (entry.name.find('/') != std::string::npos || entry.name == "." || entry.name == "..") {
      complain(place, fmt::format("name \"{}\" cannot name a group: use letters, digits and underscores", entry.name));
    }
    if (!taken.insert(entry.name).second) {
      complain(place,
               fmt::format("a second analysis \"{}\": give each a name of its own (name = \"...\")", entry.name));
    }
    attempt(place, [&] { analysis->check(entry.options); });
    job_.analyses.push_back(std::move(entry));
  }

  void complain_of_kind(const toml::node& node, const std::string& kind) {
    std::vector<std::string> names;
    for (const Analysis* const known : all_analyses()) names.push_back(known->name());
    const std::vector<std::string> near = near_names(kind, names, 1);
    complain(node,
             fmt::format("unknown analysis \"{}\"{}, known are {}", kind,
                         near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near[0]), fmt::join(names, ", ")));
  }

  void read_option(const toml::node& node, const OptionSpec& spec, Options& options) {
    switch (spec.kind) {
      case OptionSpec::Kind::integer:
        if (const auto value = whole_number(node)) options[spec.name] = *value;
        return;
      case OptionSpec::Kind::real:
        if (const auto value = real_number(node)) options[spec.name] = *value;
        return;
      case OptionSpec::Kind::text: {
        std::string value;
        text(value)(node);
        if (!value.empty()) options[spec.name] = value;
        return;
      }
      case OptionSpec::Kind::range: read_range(node, spec, options); return;
    }
  }

  void read_range(const toml::node& node, const OptionSpec& spec, Options& options) {
    if (const auto word = node.value_exact<std::string>()) {  // as on the command line: "LO,HI"
      const std::size_t comma = word->find(',');
      if (comma == std::string::npos || word->find(',', comma + 1) != std::string::npos)
        return complain(node, fmt::format("\"{}\" where two numbers are wanted, such as [0, 10]", *word));
      attempt(node, [&] {
        options[spec.name] = Range{parse_real(word->substr(0, comma)), parse_real(word->substr(comma + 1))};
      });
      return;
    }
    const toml::array* const pair = node.as_array();
    if (pair == nullptr || pair->size() != 2) return complain(node, "two numbers are wanted, such as [0, 10]");
    const auto low = real_number((*pair)[0]);
    const auto high = real_number((*pair)[1]);
    if (low && high) options[spec.name] = Range{*low, *high};
  }

  Job job_;
  std::vector<std::pair<std::string, const Keys*>> sections_;
};

}  // namespace

void split_input(const std::string& text, std::string& file, std::string& dataset) {
  const std::size_t colon = text.rfind(":/");
  // A copy first: `text` may be `file`.
  const std::string whole = text;
  file = whole.substr(0, colon);
  dataset = colon == std::string::npos ? "" : whole.substr(colon + 1);
}

Job read_job_file(const std::string& path, const std::vector<std::string>& overrides) {
  JobProblems problems;
  JobTree tree(path, problems);
  if (tree.whole()) {
    for (const std::string& text : overrides) tree.override_with(text, problems);
  }
  Job job = JobReader(tree, problems).read();
  problems.throw_if_any();
  return job;
}

}  // namespace scatterfold
