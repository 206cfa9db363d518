// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/json_text.hpp"
#include "report/run_report.hpp"

namespace scatterfold {
namespace {

using Json = nlohmann::ordered_json;

RunReport small_report() {
  RunReport report;
  report.input = "a.h5";
  report.dataset = "/x";
  report.dtype = "float32";
  report.shape = {10, 100};
  report.analyses = {"moments"};
  report.results = {{"moments", "", {{"count", std::int64_t{1000}}, {"mean", 0.1}}}};
  report.digest = "00ff";
  report.mode = "serial";
  report.elements = 1000;
  report.bytes_read = 4000;
  report.wall_s = 2;
  report.bottleneck = "read";
  report.phases = {{"read", 0.5, 0.75, 1}};
  return report;
}

Json field(ResultValue value) {
  RunReport report = small_report();
  report.results = {{"moments", "", {{"x", std::move(value)}}}};
  return Json::parse(to_json(report))["result"]["x"];
}

TEST(ToJson, has_the_keys_of_the_contract) {
  const Json document = Json::parse(to_json(small_report()));
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["leaf_order"], 1);
  EXPECT_EQ(document["bits"], "any");
  EXPECT_EQ(document["result_digest"], "00ff");
  EXPECT_EQ(document["job"]["analysis"], "moments");
  EXPECT_EQ(document["job"]["shape"], Json({10, 100}));
  EXPECT_EQ(document["result"]["count"], 1000);
  for (const char* key : {"mode", "ranks", "processes", "threads", "gpus", "elements", "resumed_elements", "bytes_read",
                          "wall_s", "throughput_gb_s", "bottleneck", "phases"}) {
    EXPECT_TRUE(document["run"].contains(key)) << key;
  }
  for (const char* key : {"open_s", "read_s", "decode_s", "copy_s", "compute_s", "combine_s", "write_s"}) {
    EXPECT_TRUE(document["run"]["phases"][key].is_number()) << key;
  }
  EXPECT_EQ(document["run"]["phases"]["read_s"], 1.0);
  EXPECT_EQ(document["run"]["phases_spread"]["read"]["min_s"], 0.5);
  EXPECT_TRUE(document["provenance"].is_object());
}

TEST(ToJson, throughput_counts_what_this_run_folded) {
  RunReport report = small_report();
  EXPECT_DOUBLE_EQ(throughput_gb_s(report), 4000 / 2.0 / 1e9);
  report.resumed_elements = 500;
  EXPECT_DOUBLE_EQ(throughput_gb_s(report), 2000 / 2.0 / 1e9);
  report.wall_s = 0;
  EXPECT_EQ(throughput_gb_s(report), 0);
}

TEST(ToJson, several_analyses_have_an_object_each) {
  RunReport report = small_report();
  report.analyses = {"moments", "histogram"};
  report.results = {{"moments", "m", {{"count", std::int64_t{1}}}},
                    {"histogram", "", {{"underflow", std::int64_t{2}}}}};
  const Json document = Json::parse(to_json(report));
  EXPECT_EQ(document["result"]["m"]["count"], 1);
  EXPECT_EQ(document["result"]["histogram"]["underflow"], 2);
  EXPECT_EQ(document["job"]["analysis"], Json({"moments", "histogram"}));
}

TEST(ToJson, settings_keep_their_kind) {
  RunReport report = small_report();
  report.settings = {{"nan", "skip"},
                     {"bins", std::int64_t{40}},
                     {"seed", (std::int64_t{1} << 53) + 1},
                     {"tolerance", 0.25},
                     {"limit", std::numeric_limits<double>::infinity()},
                     {"range", Range{-0.5, 320}}};
  const Json job = Json::parse(to_json(report))["job"];
  EXPECT_EQ(job["nan"], "skip");
  EXPECT_TRUE(job["bins"].is_number_integer());
  EXPECT_EQ(job["bins"], 40);
  EXPECT_EQ(job["seed"], "9007199254740993");
  EXPECT_TRUE(job["tolerance"].is_number_float());
  EXPECT_EQ(job["tolerance"], 0.25);
  EXPECT_EQ(job["limit"], "Infinity");
  EXPECT_EQ(job["range"], Json({-0.5, 320}));
}

TEST(ToJson, numbers_that_json_cannot_hold_are_strings) {
  EXPECT_EQ(field(std::nan("")), "NaN");
  EXPECT_EQ(field(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(field(-std::numeric_limits<double>::infinity()), "-Infinity");
  const std::int64_t exact = std::int64_t{1} << 53;
  EXPECT_EQ(field(exact), exact);
  EXPECT_EQ(field(-exact), -exact);
  EXPECT_EQ(field(exact + 1), "9007199254740993");
  EXPECT_EQ(field(Int128{7}), 7);
  EXPECT_EQ(field(-(Int128{1} << 70)), "-1180591620717411303424");
  EXPECT_EQ(field(std::vector<double>{1.5, std::nan("")}), Json({1.5, "NaN"}));
}

TEST(ToJson, floats_come_back_with_the_same_bits) {
  for (const double value :
       {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 287.6532101236, 1e22, 9007199254740993.0}) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(field(value).get<double>()), std::bit_cast<std::uint64_t>(value)) << value;
  }
}

TEST(ToJson, arrays_are_inline_up_to_a_limit_then_summaries) {
  EXPECT_EQ(field(std::vector<std::int64_t>(65536, 2)).size(), 65536u);
  const Json counts = field(std::vector<std::int64_t>(65537, std::int64_t{1} << 40));
  EXPECT_EQ(counts["shape"], Json({65537}));
  EXPECT_EQ(counts["max"], std::int64_t{1} << 40);
  EXPECT_EQ(counts["sum"], "72058693549555712");
  std::vector<double> values(70000, 0.5);
  values[0] = std::nan("");
  const Json summary = field(values);
  EXPECT_EQ(summary["min"], 0.5);
  EXPECT_EQ(summary["max"], 0.5);
  EXPECT_EQ(summary["sum"], "NaN");
}

TEST(ToJson, summaries_of_arrays_have_integers_in_full) {
  RunReport report = small_report();
  const Int128 large = (Int128{1} << 53) + 1;
  report.results = {{"moments", "", {}, {{"count", {"x"}, {2}, Int128{3}, large, large + 3, 2, 0, 0, {}}}}};
  const Json count = Json::parse(to_json(report))["result"]["count"];
  EXPECT_TRUE(count["min"].is_number_integer());
  EXPECT_EQ(count["min"], 3);
  EXPECT_EQ(count["max"], "9007199254740993");
}

TEST(ToJson, a_name_that_is_not_utf8_does_no_harm) {
  RunReport report = small_report();
  report.input = "caf\xe9.h5";
  EXPECT_EQ(Json::parse(to_json(report))["job"]["input"], "caf\xef\xbf\xbd.h5");
}

TEST(JsonText, arrays_of_plain_values_stay_on_one_line) {
  EXPECT_EQ(json_text({{"a", {1, 2}}, {"b", Json::array({Json{{"c", Json::array()}}})}}),
            "{\n  \"a\": [1, 2],\n  \"b\": [\n    {\n      \"c\": []\n    }\n  ]\n}");
  EXPECT_EQ(json_text(Json::object()), "{}");
}

TEST(ToJson, each_dataset_of_a_group_has_the_document_of_a_job_on_it_alone) {
  RunReport one = small_report(), group = small_report();
  one.name = "x";
  group.dataset = "/*";
  group.digest = "aa";
  group.results.clear();
  group.datasets = {one};
  const Json document = Json::parse(to_json(group));
  EXPECT_EQ(document["datasets"]["x"], Json::parse(to_json(one)));
  EXPECT_EQ(document["job"]["dataset"], "/*");
  EXPECT_EQ(document["result_digest"], "aa");
  EXPECT_TRUE(document["run"]["wall_s"].is_number());
  EXPECT_EQ(document["run"]["throughput_gb_s"], document["datasets"]["x"]["run"]["throughput_gb_s"]);
  for (const char* of_one : {"shape", "dtype", "selection"}) EXPECT_FALSE(document["job"].contains(of_one)) << of_one;
  EXPECT_FALSE(document.contains("result"));
}

}  // namespace
}  // namespace scatterfold
