// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <vector>

#include "fold/fold.hpp"
#include "fold/joiner.hpp"
#include "fold/kernels.hpp"

namespace scatterfold::bench {

/// This project's own statistics for somebody else's reads: folds slabs of plain float32 as they come, on one thread.
class SlabFold {
 public:
  explicit SlabFold(const Fold& fold);

  void add(const float* values, std::int64_t count);
  Result finish();

 private:
  const Fold& fold_;
  HostLeafKernel kernel_;
  alignas(16) std::byte params_[max_params_bytes] = {};
  Joiner leaves_, slabs_;
};

}  // namespace scatterfold::bench
