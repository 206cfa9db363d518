// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include "conformance.hpp"
#include "fold/kernel_list.hpp"
#include "folds/histogram/histogram.hpp"
#include "folds/moments/moments.hpp"
#include "folds/registry.hpp"
#include "reference_leaf.hpp"

/// The vector kernels of every instruction set against the definition, one number at a time.
namespace scatterfold::conformance {
namespace {

template <class F>
void expect_leaf(const KernelKey& key, const MissingMark& mark, const typename F::Element* values, int count) {
  const typename F::Params params{};
  ReferenceLeaf<typename F::Element> leaf(values, count);
  const typename F::State expected = fold_leaf<F>(params, leaf, mark);
  for (const InstructionSet& set : instruction_sets()) {
    if (!processor_has(set.name)) continue;
    for (const HostKernelTable& table : set.folds) {
      if (table.fold != key.fold) continue;
      typename F::State state;
      table.kernels[key.variant * element_type_count + static_cast<int>(key.value)](&params, values, count, mark,
                                                                                    &state);
      EXPECT_EQ(std::memcmp(&state, &expected, sizeof state), 0)
          << set.name << " " << key.fold << "/" << key.variant << " " << name_of(key.value) << " x " << count;
    }
  }
}

template <class F>
void expect_leaves(const KernelKey& key, Data data) {
  using T = typename F::Element;
  const Decoding d = decoding(key.value, data);
  const std::vector<std::byte> bytes = elements(key.value, data, 6 * leaf_elements);
  const T* values = reinterpret_cast<const T*>(bytes.data());
  for (const int count : {1, 2, 63, 64, 65, 127, 511, 512, 513, 1000, 4032, 4095})
    expect_leaf<F>(key, d.mark, values, count);
  for (int leaf = 0; leaf < 6; ++leaf) expect_leaf<F>(key, d.mark, values + leaf * leaf_elements, leaf_elements);
}

template <class T>
void expect_type(ElementType type) {
  for (const Data data : every_data) {
    expect_leaves<moments::Order2<T>>({"moments", 0, type}, data);
    expect_leaves<moments::Order4<T>>({"moments", 1, type}, data);
    expect_leaves<histogram::FiniteRange<T>>({"histogram", 1, type}, data);
  }
}

TEST(LeafOrder, every_instruction_set_follows_the_definition) {
  expect_type<std::int8_t>(ElementType::int8);
  expect_type<std::uint8_t>(ElementType::uint8);
  expect_type<std::int16_t>(ElementType::int16);
  expect_type<std::uint16_t>(ElementType::uint16);
  expect_type<std::int32_t>(ElementType::int32);
  expect_type<std::uint32_t>(ElementType::uint32);
  expect_type<std::int64_t>(ElementType::int64);
  expect_type<std::uint64_t>(ElementType::uint64);
  expect_type<float>(ElementType::float32);
  expect_type<double>(ElementType::float64);
}

TEST(LeafOrder, the_portable_kernels_are_always_there) {
  ASSERT_FALSE(instruction_sets().empty());
  EXPECT_EQ(instruction_sets().front().name, "portable");
}

}  // namespace
}  // namespace scatterfold::conformance
