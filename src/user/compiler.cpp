// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/compiler.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "user/compiler_words.hpp"

extern char** environ;

namespace scatterfold {
namespace {

/// A folder of this process alone, gone at the end.
class PrivateFolder {
 public:
  PrivateFolder() {
    const char* const wanted = std::getenv("TMPDIR");
    path_ = fmt::format("{}/scatterfold-XXXXXX", wanted != nullptr && *wanted != '\0' ? wanted : "/tmp");
    if (mkdtemp(path_.data()) == nullptr) {
      throw ResourceError(
          fmt::format("no room for a compiler's files ({}: {}): set TMPDIR to a folder that can be written to", path_,
                      std::strerror(errno)));
    }
  }
  ~PrivateFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  std::string operator/(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string compiler_name() {
  const char* const named = std::getenv("SCATTERFOLD_CXX");
  return named != nullptr && *named != '\0' ? named : "c++";
}

[[noreturn]] void refuse_compiler(const std::string& what, const std::string& name, const std::string& why) {
  throw ResourceError(
      fmt::format("{} for --expr and --where ({}: {}): install one (GCC or Clang), or name it in SCATTERFOLD_CXX", what,
                  name, why));
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

std::vector<std::string> arguments_of(const std::string& instruction_set, const std::string& in,
                                      const std::string& out) {
  // SIMD code, but nothing that changes a bit: neither errno nor traps are looked at.
  std::vector<std::string> arguments = {compiler_name(),
                                        "-std=c++20",
                                        "-O3",
                                        "-shared",
                                        "-fPIC",
                                        "-ffp-contract=off",
                                        "-w",
                                        "-fno-math-errno",
                                        "-fno-trapping-math",
                                        "-fno-exceptions",
                                        "-fdiagnostics-color=never"};
  if (instruction_set == "avx512") arguments.insert(arguments.end(), {"-march=x86-64-v4", "-mprefer-vector-width=512"});
  if (instruction_set == "avx2") arguments.emplace_back("-march=x86-64-v3");
  arguments.insert(arguments.end(), {"-o", out, in});
  return arguments;
}

/// Runs it with both of its streams in a file; gives its exit status.
int run(std::vector<std::string> arguments, const std::string& words) {
  std::vector<std::string> variables = environment();
  const std::vector<char*> pointers = pointers_to(arguments), variable_pointers = pointers_to(variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, words.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
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

std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<std::byte> compile(const Expression& expression, ElementType element, const std::string& instruction_set) {
  const PrivateFolder folder;
  const std::string in = folder / "user.cpp", out = folder / "user.so", words = folder / "words";
  std::ofstream(in) << expression_text(expression, element);
  const std::vector<std::string> arguments = arguments_of(instruction_set, in, out);
  const int status = run(arguments, words);
  const std::string said = content_of(words), made = content_of(out);
  if (status != 0 || made.empty()) {
    if (const std::string mistake = first_mistake(said, expression); !mistake.empty()) throw UsageError(mistake);
    refuse_compiler("the C++ compiler failed", arguments.front(),
                    said.empty() ? fmt::format("it ended with code {}", WEXITSTATUS(status)) : first_line(said));
  }
  const auto* const bytes = reinterpret_cast<const std::byte*>(made.data());
  return {bytes, bytes + made.size()};
}

}  // namespace scatterfold
