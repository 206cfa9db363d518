// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include "user/user_call.hpp"

namespace scatterfold {

/// A user's function, which may divide by zero: of whole numbers that is a signal, which would end the program.
class GuardedMap {
 public:
  explicit GuardedMap(user::UserMap map) : map_(map) {}

  /// See UserMap. Errors: NumericError where a whole number is divided by zero, or the smallest by -1.
  long long operator()(const user::UserCall& call) const;

 private:
  user::UserMap map_;
};

}  // namespace scatterfold
