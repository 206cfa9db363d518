// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include "base/parse.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace scatterfold {
namespace {

TEST(ParseInteger, TakesWholeNumbersAndExactExponents) {
  EXPECT_EQ(parse_integer("0"), 0);
  EXPECT_EQ(parse_integer("42"), 42);
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_EQ(parse_integer("+7"), 7);
  EXPECT_EQ(parse_integer(" 7 "), 7);
  EXPECT_EQ(parse_integer("1e6"), 1000000);
  EXPECT_EQ(parse_integer("1E+6"), 1000000);
  EXPECT_EQ(parse_integer("1.5e3"), 1500);
  EXPECT_EQ(parse_integer("1200e-2"), 12);
  EXPECT_EQ(parse_integer("0e9999"), 0);
  EXPECT_EQ(parse_integer("0.000"), 0);
  EXPECT_EQ(parse_integer("3.0"), 3);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(ParseInteger, RefusesTheRest) {
  for (const char* text : {"",
                           " ",
                           "-",
                           "+",
                           "--1",
                           "+-1",
                           "1.5",
                           "1e-1",
                           "1e",
                           "1e+",
                           "1e+-3",
                           "1ee3",
                           "0x10",
                           "12a",
                           "nan",
                           "inf",
                           "1e19",
                           "9223372036854775808",
                           "-9223372036854775809",
                           "1e99999999999999999999",
                           "1 2",
                           "1,000",
                           ".",
                           "e5",
                           "..1",
                           "1.2.3"}) {
    EXPECT_THROW(parse_integer(text), UsageError) << text;
  }
}

TEST(ParseBytes, KnowsItsUnits) {
  EXPECT_EQ(parse_bytes("0"), 0);
  EXPECT_EQ(parse_bytes("17"), 17);
  EXPECT_EQ(parse_bytes("17B"), 17);
  EXPECT_EQ(parse_bytes("4GiB"), std::int64_t{4} << 30);
  EXPECT_EQ(parse_bytes("4 GiB"), std::int64_t{4} << 30);
  EXPECT_EQ(parse_bytes("1.5KiB"), 1536);
  EXPECT_EQ(parse_bytes("2kB"), 2000);
  EXPECT_EQ(parse_bytes("2MB"), 2000000);
  EXPECT_EQ(parse_bytes("1e3MiB"), std::int64_t{1000} << 20);
  EXPECT_EQ(parse_bytes("1TiB"), std::int64_t{1} << 40);
  EXPECT_EQ(parse_bytes("9223372036854775295"), 9223372036854775295);
  EXPECT_EQ(parse_bytes("9007199254740993"), 9007199254740993);
}

TEST(ParseBytes, RefusesTheRest) {
  for (const char* text : {"", "GiB", "-1", "-1GiB", "4Gi", "4gib", "4GiBs", "nan", "nanGiB", "inf", "1e300GiB",
                           "1e999", "9223372036854775808", "8388608TiB", "1,5GiB", "0x10", "1 2 GiB", "4G"}) {
    EXPECT_THROW(parse_bytes(text), UsageError) << text;
  }
}

TEST(ParseSeconds, TakesUnitsFromLargeToSmall) {
  EXPECT_EQ(parse_seconds("90"), 90);
  EXPECT_EQ(parse_seconds("90s"), 90);
  EXPECT_EQ(parse_seconds("0.05s"), 0.05);
  EXPECT_EQ(parse_seconds("50ms"), 0.05);
  EXPECT_EQ(parse_seconds("1h30m"), 5400);
  EXPECT_EQ(parse_seconds("1d2h3m4s"), 93784);
  EXPECT_EQ(parse_seconds("2d"), 172800);
  EXPECT_EQ(parse_seconds("1.5h"), 5400);
}

TEST(ParseSeconds, RefusesTheRest) {
  for (const char* text :
       {"", "s", "-1s", "-1", "30m1h", "1h1h", "1h30", "1 h", "nan", "inf", "infs", "1e999", "1e308d", "5x"}) {
    EXPECT_THROW(parse_seconds(text), UsageError) << text;
  }
}

TEST(ParseReal, TakesFiniteAndInfinite) {
  EXPECT_EQ(parse_real("1.5"), 1.5);
  EXPECT_EQ(parse_real("+1.5"), 1.5);
  EXPECT_EQ(parse_real("-2e-3"), -0.002);
  EXPECT_EQ(parse_real("1e-310"), 1e-310);
  EXPECT_TRUE(std::signbit(parse_real("-0")));
  EXPECT_EQ(parse_real("inf"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_real("-Infinity"), -std::numeric_limits<double>::infinity());
}

TEST(ParseReal, RefusesTheRest) {
  for (const char* text :
       {"", "nan", "-nan", "NaN", "nan(1)", "1e999", "-1e999", "1e-999", "1.5x", "0x1p3", "+-1", "++1", "1 2"}) {
    EXPECT_THROW(parse_real(text), UsageError) << text;
  }
}

TEST(Parse, ErrorsAreOneLineAndNameTheText) {
  try {
    parse_bytes("4 bananas\nand more");
    FAIL();
  } catch (const UsageError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("4 bananas?and more"), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_EQ(error.code(), ExitCode::usage);
  }
}

TEST(NearNames, FindsSlips) {
  const std::vector<std::string> names = {"moments", "histogram", "minmax", "temperature", "t2m", "u10"};
  EXPECT_EQ(near_names("momnets", names), std::vector<std::string>{"moments"});
  EXPECT_EQ(near_names("Histogramm", names), std::vector<std::string>{"histogram"});
  EXPECT_EQ(near_names("temp", names), std::vector<std::string>{"temperature"});
  EXPECT_EQ(near_names("t2", names), std::vector<std::string>{"t2m"});
  EXPECT_EQ(near_names("zzz", names), std::vector<std::string>{});
  EXPECT_EQ(near_names("", names), std::vector<std::string>{});
  EXPECT_EQ(near_names(std::string(100000, 'm'), names), std::vector<std::string>{});
}

TEST(NearNames, BestFirstAndLimited) {
  const std::vector<std::string> names = {"threads", "thread", "treads", "threads2", "thraeds"};
  EXPECT_EQ(near_names("threadz", names, 2), (std::vector<std::string>{"threads", "thread"}));
  EXPECT_EQ(near_names("threads", names, 1), std::vector<std::string>{"threads"});
}

TEST(FormatBytes, ReadsWell) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1024), "1 KiB");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_bytes(0x1p30), "1 GiB");
  EXPECT_EQ(format_bytes(0x1p40 - 1), "1 TiB");
  EXPECT_EQ(format_bytes(345.6 * 1024 * 1024), "346 MiB");
}

}  // namespace
}  // namespace scatterfold
