// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "kernels/libm_loop.hpp"

#include <cmath>

namespace scatterfold::bench {
namespace {

template <class T>
struct Named {
  std::string_view name;
  LibmLoop<T> loop;
};

#define SCATTERFOLD_LOOP(name)                                                                                     \
  {                                                                                                                \
#name, [](const T* x, long long count, T* out) { for (long long i = 0; i < count; ++i) out[i] = std::name(x[i]); } \
  }
template <class T>
const Named<T> loops[] = {
    SCATTERFOLD_LOOP(exp),  SCATTERFOLD_LOOP(exp2),  SCATTERFOLD_LOOP(expm1), SCATTERFOLD_LOOP(log),
    SCATTERFOLD_LOOP(log2), SCATTERFOLD_LOOP(log10), SCATTERFOLD_LOOP(log1p), SCATTERFOLD_LOOP(sin),
    SCATTERFOLD_LOOP(cos),  SCATTERFOLD_LOOP(tan),   SCATTERFOLD_LOOP(asin),  SCATTERFOLD_LOOP(acos),
    SCATTERFOLD_LOOP(atan), SCATTERFOLD_LOOP(sinh),  SCATTERFOLD_LOOP(cosh),  SCATTERFOLD_LOOP(tanh),
    SCATTERFOLD_LOOP(cbrt), SCATTERFOLD_LOOP(erf),   SCATTERFOLD_LOOP(erfc),
};
#undef SCATTERFOLD_LOOP

}  // namespace

template <class T>
LibmLoop<T> libm_loop(std::string_view function) {
  for (const Named<T>& named : loops<T>) {
    if (named.name == function) return named.loop;
  }
  return nullptr;
}
template LibmLoop<float> libm_loop<float>(std::string_view);
template LibmLoop<double> libm_loop<double>(std::string_view);

}  // namespace scatterfold::bench
