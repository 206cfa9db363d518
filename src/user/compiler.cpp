// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/compiler.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "user/compiler_words.hpp"
#include "user/memory_file.hpp"

extern char** environ;

namespace scatterfold {
namespace {

std::string compiler_name() {
  const char* const named = std::getenv("SCATTERFOLD_CXX");
  return named != nullptr && *named != '\0' ? named : "c++";
}

[[noreturn]] void refuse_compiler(const std::string& what, const std::string& name, const std::string& why) {
  throw ResourceError(fmt::format(
      "{} for --kernel, --expr and --where ({}: {}): install one (GCC or Clang), name it in SCATTERFOLD_CXX, or use "
      "--mode cuda where a GPU is",
      what, name, why));
}

/// The environment, with compilers that speak plain English.
std::vector<std::string> environment() {
  std::vector<std::string> all = {"LC_ALL=C"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, "LC_ALL=", 7) != 0) all.emplace_back(*entry);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> arguments_of(const std::string& instruction_set) {
  // SIMD code, but nothing that changes a bit: neither errno nor traps of floating-point numbers are looked at. A
  // division of whole numbers by zero is a trap, whatever the compiler would make of it.
  std::vector<std::string> arguments = {compiler_name(),
                                        "-std=c++20",
                                        "-O3",
                                        "-shared",
                                        "-fPIC",
                                        "-ffp-contract=off",
                                        "-Werror=return-type",
                                        "-Werror=overflow",
                                        "-Werror=frame-larger-than=1000000",
                                        "-fsanitize=integer-divide-by-zero",
                                        "-fsanitize-undefined-trap-on-error",
                                        "-fno-math-errno",
                                        "-fno-trapping-math",
                                        "-fno-exceptions",
                                        "-fdiagnostics-color=never",
                                        "-Wl,-z,defs"};
  if (instruction_set == "avx512") arguments.insert(arguments.end(), {"-march=x86-64-v4", "-mprefer-vector-width=512"});
  if (instruction_set == "avx2") arguments.emplace_back("-march=x86-64-v3");
  // Not /dev/stdout: a linker that fails removes what it was to write, and root may remove that.
  arguments.insert(arguments.end(), {"-x", "c++", "-o", "/proc/self/fd/1", "-"});
  return arguments;
}

/// Runs it from `in` to `out`; gives its exit status.
int run(std::vector<std::string> arguments, const MemoryFile& in, const MemoryFile& out, const MemoryFile& words) {
  std::vector<std::string> variables = environment();
  const std::vector<char*> pointers = pointers_to(arguments), variable_pointers = pointers_to(variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, words.descriptor(), STDERR_FILENO);
  pid_t child = 0;
  const int error = posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), variable_pointers.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) refuse_compiler("no C++ compiler", arguments.front(), std::strerror(error));
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) refuse_compiler("lost the C++ compiler", arguments.front(), std::strerror(errno));
  }
  return status;
}

/// "code 1" or "signal 9 (Killed)"
std::string end_text(int status) {
  if (!WIFSIGNALED(status)) return fmt::format("code {}", WEXITSTATUS(status));
  return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
}

}  // namespace

std::vector<std::byte> compile(const UserCode& code, const std::vector<UserInput>& inputs,
                               const std::string& instruction_set) {
  const std::string text = user_unit_text(code, inputs);
  const MemoryFile in(std::as_bytes(std::span(text))), out, words;
  const std::vector<std::string> arguments = arguments_of(instruction_set);
  const int status = run(arguments, in, out, words);
  const std::string said = words.content(), made = out.content();
  if (status != 0 || made.empty()) {
    if (const std::string mistake = first_mistake(said, code); !mistake.empty()) throw UsageError(mistake);
    refuse_compiler("the C++ compiler failed", arguments.front(),
                    said.empty() ? "it ended with " + end_text(status) : first_line(said));
  }
  const auto* const bytes = reinterpret_cast<const std::byte*>(made.data());
  return {bytes, bytes + made.size()};
}

}  // namespace scatterfold
