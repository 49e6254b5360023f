#include "core/json/json_reader.hpp"

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/system/atomic_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Action>
std::string error_of(Action&& action) {
  try {
    static_cast<void>(action());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    return error.what();
  }
  return "no error";
}

std::string parse_error(const std::string& text, const JsonOptions& options = {}) {
  return error_of([&] { return parse_json(text, "a.json", options); });
}

JsonReader parsed(const std::string& text) {
  return parse_json(text, "a.json");
}

TEST(JsonReader, BuildsTheDocumentThatTheLibraryBuilds) {
  for (const char* text :
       {"null", "true", "-12", "18446744073709551615", "0.1", R"("a\u00e9\n")", "[]", "{}", "[[],[[1,{}]]]",
        R"({"a":{"b":[1,2.5,null,"x"],"":{}},"c":false})", R"({"a":1,"a":{"b":[2]}})"}) {
    EXPECT_EQ(parsed(text).value(), nlohmann::json::parse(text)) << text;
    const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(nlohmann::json::parse(text));
    const JsonReader again = parse_cbor({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "a");
    EXPECT_EQ(again.value(), nlohmann::json::parse(text)) << text;
  }
}

TEST(JsonReader, SaysLineAndColumnOfWhatIsNoJson) {
  EXPECT_THAT(parse_error("{\n\"a\" 1}"),
              AllOf(HasSubstr("a.json: not valid JSON: line 2, column 5"), Not(HasSubstr("json.exception")),
                    HasSubstr("write the file")));
  EXPECT_THAT(parse_error(""), HasSubstr("line 1"));
  EXPECT_THAT(parse_error("", {.hint = "see the docs"}), testing::EndsWith("; see the docs"));
  EXPECT_THAT(parse_error("[1] [2]"), HasSubstr("not valid JSON"));
  EXPECT_THAT(parse_error("1e999"), HasSubstr("number overflow"));
  EXPECT_THAT(parse_error("\"\xff\""), HasSubstr("UTF-8"));
  EXPECT_THAT(error_of([] { return parse_cbor("\x9f", "a.cbor"); }), HasSubstr("a.cbor: not valid CBOR"));
}

TEST(JsonReader, RefusesDepthAndSizeBeyondTheLimits) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(parse_error(nested(64)), "no error");
  EXPECT_THAT(parse_error(nested(65)), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(parse_error(std::string(100'000, '[')), HasSubstr("nested deeper than 64 levels"));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) {
    objects += R"({"a":)";
  }
  EXPECT_THAT(parse_error(objects), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(error_of([] { return parse_cbor(std::string(100'000, '\x9f'), "a"); }),
              HasSubstr("nested deeper than 64 levels"));
  EXPECT_EQ(parse_error("[[]]", {.most_depth = 2}), "no error");
  EXPECT_THAT(parse_error("[[]]", {.most_depth = 1}), HasSubstr("deeper than 1"));
  EXPECT_EQ(parse_error("[12]", {.most_bytes = 4}), "no error");
  EXPECT_THAT(parse_error("[123]", {.most_bytes = 4}), HasSubstr("holds 5 bytes, at most 4"));
}

TEST(JsonReader, ErrorsNameFileAndPlace) {
  const JsonReader json = parsed(R"({"a":{"b":[0,1,"two"]},"c":"text"})");
  EXPECT_EQ(error_of([&] { return json.at("a").at("b").items()[2].integer(); }),
            "a.json: a.b[2]: expected a whole number, found string");
  EXPECT_EQ(error_of([&] { return json.at("d"); }), "a.json: d: is missing");
  EXPECT_EQ(error_of([&] { return json.at("a").at("d"); }), "a.json: a.d: is missing");
  EXPECT_EQ(error_of([&] { return json.at("c").at("d"); }), "a.json: c: expected an object, found string");
  EXPECT_EQ(error_of([&] { return json.items(); }), "a.json: top level: expected an array, found object");
  EXPECT_EQ(error_of([&] { return json.only({"a"}); }), "a.json: top level: unknown key 'c'; known: a");
  EXPECT_EQ(error_of([&] { return json.at("a").called("the a").at("b").number(); }),
            "a.json: the a.b: expected a number, found array");
  EXPECT_EQ(error_of([&] { return json.at("a").called("the a").at("d"); }), "a.json: the a.d: is missing");
}

TEST(JsonReader, HintsAndRemediesEndErrors) {
  const JsonReader json = parse_json(R"({"schema":"x/2"})", "a.json", {.hint = "see the docs"});
  EXPECT_EQ(error_of([&] { return json.at("a"); }), "a.json: a: is missing; see the docs");
  EXPECT_EQ(error_of([&] { return json.require_schema("x/1", "renew it"); }),
            "a.json: schema: 'x/2' is not 'x/1'; renew it; see the docs");
  EXPECT_EQ(error_of([&] { return parsed("[]").require_schema("x/1"); }),
            "a.json: top level: expected an object, found array");
}

TEST(JsonReader, WhatItQuotesIsOneShortLine) {
  const JsonReader json = parsed(R"({"a\nb\u001b":{"c":1}})");
  EXPECT_EQ(error_of([&] { return json.at("a\nb\x1b").at("c").text(); }),
            "a.json: a\\x0ab\\x1b.c: expected a text, found number");
  EXPECT_LT(parse_error("\"" + std::string(1'000'000, 'x')).size(), 400U);
  const std::string long_key = parsed("{\"" + std::string(1'000'000, 'x') + "\":1}").shown();
  EXPECT_LT(long_key.size(), 200U);
}

TEST(JsonReader, NumbersHaveRanges) {
  const JsonReader json = parsed("[18446744073709551615, -9223372036854775808, 2147483648, 2.0, null, 7]");
  const std::vector<JsonReader> items = json.items();
  EXPECT_EQ(items[0].unsigned_whole(), 18446744073709551615U);
  EXPECT_THAT(error_of([&] { return items[0].integer(); }), HasSubstr("out of range"));
  EXPECT_THAT(error_of([&] { return items[0].whole_from(-10, 10); }), HasSubstr("from -10 to 10"));
  EXPECT_THAT(error_of([&] { return items[1].integer(); }), HasSubstr("out of range"));
  EXPECT_THAT(error_of([&] { return items[1].unsigned_whole(); }), HasSubstr("not negative"));
  EXPECT_THAT(error_of([&] { return items[2].integer(); }), HasSubstr("out of range"));
  EXPECT_THAT(error_of([&] { return items[3].integer(); }), HasSubstr("whole number"));
  EXPECT_EQ(items[3].number(), 2);
  EXPECT_THAT(error_of([&] { return items[4].number(); }), HasSubstr("found null"));
  EXPECT_TRUE(std::isnan(items[4].number_or_nan()));
  EXPECT_EQ(items[5].integer_from(7, 7), 7);
  EXPECT_THAT(error_of([&] { return items[5].integer_from(8, 9); }), HasSubstr("from 8 to 9, found 7"));
  EXPECT_THAT(error_of([&] { return json.numbers_of<2>(); }), HasSubstr("expected 2 numbers, found 6"));
}

TEST(JsonReader, ReadsFilesAndNamesThem) {
  const test::TemporaryFolder folder;
  write_file_atomically(folder.path() / "a.json", "[1");
  EXPECT_THAT(error_of([&] { return read_json(folder.path() / "a.json"); }),
              HasSubstr("a.json: not valid JSON"));
  EXPECT_THAT(error_of([&] { return read_json(folder.path() / "a.json", {.most_bytes = 1}); }),
              HasSubstr("1 bytes"));
  EXPECT_THAT(error_of([&] { return read_json(folder.path()); }), HasSubstr("is a folder"));
}

}  // namespace
}  // namespace ffbench
