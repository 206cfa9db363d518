// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/kernel_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/parse.hpp"
#include "user/mistake.hpp"
#include "user/tokens.hpp"
#include "user/user_names.hpp"

namespace scatterfold {
namespace {

bool opens(const Token& token) { return token.is("(") || token.is("[") || token.is("{"); }
bool closes(const Token& token) { return token.is(")") || token.is("]") || token.is("}"); }

/// Goes through the declarations of a file.
class KernelReader {
 public:
  explicit KernelReader(const KernelFile& file) : file_(file), tokens_(tokens_of(file.text)), match_(tokens_.size()) {}

  KernelText read() {
    match_brackets();
    for (std::size_t t = 0; t < tokens_.size(); t = behind_declaration(t)) read_declaration(t);
    if (text_.functions.empty()) {
      throw UsageError(
          fmt::format("no function in {} is marked KERNEL: write one, as in "
                      "KERNEL float twice(float x) {{ return 2 * x; }}",
                      shown_in_terminal(file_.path)));
    }
    text_.as_members.append(file_.text, copied_);
    return std::move(text_);
  }

 private:
  [[noreturn]] void refuse(std::size_t at, const std::string& words) const {
    throw UsageError(mistake_at(shown_in_terminal(file_.path), at, words, file_.text));
  }

  bool is(std::size_t t, std::string_view text) const { return t < tokens_.size() && tokens_[t].is(text); }
  bool is_word(std::size_t t) const { return t < tokens_.size() && tokens_[t].kind == Token::Kind::word; }

  /// match_[t]: behind the bracket that closes the one at t, or behind t itself.
  void match_brackets() {
    std::vector<std::size_t> open;
    for (std::size_t t = 0; t < tokens_.size(); ++t) {
      match_[t] = t + 1;
      if (tokens_[t].kind == Token::Kind::directive) refuse_include(tokens_[t]);
      if (opens(tokens_[t])) open.push_back(t);
      if (!closes(tokens_[t])) continue;
      const std::string_view closing = tokens_[t].text;
      const std::string_view wanted = closing == ")" ? "(" : closing == "]" ? "[" : "{";
      if (open.empty()) refuse(tokens_[t].at, fmt::format("'{}' closes nothing", closing));
      if (!tokens_[open.back()].is(wanted)) {
        refuse(tokens_[t].at, fmt::format("'{}' where '{}' is still open", closing, tokens_[open.back()].text));
      }
      match_[open.back()] = t + 1;
      open.pop_back();
    }
    if (!open.empty()) refuse(tokens_[open.back()].at, fmt::format("'{}' is never closed", tokens_[open.back()].text));
  }

  void refuse_include(const Token& directive) const {
    const std::vector<Token> words = tokens_of(directive.text.substr(1));
    if (!words.empty() && (words[0].is("include") || words[0].is("include_next") || words[0].is("import"))) {
      refuse(directive.at,
             fmt::format("a kernel file includes nothing (#{}): leave the line out; the functions that there are need "
                         "no header (docs/kernels.md)",
                         words[0].text));
    }
  }

  /// Behind `template <...>` and attributes, which a declaration can begin with.
  std::size_t behind_preamble(std::size_t t) const {
    for (;;) {
      if (is(t, "template") && is(t + 1, "<")) {
        int angles = 0;
        do {
          ++t;
          angles += is(t, "<") ? 1 : is(t, ">") ? -1 : 0;
          t = match_[t] - 1;
        } while (angles > 0 && t + 1 < tokens_.size());
        ++t;
      } else if (is(t, "[") && is(t + 1, "[")) {
        t = match_[t];
      } else {
        return t;
      }
    }
  }

  /// A declaration ends with a semicolon or a body. What follows a struct's body up to its semicolon is the next one.
  std::size_t behind_declaration(std::size_t t) const {
    while (t < tokens_.size()) {
      if (is(t, ";") || tokens_[t].kind == Token::Kind::directive) return t + 1;
      if (is(t, "{")) return match_[t];
      t = match_[t];
    }
    return t;
  }

  void read_declaration(std::size_t t) {
    t = behind_preamble(t);
    if (is(t, "KERNEL")) return read_kernel(t);
    bool constant = false, is_static = false;
    std::size_t s = t;
    while (is(s, "inline") || is(s, "const") || is(s, "constexpr") || is(s, "static")) {
      constant |= is(s, "constexpr");
      is_static |= is(s, "static");
      ++s;
    }
    if (constant && !is_static) put_static_before(tokens_[t].at);
  }

  /// On a line of its own; then the file goes on in its line and column.
  void put_static_before(std::size_t at) {
    const std::string& text = file_.text;
    const std::size_t line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;  // npos + 1 is 0
    text_.as_members.append(text, copied_, at - copied_);
    text_.as_members += fmt::format("\nstatic\n#line {} \"--kernel\"\n",
                                    std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1);
    for (std::size_t i = line; i < at; ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) text_.as_members += text[i] == '\t' ? '\t' : ' ';
    }
    copied_ = at;
  }

  void read_kernel(std::size_t t) {
    std::size_t open = t;
    while (open < tokens_.size() && !is(open, "(") && !is(open, ";") && !is(open, "{")) ++open;
    if (!is(open, "(") || !is_word(open - 1) || open - 1 == t || is_cpp_keyword(tokens_[open - 1].text))
      refuse(tokens_[t].at, "KERNEL is not followed by a function: write it as in KERNEL float twice(float x) { ... }");
    const Token& name = tokens_[open - 1];
    KernelFunction function{std::string(name.text), name.at, {}};
    const std::size_t end = match_[open] - 1;
    for (std::size_t from = open + 1; from < end;) {
      const std::size_t comma = end_of_parameter(from, end);
      read_parameter(function, from, comma);
      from = comma + 1;
    }
    std::size_t body = end + 1;
    while (body < tokens_.size() && !is(body, ";") && !is(body, "{")) ++body;
    if (!is(body, "{")) refuse(name.at, fmt::format("the kernel {} has no body: write {{ ... }}", name.text));
    for (const KernelFunction& other : text_.functions) {
      if (other.name == function.name)
        refuse(name.at, fmt::format("a second kernel {}: give it a name of its own", name.text));
    }
    text_.functions.push_back(std::move(function));
  }

  /// The comma behind it, but for those of a template's arguments, or `end`.
  std::size_t end_of_parameter(std::size_t t, std::size_t end) const {
    int angles = 0;
    for (bool has_default = false; t < end; t = match_[t]) {
      has_default |= is(t, "=");
      if (!has_default) angles += is(t, "<") ? 1 : is(t, ">") ? -1 : 0;
      if (is(t, ",") && angles <= 0) return t;
    }
    return end;
  }

  void read_parameter(KernelFunction& function, std::size_t from, std::size_t end) {
    if (end == from + 1 && is(from, "void") && function.parameters.empty()) return;
    std::size_t last = from;  // behind the name
    while (last < end && !is(last, "=") && !is(last, "[")) last = match_[last];
    const bool named =
        last > from + 1 && is_word(last - 1) && !is_cpp_keyword(tokens_[last - 1].text) && !tokens_[last - 2].is(":");
    if (!named) {
      refuse(tokens_[std::min(from, end)].at,
             fmt::format("parameter {} of the kernel {} has no name: it is bound by its name to an input or a number "
                         "of --set",
                         function.parameters.size() + 1, function.name));
    }
    bool deduced = false;
    for (std::size_t t = from; t < last; ++t) deduced |= is(t, "auto");
    function.parameters.push_back({std::string(tokens_[last - 1].text), tokens_[last - 1].at, deduced});
  }

  const KernelFile& file_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> match_;
  KernelText text_;
  std::size_t copied_ = 0;  ///< of the text, to as_members
};

}  // namespace

KernelText read_kernel_text(const KernelFile& file) { return KernelReader(file).read(); }

const KernelFunction& chosen_kernel(const KernelFile& file, const KernelText& text) {
  if (file.name.empty() && text.functions.size() == 1) return text.functions.front();
  std::vector<std::string> names;
  for (const KernelFunction& function : text.functions) {
    if (function.name == file.name) return function;
    names.push_back(function.name);
  }
  const std::string path = shown_in_terminal(file.path);
  if (file.name.empty()) {
    throw UsageError(fmt::format("{} has {} kernels ({}): name one, as in --kernel {}:{}", path, names.size(),
                                 fmt::join(names, ", "), path, names.front()));
  }
  const std::vector<std::string> near = near_names(file.name, names, 1);
  throw UsageError(fmt::format("no kernel {} in {}: {}there {} {}", shown_in_terminal(file.name), path,
                               near.empty() ? "" : fmt::format("did you mean {}? ", near[0]),
                               names.size() == 1 ? "is" : "are", fmt::join(names, ", ")));
}

}  // namespace scatterfold
