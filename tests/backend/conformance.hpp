// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "fold/analysis.hpp"
#include "fold/geometry.hpp"
#include "source/memory_source.hpp"

namespace scatterfold::conformance {

/// Elements that are hard on purpose, computed from their index: ties, zeros of both signs, NaN, infinities, runs of a
/// constant, the extremes of the type, and where `mark` is given missing elements. `zeros` has zero as an extreme, of
/// one sign, of the other, of both; `spiked` has leaves that begin with an element far from the others.
enum class Data { plain, special, missing, constant, zeros, spiked };
inline constexpr Data every_data[] = {Data::plain,    Data::special, Data::missing,
                                      Data::constant, Data::zeros,   Data::spiked};

inline std::uint64_t scramble(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

template <class T>
T element(Data data, std::int64_t i) {
  const std::uint64_t r = scramble(static_cast<std::uint64_t>(i));
  const std::int64_t leaf = i / leaf_elements;
  if (data == Data::constant) return static_cast<T>(17);
  if (data == Data::spiked && i % leaf_elements == 0 && leaf % 3 != 2) return static_cast<T>(leaf % 3 == 0 ? 120 : 60);
  if (data == Data::spiked) return static_cast<T>(r % 2);
  if (data == Data::zeros && r % 3 != 0) {
    const T one = static_cast<T>(leaf % 2 == 0 ? 1 : -1);
    return r % 3 == 1 ? one : static_cast<T>(leaf % 4 < 2 || r % 2 == 0 ? 0.0 : -0.0);
  }
  if (data == Data::zeros) return static_cast<T>(leaf % 4 == 0 ? 0.0 : -0.0);
  if constexpr (std::is_floating_point_v<T>) {
    const T plain = static_cast<T>(static_cast<double>(r >> 11) * 0x1p-53 * 100 - 30);
    if (data == Data::special) {
      switch (r % 97) {
        case 0: return std::numeric_limits<T>::quiet_NaN();
        case 1: return std::numeric_limits<T>::infinity();
        case 2: return static_cast<T>(-0.0);
        case 3: return static_cast<T>(0.0);
        case 4: return std::numeric_limits<T>::denorm_min();
        default: break;
      }
    }
    if (data == Data::missing && r % 5 == 0) return static_cast<T>(1e20);
    return plain;
  } else {
    if (data == Data::special && r % 7 == 0) return std::numeric_limits<T>::lowest();
    if (data == Data::special && r % 7 == 1) return std::numeric_limits<T>::max();
    if (data == Data::missing && r % 5 == 0) return static_cast<T>(99);
    return static_cast<T>(r >> 7);
  }
}

template <class T>
std::vector<std::byte> elements(Data data, std::int64_t count) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(count) * sizeof(T));
  for (std::int64_t i = 0; i < count; ++i) {
    const T value = element<T>(data, i);
    std::memcpy(bytes.data() + i * static_cast<std::int64_t>(sizeof(T)), &value, sizeof value);
  }
  return bytes;
}

inline std::vector<std::byte> elements(ElementType type, Data data, std::int64_t count) {
  switch (type) {
    case ElementType::int8: return elements<std::int8_t>(data, count);
    case ElementType::uint8: return elements<std::uint8_t>(data, count);
    case ElementType::int16: return elements<std::int16_t>(data, count);
    case ElementType::uint16: return elements<std::uint16_t>(data, count);
    case ElementType::int32: return elements<std::int32_t>(data, count);
    case ElementType::uint32: return elements<std::uint32_t>(data, count);
    case ElementType::int64: return elements<std::int64_t>(data, count);
    case ElementType::uint64: return elements<std::uint64_t>(data, count);
    case ElementType::float16: return elements<std::uint16_t>(data, count);
    case ElementType::float32: return elements<float>(data, count);
    case ElementType::float64: return elements<double>(data, count);
  }
  return {};
}

inline std::uint64_t mark_bits(ElementType type) {
  std::uint64_t bits = 99;
  const float f = 1e20f;
  const double d = 1e20;
  if (type == ElementType::float32) {
    std::uint32_t narrow;
    std::memcpy(&narrow, &f, sizeof narrow);
    bits = narrow;
  }
  if (type == ElementType::float64) std::memcpy(&bits, &d, sizeof bits);
  return bits;
}

/// How the stored elements are to be read in a case.
inline Decoding decoding(ElementType type, Data data, bool swapped = false) {
  Decoding d;
  d.stored = type;
  d.value = type == ElementType::float16 ? ElementType::float32 : type;
  d.swapped = swapped;
  d.needed = swapped || type == ElementType::float16;
  if (data == Data::missing && type != ElementType::float16) {
    d.missing_count = 1;
    d.missing[0] = mark_bits(type);
    d.mark = {mark_bits(type), true};
  }
  return d;
}

/// A type of elements, what they are, and whether their bytes are in the order that is not the processor's.
struct Case {
  ElementType type;
  Data data;
  bool swapped;

  std::string name() const {
    const char* names[] = {"plain", "special", "missing", "constant", "zeros", "spiked"};
    return std::string(name_of(type)) + "_" + names[static_cast<int>(data)] + (swapped ? "_swapped" : "");
  }
};

inline std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (int t = 0; t < element_type_count; ++t) {
    const auto type = static_cast<ElementType>(t);
    for (const Data data : every_data) all.push_back({type, data, false});
    all.push_back({type, Data::plain, true});
  }
  return all;
}

/// Every analysis with every variant that its options make.
struct NamedFold {
  std::string name;
  std::unique_ptr<Fold> fold;
};

inline std::vector<NamedFold> all_folds(ElementType value) {
  std::vector<NamedFold> folds;
  const ValueKind values{value, false, false};
  for (const Analysis* analysis : all_analyses()) {
    std::vector<Options> choices = {{}};
    if (analysis->name() == "moments") choices = {{}, {{"order", std::int64_t{4}}}};
    if (analysis->name() == "histogram") {
      choices = {{{"bins", std::int64_t{7}}, {"range", Range{-20.0, 50.0}}}, {{"bins", std::int64_t{4096}}}};
    }
    for (const Options& options : choices) {
      if (auto first = analysis->first_pass(options, values))
        folds.push_back({analysis->name() + " first pass", std::move(first)});
      const Result nothing_found;
      folds.push_back({analysis->name(), analysis->bind(options, values, &nothing_found)});
    }
  }
  return folds;
}

/// The digest of one backend's answer, at a run level of its choice unless one is forced.
inline std::string digest(Backend& backend, const Source& source, const Fold& fold, int level) {
  const Share share = share_of(source.partition().segments(), level, 0, 1);
  std::vector<Partial> partials;
  partials.emplace_back(fold);
  FoldProgress progress;
  backend.fold(source, {&fold}, share, partials, progress);
  std::vector<std::byte> state(static_cast<std::size_t>(fold.state_bytes()));
  if (!state.empty()) partials[0].forest.root(state.data());
  return result_digest({fold.finish(state.data(), partials[0].cells)});
}

/// 0, 1, 2, lane - 1, lane, strip, leaf, leaf + 1, 3 leaves + 7, segment edges, and several segments.
inline const std::vector<std::int64_t> awkward_sizes = {
    0, 1, 2, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 12295, 65535, 65536, 65537, 70001, 5 * 65536 + 4097};

inline MemorySource contiguous(const std::vector<std::byte>& bytes, const Decoding& d) {
  const std::int64_t count = static_cast<std::int64_t>(bytes.size()) / size_of(d.stored);
  return MemorySource(Partition({count}, {{0}, {count}, {1}}, {}), d, bytes.data());
}

/// The same elements but for a few at the end, in rows of 7 and chunks of an odd shape, those at the edges cut short.
inline MemorySource chunked(const std::vector<std::byte>& bytes, const Decoding& d,
                            const std::vector<std::int64_t>& chunk = {1000, 3}) {
  const std::int64_t rows = static_cast<std::int64_t>(bytes.size()) / size_of(d.stored) / 7;
  return MemorySource(Partition({rows, 7}, {{0, 0}, {rows, 7}, {1, 1}}, chunk), d, bytes.data());
}

}  // namespace scatterfold::conformance
