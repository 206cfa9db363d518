// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/build_info.hpp"
#include "report/histogram_rows.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

std::int64_t lines_in(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(ResultTable, has_one_aligned_line_per_value) {
  RunReport report;
  report.results = {
      {"moments",
       "",
       {{"count", std::int64_t{12}}, {"variance", 0.1}, {"sum", Int128{1} << 64}, {"min", std::nan("")}}}};
  report.digest = "ab";
  EXPECT_EQ(result_table(report),
            "count     12\n"
            "variance  0.1\n"
            "sum       18446744073709551616\n"
            "min       NaN\n"
            "digest    ab\n");
}

TEST(ResultTable, names_the_results_where_there_are_several) {
  RunReport report;
  report.results = {{"moments", "a", {{"count", std::int64_t{1}}}}, {"moments", "b", {{"count", std::int64_t{2}}}}};
  EXPECT_EQ(result_table(report), "[a]\ncount   1\n\n[b]\ncount   2\n\n");
}

TEST(ResultTable, draws_a_histogram) {
  RunReport report;
  report.results = {{"histogram",
                     "",
                     {{"edges", std::vector<double>{0, 0.5, 1}},
                      {"counts", std::vector<std::int64_t>{30, 10}},
                      {"underflow", std::int64_t{0}}}}};
  EXPECT_EQ(result_table(report),
            "    0 .. 0.5     30   75.0 %  ########################################\n"
            "  0.5 .. 1       10   25.0 %  #############\n"
            "underflow  0\n");
}

/// An array of results with these values.
ArraySummary array_of(const std::string& name, const std::vector<ArrayNumber>& values, ArrayNumber sum) {
  return {name, {"x"}, {std::ssize(values)}, values.front(), values.back(), sum, std::ssize(values), 0, 0, values};
}

TEST(ArrayTable, shows_integers_in_full_and_the_rest_in_seven_digits) {
  const Int128 large = Int128{123456789012345678};
  RunReport report;
  report.results = {{"moments",
                     "",
                     {},
                     {array_of("count", {Int128{1}, large}, large + 1), array_of("mean", {0.25, 123456789.5}, 1.0)}}};
  EXPECT_EQ(result_table(report),
            "for each of x 2\n"
            "count     1  123456789012345678\n"
            "mean   0.25        1.234568e+08\n");
  for (ArraySummary& array : report.results[0].arrays) {
    array.dimensions = {"x", "y"};
    array.shape = {1, 2};
  }
  EXPECT_EQ(result_table(report),
            "for each of x 1 x y 2\n"
            "        min          mean                 max\n"
            "count     1  6.172839e+16  123456789012345678\n"
            "mean   0.25           0.5        1.234568e+08\n");
}

TEST(HistogramRows, up_to_forty_bins_have_a_row_each) {
  const auto rows = histogram_rows(std::vector<std::int64_t>(40, 1));
  ASSERT_EQ(rows.size(), 40u);
  EXPECT_EQ(rows[39].end, 40u);
}

TEST(HistogramRows, many_bins_are_grouped_without_losing_any) {
  for (const std::size_t bins : {41u, 100u, 1000u, 65536u}) {
    for (const int shape : {0, 1, 2}) {
      std::vector<std::int64_t> counts(bins, shape == 0 ? 3 : 0);
      if (shape == 1) counts[bins / 2] = 1000, counts[bins - 1] = 1;
      const std::int64_t total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
      const auto rows = histogram_rows(counts);
      EXPECT_LE(rows.size(), 22u);
      std::int64_t sum = 0;
      std::size_t at = 0;
      for (const HistogramRow& row : rows) {
        EXPECT_EQ(row.begin, at);
        EXPECT_LT(row.begin, row.end);
        at = row.end;
        sum += row.count;
      }
      EXPECT_EQ(at, bins);
      EXPECT_EQ(sum, total);
    }
  }
}

TEST(HistogramRows, a_far_outlier_does_not_hide_the_shape) {
  std::vector<std::int64_t> counts(1000, 0);
  for (int bin = 0; bin < 20; ++bin) counts[bin] = 1000 + bin;
  counts[999] = 1;
  const auto rows = histogram_rows(counts);
  ASSERT_EQ(rows.size(), 21u);
  EXPECT_EQ(rows[3].count, 1003);
  EXPECT_EQ(rows[20].count, 1);
}

TEST(HistogramText, edges_have_the_digits_that_tell_them_apart) {
  EXPECT_TRUE(contains(histogram_text({1000.25, 1000.5, 1000.75}, {1, 1}), "1000.25 .. 1000.5 "));
  EXPECT_TRUE(contains(histogram_text({1e9, 1e9 + 1}, {0}), "1000000000 .. 1000000001"));
}

TEST(PhaseTable, marks_the_bottleneck_and_leaves_out_what_did_not_happen) {
  RunReport report;
  report.dtype = "float32";
  report.mode = "threads";
  report.threads = 2;
  report.elements = 1000000;
  report.bytes_read = 4000000;
  report.wall_s = 0.5;
  report.bottleneck = "read";
  report.phases = {{"read", 0.25, 0.25, 0.25}, {"decode", 0, 0, 0}, {"combine", 0.001, 0.001, 0.001}};
  report.notes = {"it is slow: make it fast"};
  EXPECT_EQ(phase_table(report),
            "phase       seconds   share      GB/s\n"
            "read         0.2500    50 %      0.02  <- bottleneck\n"
            "combine      0.0010    <1 %\n"
            "wall         0.5000              0.01\n"
            "1,000,000 elements (2 threads)\n"
            "note: it is slow: make it fast\n");
  report.ranks = 4;
  EXPECT_TRUE(contains(phase_table(report), "min s      avg s      max s"));
  EXPECT_TRUE(contains(phase_table(report), "(4 ranks, 2 threads each)"));
}

TEST(PhaseTable, no_phase_has_more_than_all_of_the_time) {
  RunReport report;
  report.ranks = 2;
  report.wall_s = 0.5;  // rank 0's; another one began earlier
  report.phases = {{"open", 0.3, 0.5, 0.7}};
  EXPECT_TRUE(contains(phase_table(report), "0.7000   100 %")) << phase_table(report);
}

TEST(RunHeader, is_never_longer_than_25_lines) {
  std::vector<std::string> ranks;
  for (int rank = 0; rank < 1000; ++rank) {
    ranks.push_back("node" + std::to_string(rank));
    EXPECT_LE(lines_in(run_header("scatterfold", ranks)), 25);
  }
  EXPECT_TRUE(contains(run_header("scatterfold", ranks), "and 985 more ranks"));
  EXPECT_TRUE(contains(run_header("scatterfold", std::vector<std::string>(64, "node1, 8 cores")),
                       "ranks 0-63  node1, 8 cores"));
  EXPECT_EQ(lines_in(run_header("two\nlines", {"a"})), 9);
}

TEST(BuildSummary, says_what_is_in_it_and_no_paths) {
  const std::string text = build_summary();
  EXPECT_TRUE(text.starts_with("scatterfold " + build_info().version + " (git "));
  EXPECT_TRUE(contains(text, build_info().hdf5));
  EXPECT_FALSE(contains(text, " /"));
  for (const auto& [name, value] : build_provenance("cmd")) {
    EXPECT_FALSE(value.empty()) << name;
    EXPECT_FALSE(value.starts_with("/")) << name;
  }
}

}  // namespace
}  // namespace scatterfold
