// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include "backend/aligned.hpp"
#include "conformance.hpp"
#include "fold/column_fold.hpp"
#include "fold/kernel_list.hpp"
#include "folds/histogram/histogram.hpp"
#include "folds/moments/moments.hpp"
#include "folds/registry.hpp"
#include "reference_column.hpp"
#include "reference_leaf.hpp"

/// Positions side by side, by the vector kernels of every instruction set, against one position and one number at a
/// time.
namespace scatterfold::conformance {
namespace {

template <class T>
struct Columns {
  const T* values;
  std::int64_t stride, columns;
  int rows;

  /// Elements of a column, block by block.
  std::vector<std::vector<T>> blocks(std::int64_t column) const {
    std::vector<std::vector<T>> blocks;
    for (int row = 0; row < rows; ++row) {
      if (row % column_elements == 0) blocks.emplace_back();
      blocks.back().push_back(values[row * stride + column]);
    }
    return blocks;
  }
};

/// A fold without columns of its own: a block is a small leaf.
template <class F>
struct ByLeaves {
  static typename F::State of(const std::vector<std::vector<typename F::Element>>& blocks, const MissingMark& mark) {
    const typename F::Params params{};
    typename F::State state = F::identity(params);
    for (const auto& block : blocks) {
      ReferenceLeaf<typename F::Element> leaf(block.data(), static_cast<int>(block.size()));
      F::merge(params, state, fold_leaf<F>(params, leaf, mark));
    }
    return state;
  }
};
template <class T, int order>
struct ByColumns {
  static moments::State<T, order> of(const std::vector<std::vector<T>>& blocks, const MissingMark& mark) {
    ReferenceColumn<T, order> column;
    for (const auto& block : blocks) column.fold(block, mark);
    return column.state();
  }
};

template <class Reference, class T>
void expect_columns(const KernelKey& key, const MissingMark& mark, const Columns<T>& matrix) {
  using State = decltype(Reference::of(matrix.blocks(0), mark));
  std::vector<State> expected;
  for (std::int64_t c = 0; c < matrix.columns; ++c) expected.push_back(Reference::of(matrix.blocks(c), mark));
  const std::byte params[max_params_bytes] = {};
  for (const InstructionSet& set : instruction_sets()) {
    if (!processor_has(set.name)) continue;
    for (const HostKernelTable& table : set.folds) {
      if (table.fold != key.fold) continue;
      const HostColumnKernels& kernels = table.columns[key.variant * element_type_count + static_cast<int>(key.value)];
      std::vector<std::byte> running(static_cast<std::size_t>(kernels.running_bytes(matrix.columns) + 2 * line_bytes));
      kernels.start(params, matrix.columns, aligned_to_line(running));
      for (int row = 0; row < matrix.rows; row += column_elements) {
        kernels.block(params, matrix.values + row * matrix.stride, nullptr, matrix.stride, matrix.columns,
                      std::min(column_elements, matrix.rows - row), mark, aligned_to_line(running));
      }
      std::vector<State> states(static_cast<std::size_t>(matrix.columns));
      kernels.states(params, matrix.columns, aligned_to_line(running), states.data());
      std::int64_t wrong = 0, first = 0;
      for (std::int64_t c = matrix.columns; c-- > 0;) {
        const auto at = static_cast<std::size_t>(c);
        if (std::memcmp(&states[at], &expected[at], sizeof(State)) == 0) continue;
        ++wrong;
        first = c;
      }
      EXPECT_EQ(wrong, 0) << "of " << matrix.columns << " columns of " << matrix.rows << ", the first is " << first
                          << ": " << set.name << " " << key.fold << "/" << key.variant << " " << name_of(key.value);
    }
  }
}

/// Widths around those of vector registers, and rows around a block's.
struct Size {
  std::int64_t columns, stride;
  int rows;
};
constexpr Size sizes[] = {{1, 1, 1},   {1, 3, 64},   {2, 2, 65},   {3, 5, 200},  {7, 7, 63},
                          {8, 8, 128}, {15, 40, 64}, {16, 16, 70}, {17, 17, 1},  {31, 33, 129},
                          {32, 32, 2}, {33, 40, 66}, {64, 64, 64}, {65, 70, 30}, {100, 100, 300}};

template <class T>
void expect_type(ElementType type) {
  for (const Data data : every_data) {
    const Decoding d = decoding(type, data);
    const std::vector<std::byte> bytes = elements(type, data, 32'000);
    const T* values = reinterpret_cast<const T*>(bytes.data());
    for (const Size& size : sizes) {
      SCOPED_TRACE(static_cast<int>(data));
      const Columns<T> matrix{values, size.stride, size.columns, size.rows};
      expect_columns<ByColumns<T, 2>>({"moments", 0, type}, d.mark, matrix);
      expect_columns<ByColumns<T, 4>>({"moments", 1, type}, d.mark, matrix);
      expect_columns<ByLeaves<histogram::FiniteRange<T>>>({"histogram", 1, type}, d.mark, matrix);
    }
  }
}

TEST(ColumnOrder, every_instruction_set_follows_the_definition) {
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

/// What is added in blocks is the same whatever stands in the columns beside it.
TEST(ColumnOrder, neighbours_do_not_show) {
  constexpr std::int64_t width = 40;
  constexpr int rows = 150;
  std::vector<float> values(width * rows);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = element<float>(Data::plain, static_cast<std::int64_t>(i));
  for (int row = 0; row < rows; ++row) {  // every other one makes a block look twice
    for (std::int64_t c = 0; c < width; c += 2) values[static_cast<std::size_t>(row * width + c)] = NAN;
  }
  for (const int variant : {0, 1}) {
    const KernelKey key{"moments", variant, ElementType::float32};
    const Columns<float> matrix{values.data(), width, width, rows};
    if (variant == 0) expect_columns<ByColumns<float, 2>>(key, {}, matrix);
    if (variant == 1) expect_columns<ByColumns<float, 4>>(key, {}, matrix);
  }
}

}  // namespace
}  // namespace scatterfold::conformance
