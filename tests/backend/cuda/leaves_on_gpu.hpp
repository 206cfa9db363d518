// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "fold/geometry.hpp"

namespace scatterfold::conformance {

/// The states of the leaves of some consecutive elements, each folded by `warps` warps, in thread blocks of `threads`:
/// as many leaves at once as these are for. Pointers are those of the device.
template <class F, int warps>
cudaError_t fold_leaves_by(int threads, const MissingMark& mark, const typename F::Element* values,
                           std::int64_t elements, typename F::State* states);

}  // namespace scatterfold::conformance
