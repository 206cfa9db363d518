// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "backend/backend.hpp"
#include "fold/analysis.hpp"
#include "source/memory_source.hpp"

namespace scatterfold::folds {

template <class T>
constexpr ElementType type_of() {
  if (std::is_same_v<T, std::int8_t>) return ElementType::int8;
  if (std::is_same_v<T, std::uint8_t>) return ElementType::uint8;
  if (std::is_same_v<T, std::int16_t>) return ElementType::int16;
  if (std::is_same_v<T, std::uint16_t>) return ElementType::uint16;
  if (std::is_same_v<T, std::int32_t>) return ElementType::int32;
  if (std::is_same_v<T, std::uint32_t>) return ElementType::uint32;
  if (std::is_same_v<T, std::int64_t>) return ElementType::int64;
  if (std::is_same_v<T, std::uint64_t>) return ElementType::uint64;
  if (std::is_same_v<T, float>) return ElementType::float32;
  return ElementType::float64;
}

/// One pass of a bound fold on the serial backend.
template <class T>
Result one_pass(const Fold& fold, const std::vector<T>& values, const MissingMark& mark) {
  Decoding decoding;
  decoding.stored = decoding.value = type_of<T>();
  decoding.mark = mark;
  if (mark.given) {
    decoding.missing_count = 1;
    decoding.missing[0] = mark.bits;
  }
  const auto count = static_cast<std::int64_t>(values.size());
  const MemorySource source(Partition({count}, {{0}, {count}, {1}}, {}), decoding,
                            reinterpret_cast<const std::byte*>(values.data()));
  std::vector<Partial> partials;
  partials.emplace_back(fold);
  FoldProgress progress;
  make_serial_backend(std::int64_t{64} << 20)
      ->fold(source, {&fold}, share_of(source.partition().segments(), 0, 0, 1), partials, progress);
  std::vector<std::byte> state(static_cast<std::size_t>(fold.state_bytes()));
  if (!state.empty()) partials[0].forest.root(state.data());
  return fold.finish(state.data(), partials[0].cells);
}

/// What an analysis makes of contiguous values, as the driver runs it: a first pass where it asks for one.
template <class T>
Result result_of(const std::string& name, const Options& options, const std::vector<T>& values,
                 const MissingMark& mark = {}) {
  const Analysis* analysis = find_analysis(name);
  if (analysis == nullptr) throw std::logic_error("no analysis " + name);
  const ValueKind kind{type_of<T>(), false, false};
  Result found;
  const auto first = analysis->first_pass(options, kind);
  if (first) found = one_pass(*first, values, mark);
  return one_pass(*analysis->bind(options, kind, first ? &found : nullptr), values, mark);
}

inline const ResultValue& value_of(const Result& result, const std::string& name) {
  for (const ResultField& field : result.fields) {
    if (field.name == name) return field.value;
  }
  throw std::logic_error("no field " + name);
}

template <class V>
const V& get(const Result& result, const std::string& name) {
  return std::get<V>(value_of(result, name));
}

}  // namespace scatterfold::folds
