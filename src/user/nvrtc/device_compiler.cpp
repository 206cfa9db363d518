// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/device_compiler.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <regex>

#include "base/error.hpp"
#include "user/compiler_words.hpp"
#include "user/nvrtc/nvrtc.hpp"

namespace scatterfold {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& why) {
  throw ResourceError(fmt::format(
      "{} --kernel, --expr and --where for the GPU (NVRTC: {}): use --mode threads, which needs a C++ compiler, or "
      "install CUDA's NVRTC",
      what, why));
}

/// A translation unit in NVRTC's hands.
class Unit {
 public:
  explicit Unit(const std::string& text) {
    check(nvrtc().create(&program_, text.c_str(), "scatterfold", 0, nullptr, nullptr));
    check(nvrtc().ask_name(program_, type_mark));
  }
  ~Unit() { nvrtc().destroy(&program_); }
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  nvrtcResult compile(const std::string& architecture) {
    const std::string target = "--gpu-architecture=" + architecture;
    // Mistakes as for processors: no value returned, numbers that do not fit.
    const char* const options[] = {
        target.c_str(),    "-std=c++20",       "--fmad=false",    "--ftz=false",
        "--prec-div=true", "--prec-sqrt=true", "-default-device", "--diag-error=940,2361,2362,69"};
    return nvrtc().compile(program_, static_cast<int>(std::size(options)), options);
  }
  std::string said() const {
    std::size_t size = 0;
    check(nvrtc().log_size(program_, &size));
    std::string text(size, '\0');
    check(nvrtc().log(program_, text.data()));
    return text.substr(0, text.find('\0'));
  }
  /// The number that the type of the values has, in the name that the compiler gave the mark.
  int type() const {
    const char* name = "";
    check(nvrtc().name(program_, type_mark, &name));
    const std::string before = "type_markILi", found = name;
    const std::size_t at = found.find(before);
    if (at == std::string::npos) refuse("cannot compile", "it named a variable " + found);
    return std::atoi(found.c_str() + at + before.size());
  }
  std::vector<std::byte> cubin() const {
    std::size_t size = 0;
    check(nvrtc().cubin_size(program_, &size));
    std::vector<std::byte> bytes(size);
    check(nvrtc().cubin(program_, reinterpret_cast<char*>(bytes.data())));
    return bytes;
  }
  std::string ptx() const {
    std::size_t size = 0;
    check(nvrtc().ptx_size(program_, &size));
    std::string text(size, '\0');
    check(nvrtc().ptx(program_, text.data()));
    return text;
  }

 private:
  static constexpr const char* type_mark =
      "&scatterfold::user::type_mark<scatterfold::user::type_number<scatterfold::user::Value>()>";

  static void check(nvrtcResult result) {
    if (result != NVRTC_SUCCESS) refuse("cannot compile", nvrtc().words(result));
  }

  nvrtcProgram program_ = nullptr;
};

/// By numbers that the compiler does not know, that is: it makes multiplications of the others. Source: PTX ISA 8.0.
bool divides_whole_numbers(const std::string& ptx) {
  static const std::regex division(R"(\b(div|rem)\.[us](16|32|64)\b)");
  return std::regex_search(ptx, division);
}

}  // namespace

bool has_device_compiler() { return nvrtc().trouble.empty(); }

DeviceProgram compile_for_device(const UserCode& code, const std::vector<UserInput>& inputs,
                                 const std::string& architecture) {
  if (!has_device_compiler()) refuse("nothing compiles", nvrtc().trouble);
  Unit unit(user_unit_text(code, inputs, Processor::gpu));
  const nvrtcResult result = unit.compile(architecture);
  if (result != NVRTC_SUCCESS) {
    const std::string said = unit.said();
    if (const std::string mistake = first_mistake(said, code); !mistake.empty()) throw UsageError(mistake);
    refuse("cannot compile", said.empty() ? nvrtc().words(result) : first_line(said));
  }
  DeviceProgram program = {unit.cubin(), divides_whole_numbers(unit.ptx())};
  program.bytes.push_back(static_cast<std::byte>(unit.type()));
  return program;
}

}  // namespace scatterfold
