// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <string_view>

namespace scatterfold::bench {

/// A loop that calls the C library's function of that name for one element after the other.
template <class T>
using LibmLoop = void (*)(const T* x, long long count, T* out);

/// Null: the library has none of that name.
template <class T>
LibmLoop<T> libm_loop(std::string_view function);

}  // namespace scatterfold::bench
