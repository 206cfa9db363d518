// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <memory>

#include "fold/analysis.hpp"
#include "fold/decoding.hpp"

namespace scatterfold::bench {

/// How elements of that type are read when nothing but the type speaks.
inline Decoding plain_decoding(ElementType type) {
  Decoding d;
  d.stored = type;
  d.value = type == ElementType::float16 ? ElementType::float32 : type;
  d.needed = type == ElementType::float16;
  return d;
}

inline std::unique_ptr<Fold> bind_fold(const char* analysis, const Options& options, ElementType type) {
  const Decoding d = plain_decoding(type);
  return find_analysis(analysis)->bind(options, {d.value, false, false}, nullptr);
}

inline std::unique_ptr<Fold> bind_moments(ElementType type, int order) {
  return bind_fold("moments", {{"order", std::int64_t{order}}}, type);
}

inline std::unique_ptr<Fold> bind_histogram(ElementType type, std::int64_t bins, double low, double high) {
  return bind_fold("histogram", {{"bins", bins}, {"range", Range{low, high}}}, type);
}

}  // namespace scatterfold::bench
