// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <string>

#include "backend/aligned.hpp"
#include "backend/conformance.hpp"
#include "backend/cuda/handles.hpp"
#include "backend/cuda/kernel_table.hpp"
#include "backend/cuda_devices.hpp"
#include "fold/array_digest.hpp"
#include "fold/column_fold.hpp"
#include "fold/kernels.hpp"

/// Positions on the GPU, however they lie, against the same columns on the CPU.
namespace scatterfold::conformance {
namespace {

using cuda::Buffer;
using cuda::check;

class GpuColumns : public testing::TestWithParam<ElementType> {};

/// Rows of one segment, gathered and folded by the vector kernels of the CPU.
void fold_on_host(const Fold& fold, const std::byte* values, const MissingMark& mark, const cuda::ColumnShape& shape,
                  std::int64_t segment, std::byte* states) {
  const std::int64_t size = size_of(fold.key().value), first = segment * shape.segment_rows;
  const std::int64_t rows = std::min(shape.segment_rows, shape.rows - first);
  std::vector<std::byte> dense(static_cast<std::size_t>(rows * shape.positions * size));
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t p = 0; p < shape.positions; ++p) {
      std::memcpy(dense.data() + (row * shape.positions + p) * size,
                  values + (shape.first_of(p) + (first + row) * shape.row_stride) * size,
                  static_cast<std::size_t>(size));
    }
  }
  std::byte params[max_params_bytes] = {};
  fold.place_params(params, nullptr);
  const HostColumnKernels& kernels = host_column_kernels(fold.key());
  std::vector<std::byte> running(static_cast<std::size_t>(kernels.running_bytes(shape.positions) + 2 * line_bytes));
  kernels.start(params, shape.positions, aligned_to_line(running));
  for (std::int64_t row = 0; row < rows; row += column_elements) {
    kernels.block(params, dense.data() + row * shape.positions * size, nullptr, shape.positions, shape.positions,
                  static_cast<int>(std::min<std::int64_t>(column_elements, rows - row)), mark,
                  aligned_to_line(running));
  }
  kernels.states(params, shape.positions, aligned_to_line(running), states);
}

std::string digest_of(const Fold& fold, const std::byte* states, std::int64_t count, std::int64_t most) {
  const std::vector<ArrayField> fields = fold.array_fields(most);
  std::vector<LargeArray<std::uint64_t>> values(fields.size(),
                                                LargeArray<std::uint64_t>(static_cast<std::size_t>(count)));
  std::vector<std::uint64_t*> out;
  for (auto& field : values) out.push_back(field.data());
  std::vector<std::uint8_t> empty(static_cast<std::size_t>(count));
  fold.finish_each(states, nullptr, count, most, out, empty.data());
  ArrayDigest digest(fields);
  digest.add(values, count);
  return digest.text();
}

struct Layout {
  const char* name;
  cuda::ColumnShape shape;  ///< positions, inner, outer_stride, row_stride, rows, segment_rows
};
/// Positions and rows around the sizes of blocks, parts and segments; addresses that are even and odd.
constexpr Layout layouts[] = {
    {"one", {1, 1, 1, 1, 1, 4096}},
    {"leading, even", {1504, 1504, 0, 1504, 200, 64 * 16}},
    {"leading, odd", {1027, 1027, 0, 1027, 150, 64}},
    {"leading, segments", {128, 128, 0, 128, 333, 128}},
    {"middle, even", {5 * 96, 96, 96 * 130, 96, 130, 4096}},
    {"middle, two runs of a block", {3 * 640, 640, 640 * 70, 640, 70, 64}},
    {"middle, odd", {7 * 33, 33, 33 * 65, 33, 65, 4096}},
    {"trailing, even", {70, 1, 1472, 1, 1472, 4096}},
    {"trailing, end of a part", {33, 1, 656, 1, 656, 4096}},
    {"trailing, odd", {65, 1, 301, 1, 301, 4096}},
    {"trailing, segments", {40, 1, 512, 1, 500, 128}},
};

TEST_P(GpuColumns, give_the_bits_of_the_cpu) {
  if (cuda_device_count() == 0) GTEST_SKIP() << "no GPU here: " << cuda_trouble();
  const ElementType type = GetParam();
  for (const Data data : every_data) {
    const Decoding d = decoding(type, data);
    const std::vector<std::byte> bytes = elements(type, data, 310'000);
    const Buffer values(Buffer::Kind::device, bytes.size());
    check(cudaMemcpy(values.data(), bytes.data(), bytes.size(), cudaMemcpyHostToDevice), "copying data");
    for (const NamedFold& named : all_folds(type)) {
      if (named.fold->slots() > 0 || named.fold->key().fold != std::string("moments")) continue;
      const cuda::Kernels& kernels = cuda::kernels_of(named.fold->key());
      for (const Layout& layout : layouts) {
        SCOPED_TRACE(named.name + ", " + layout.name + ", data " + std::to_string(static_cast<int>(data)));
        const cuda::ColumnShape& shape = layout.shape;
        const std::int64_t count = shape.positions * shape.segments(), state_bytes = named.fold->state_bytes();
        std::vector<std::byte> expected(static_cast<std::size_t>(count * state_bytes)), found(expected.size());
        for (std::int64_t s = 0; s < shape.segments(); ++s) {
          fold_on_host(*named.fold, bytes.data(), d.mark, shape, s,
                       expected.data() + s * shape.positions * state_bytes);
        }
        const Buffer running(Buffer::Kind::device, static_cast<std::size_t>(count * kernels.running_bytes));
        const Buffer states(Buffer::Kind::device, found.size());
        std::byte params[max_params_bytes] = {};
        named.fold->place_params(params, nullptr);
        const auto fold = [&](const cuda::ColumnShape& part, std::int64_t first_row, bool fresh, bool last) {
          const std::byte* from = values.data() + first_row * part.row_stride * size_of(type);
          check(kernels.columns(nullptr, params, {from, false, d.mark}, nullptr, part, fresh, running.data(),
                                last ? states.data() : nullptr),
                "folding");
        };
        const auto result = [&] {
          check(cudaMemcpy(found.data(), states.data(), found.size(), cudaMemcpyDeviceToHost), "fetching states");
          return digest_of(*named.fold, found.data(), count, shape.rows);
        };
        const std::string wanted = digest_of(*named.fold, expected.data(), count, shape.rows);
        fold(shape, 0, true, true);
        EXPECT_EQ(result(), wanted) << "at once";
        if (shape.segments() > 1 || shape.rows <= column_elements) continue;
        cuda::ColumnShape head = shape, tail = shape;
        head.rows = column_elements;
        tail.rows -= column_elements;
        fold(head, 0, true, false);
        fold(tail, column_elements, false, true);
        EXPECT_EQ(result(), wanted) << "in two batches";
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Types, GpuColumns,
                         testing::Values(ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16,
                                         ElementType::int32, ElementType::uint32, ElementType::int64,
                                         ElementType::uint64, ElementType::float32, ElementType::float64),
                         [](const auto& info) { return std::string(name_of(info.param)); });

}  // namespace
}  // namespace scatterfold::conformance
