// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "backend/conformance.hpp"
#include "backend/cuda/handles.hpp"
#include "backend/cuda/leaves_on_gpu.hpp"
#include "backend/cuda_devices.hpp"
#include "backend/reference_leaf.hpp"
#include "folds/moments/moments.hpp"

/// However many warps share a leaf, and however many leaves a thread block, their states are those of the definition.
/// The backend itself takes one shape for each fold and type.
namespace scatterfold::conformance {
namespace {

using cuda::Buffer;
using cuda::check;

constexpr std::int64_t count = 37 * leaf_elements + 77;
constexpr int most_threads = 128;

template <class State>
std::string digest_of(const Fold& fold, const State& state) {
  return result_digest({fold.finish(&state, {})});
}

/// The fold of moments of that order (the kernels' F), for finishing states.
std::unique_ptr<Fold> moments_of(std::int64_t order, ElementType type) {
  const Options options = {{"order", order}};
  return find_analysis("moments")->bind(options, {type, false, false}, nullptr);
}

template <class F, int warps>
void expect_leaves(std::int64_t order, ElementType type) {
  using T = typename F::Element;
  using State = typename F::State;
  const std::unique_ptr<Fold> fold = moments_of(order, type);
  for (const Data data : every_data) {
    const std::vector<std::byte> bytes = elements(type, data, count);
    const MissingMark mark = decoding(type, data).mark;
    std::vector<T> values(count);
    std::memcpy(values.data(), bytes.data(), bytes.size());
    std::vector<std::string> expected;
    for (std::int64_t first = 0; first < count; first += leaf_elements) {
      const auto n = static_cast<int>(std::min<std::int64_t>(leaf_elements, count - first));
      ReferenceLeaf<T> leaf(values.data() + first, n);
      expected.push_back(digest_of(*fold, fold_leaf<F>(typename F::Params{}, leaf, mark)));
    }
    const Buffer from(Buffer::Kind::device, bytes.size()), to(Buffer::Kind::device, expected.size() * sizeof(State));
    check(cudaMemcpy(from.data(), bytes.data(), bytes.size(), cudaMemcpyHostToDevice), "copying data");
    for (int threads = 32 * warps; threads <= most_threads; threads += 32 * warps) {
      std::vector<State> found(expected.size());
      check(cudaMemset(to.data(), 0xff, to.bytes()), "clearing states");
      check((fold_leaves_by<F, warps>(threads, mark, from.as<T>(), count, to.as<State>())), "folding");
      check(cudaMemcpy(found.data(), to.data(), to.bytes(), cudaMemcpyDeviceToHost), "fetching states");
      for (std::size_t l = 0; l < expected.size(); ++l) {
        ASSERT_EQ(digest_of(*fold, found[l]), expected[l])
            << name_of(type) << ", order " << order << ", data " << static_cast<int>(data) << ", leaf " << l << ", "
            << warps << " warps a leaf, " << threads << " threads a block";
      }
    }
  }
}

TEST(GpuLeaves, of_any_shape_follow_the_definition) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  expect_leaves<moments::Order2<std::int16_t>, 1>(2, ElementType::int16);
  expect_leaves<moments::Order2<std::int16_t>, 2>(2, ElementType::int16);
  expect_leaves<moments::Order2<float>, 1>(2, ElementType::float32);
  expect_leaves<moments::Order2<float>, 2>(2, ElementType::float32);
  expect_leaves<moments::Order2<float>, 4>(2, ElementType::float32);
  expect_leaves<moments::Order4<float>, 2>(4, ElementType::float32);
  expect_leaves<moments::Order4<float>, 4>(4, ElementType::float32);
  expect_leaves<moments::Order2<double>, 2>(2, ElementType::float64);
  expect_leaves<moments::Order2<double>, 4>(2, ElementType::float64);
}

}  // namespace
}  // namespace scatterfold::conformance
