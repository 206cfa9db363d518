// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "source/element_places.hpp"

#include <gtest/gtest.h>

#include <utility>

/// Places of elements, against each element's indices one by one.
namespace scatterfold {
namespace {

std::int64_t number_in(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& indices) {
  std::int64_t number = 0;
  for (std::size_t d = 0; d < shape.size(); ++d) number = number * shape[d] + indices[d];
  return number;
}

/// Every unit whole, and in pieces that begin and end anywhere.
void expect_places(const ElementPlaces& places, const Partition& partition, std::size_t along,
                   const std::vector<std::int64_t>& begins) {
  for (std::int64_t u = 0; u < partition.units(); ++u) {
    const Hyperslab slab = partition.unit(u);
    const std::int64_t elements = slab.elements();
    for (const std::int64_t piece : {elements, std::int64_t{7}}) {
      for (std::int64_t begin = 0; begin < elements; begin += piece) {
        const Span span{u, begin, std::min(begin + piece, elements)};
        std::vector<long long> found(static_cast<std::size_t>(span.elements()));
        places.fill(span, found.data());
        for (std::int64_t i = span.begin; i < span.end; ++i) {
          std::vector<std::int64_t> indices = indices_of(slab, i);
          if (!indices.empty()) indices[along] += begins[partition.place_of(u).part];
          ASSERT_EQ(found[static_cast<std::size_t>(i - span.begin)], number_in(places.shape(), indices))
              << "unit " << u << ", element " << i;
        }
      }
    }
  }
}

TEST(ElementPlaces, are_those_of_the_whole_dataset) {
  const std::vector<std::int64_t> shape = {5, 6, 7};
  const Hyperslab some = {{1, 0, 2}, {2, 3, 4}, {2, 2, 1}};
  for (const Hyperslab& selection : {whole_slab(shape), some}) {
    for (const std::vector<std::int64_t>& chunk : {std::vector<std::int64_t>{}, {2, 4, 3}}) {
      const Partition partition(shape, selection, chunk);
      expect_places({partition, shape}, partition, 0, {0});
    }
  }
}

TEST(ElementPlaces, of_a_single_number_is_the_first) {
  const Partition partition({}, whole_slab({}), {});
  expect_places({partition, {}}, partition, 0, {0});
}

TEST(ElementPlaces, of_several_files_are_those_of_all_together) {
  const std::vector<std::int64_t> first = {3, 4, 5}, second = {3, 2, 5};
  std::vector<Partition> parts;
  parts.emplace_back(first, Hyperslab{{0, 1, 0}, {3, 2, 5}, {1, 2, 1}}, std::vector<std::int64_t>{});
  parts.emplace_back(second, whole_slab(second), std::vector<std::int64_t>{2, 1, 3});
  const Partition partition(std::move(parts));
  expect_places({partition, {3, 6, 5}, 1, {0, 4}}, partition, 1, {0, 4});
}

}  // namespace
}  // namespace scatterfold
