// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "user/guarded_map.hpp"

#include <csetjmp>
#include <csignal>

#include "base/error.hpp"

namespace scatterfold {
namespace {

thread_local sigjmp_buf* landing = nullptr;  // of the call that this thread is in

struct sigaction before_divisions, before_traps;

void on_division(int signal, siginfo_t* info, void*) {
  const bool of_the_processor = info->si_code > 0;
  if (landing != nullptr && of_the_processor) siglongjmp(*landing, 1);
  // What is not ours: back to what was there before, which the same instruction then finds.
  sigaction(signal, signal == SIGFPE ? &before_divisions : &before_traps, nullptr);
}

void catch_divisions() {
  struct sigaction ours {};
  ours.sa_sigaction = on_division;
  ours.sa_flags = SA_SIGINFO | SA_NODEFER;  // the jump out of it leaves no signal blocked
  sigemptyset(&ours.sa_mask);
  sigaction(SIGFPE, &ours, &before_divisions);
  sigaction(SIGILL, &ours, &before_traps);  // GCC puts such an instruction where it sees that the divisor is zero
}

}  // namespace

long long GuardedMap::operator()(const user::UserCall& call) const {
  static const bool caught = (catch_divisions(), true);
  static_cast<void>(caught);
  sigjmp_buf here;
  if (sigsetjmp(here, 0) != 0) {  // users' functions have nothing that would have to be destroyed
    landing = nullptr;
    throw NumericError(
        "--kernel, --expr or --where divides a whole number by zero, or the smallest one by -1 (n / 0, n % 0): ask "
        "before it divides, as in n != 0 ? x / n : 0, or divide floats (1.0 * x / n)");
  }
  landing = &here;
  const long long taken = map_(call);
  landing = nullptr;
  return taken;
}

}  // namespace scatterfold
