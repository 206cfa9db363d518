// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <algorithm>
#include <cstring>
#include <new>

#include "base/error.hpp"
#include "team/agreed_error.hpp"
#include "team/fault.hpp"
#include "team/host_name.hpp"
#include "team/phase_guard.hpp"
#include "team/team.hpp"

namespace scatterfold {
namespace {

const std::string* running_phase = nullptr;
bool agreed_failure = false;

/// One rank's account of a phase.
struct Account {
  ExitCode code = ExitCode::ok;
  std::string host, text;
  bool failed() const { return code != ExitCode::ok; }
  bool operator==(const Account& other) const { return code == other.code && text == other.text; }
};

std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// The text for a failure that was not foreseen. Memory may be short: then at least its kind, which needs none.
Account account_of(ExitCode code, const char* what, const std::string& phase, const char* remedy) noexcept {
  try {
    return {code, {}, on_one_line(what) + " (phase " + phase + "): " + remedy};
  } catch (...) {
    return {code, {}, code == ExitCode::resource ? "out of memory" : "internal error"};
  }
}

Account attempt(const std::string& name, int rank, int size, const std::function<void()>& work) {
  const PhaseGuard guard(name);
  try {
    inject_fault(name, rank, size);
    work();
    return {};
  } catch (const Error& error) {
    // An Error that claims success is still a failure.
    return {error.code() == ExitCode::ok ? ExitCode::internal : error.code(), {}, error.what()};
  } catch (const std::bad_alloc&) {
    return account_of(ExitCode::resource, "out of memory", name, "lower --memory or use more ranks");
  } catch (const std::exception& error) {
    return account_of(ExitCode::internal, error.what(), name, "an internal error, please report it");
  } catch (...) {
    return account_of(ExitCode::internal, "unknown exception", name, "an internal error, please report it");
  }
}

std::vector<std::byte> packed(const Account& account) {
  const auto code = static_cast<std::int32_t>(account.code);
  std::string bytes(sizeof(code), '\0');
  std::memcpy(bytes.data(), &code, sizeof(code));
  bytes += account.host + '\0' + account.text;
  const auto* begin = reinterpret_cast<const std::byte*>(bytes.data());
  return {begin, begin + bytes.size()};
}

Account unpacked(const std::vector<std::byte>& bytes) {
  std::int32_t code = 0;
  std::memcpy(&code, bytes.data(), sizeof(code));
  const std::string rest(reinterpret_cast<const char*>(bytes.data()) + sizeof(code), bytes.size() - sizeof(code));
  const std::size_t end_of_host = rest.find('\0');
  return {static_cast<ExitCode>(code), rest.substr(0, end_of_host), rest.substr(end_of_host + 1)};
}

/// What the team says: the lowest failing rank's account. When all failed alike (a file that is nowhere), the ranks do
/// not matter and are left out.
Account verdict(const std::vector<std::vector<std::byte>>& gathered) {
  std::vector<Account> accounts(gathered.size());
  std::transform(gathered.begin(), gathered.end(), accounts.begin(), unpacked);
  Account said = *std::find_if(accounts.begin(), accounts.end(), [](const Account& one) { return one.failed(); });
  const bool alike = std::all_of(accounts.begin(), accounts.end(), [&](const Account& one) { return one == said; });
  if (!alike) {
    const auto rank = std::find(accounts.begin(), accounts.end(), said) - accounts.begin();
    said.text = "rank " + std::to_string(rank) + " (" + said.host + ") " + said.text;
  }
  return said;
}

}  // namespace

PhaseGuard::PhaseGuard(const std::string& phase) {
  if (running_phase) {
    throw Error(ExitCode::internal, "phase " + phase + " inside phase " + *running_phase +
                                        " (a peer that fails would leave the others waiting): please report it");
  }
  running_phase = &phase;
}

PhaseGuard::~PhaseGuard() { running_phase = nullptr; }

void refuse_inside_phase(const char* operation) {
  if (!running_phase) return;
  throw Error(ExitCode::internal, std::string(operation) + " inside phase " + *running_phase +
                                      " (a peer that fails would leave the others waiting): please report it");
}

bool last_failure_was_agreed() noexcept { return agreed_failure; }

void Team::phase(const std::string& name, const std::function<void()>& work) {
  agreed_failure = false;
  Account mine = attempt(name, rank(), size(), work);
  std::int64_t failures = mine.failed() ? 1 : 0;
  sum({&failures, 1});  // the only exchange while all is well
  if (failures == 0) return;

  mine.host = host_name();
  const std::vector<std::vector<std::byte>> gathered = gather(packed(mine));
  std::vector<std::byte> said;
  if (rank() == 0) said = packed(verdict(gathered));
  broadcast(said);
  const Account agreed = unpacked(said);
  agreed_failure = true;
  throw AgreedError(agreed.code, agreed.text);
}

}  // namespace scatterfold
