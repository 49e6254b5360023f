#include "harness/compare/instructions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench::compare {
namespace {

using testing::HasSubstr;

std::string part_file(const std::string& trigger, const std::string& totals) {
  return "# callgrind format\nversion: 1\ncreator: callgrind-3.19.0\npid: 7\ncmd:  ffbench sample\npart: "
         "3\n\n"
         "desc: Timerange: Basic block 0 - 1000\ndesc: Trigger: " +
         trigger + "\n\npositions: line\nevents: Ir\nsummary: 99\n\nfn=(1) warp\n0 99\n\n" + totals;
}

TEST(CallgrindFiles, GiveTheSumOfPartsOfOneName) {
  const test::TemporaryFolder folder;
  const auto put = [&](const std::string& name, const std::string& text) {
    write_file_atomically(folder.path() / name, text);
  };
  put("counts.7.1", part_file("Client Request: warp", "totals: 1200\n"));
  put("counts.7.2", part_file("Client Request: mask", "totals: 30\n"));
  put("counts.7.3", part_file("Client Request: warp", "totals: 1300\n"));
  put("counts.7", part_file("Program termination", "totals: 0\n"));
  put("other", "desc: nothing of callgrind's\n");
  const std::map<std::string, std::uint64_t> expected{{"mask", 30}, {"warp", 2500}};
  EXPECT_EQ(counts_in(folder.path()), expected);
}

TEST(CallgrindFiles, WithoutATotalAreRefused) {
  for (const char* totals : {"", "totals: \n", "totals: many\n", "totals: 12x\n", "totals: -3\n"}) {
    const test::TemporaryFolder folder;
    write_file_atomically(folder.path() / "counts.1", part_file("Client Request: warp", totals));
    EXPECT_THROW(counts_in(folder.path()), Error) << totals;
  }
}

InstructionCount count(std::map<std::string, std::uint64_t> parts) {
  return {{"cpu AVX2", 24, "aa"}, std::move(parts)};
}

TEST(ComparedInstructions, AreShownWithoutAGate) {
  const InstructionComparison result =
      compare_instructions(count({{"other", 10}, {"composite", 500'000}, {"warp", 500'000}}),
                           count({{"other", 10}, {"composite", 500'000}, {"warp", 510'000}}), std::nullopt);
  EXPECT_EQ(result.verdict, CompareVerdict::pass);
  EXPECT_EQ(result.base, 1'000'010U);
  EXPECT_EQ(result.head, 1'010'010U);
  ASSERT_EQ(result.parts.size(), 3U);
  EXPECT_EQ(result.parts[0].part, "warp");
  EXPECT_EQ(result.parts[1].part, "composite");
  EXPECT_EQ(result.parts[2].part, "other");
  EXPECT_THAT(result.reason, HasSubstr("+1.00 %"));
  EXPECT_THAT(result.reason, HasSubstr("cpu AVX2"));
}

TEST(ComparedInstructions, OfMoreThanTheGateAllowsFail) {
  const auto base = count({{"composite", 900'000}, {"warp", 99'000}, {"other", 1'000}});
  // +0.5 % of the whole, to the instruction.
  EXPECT_EQ(
      compare_instructions(base, count({{"composite", 904'500}, {"warp", 99'495}, {"other", 1'005}}), 0.005)
          .verdict,
      CompareVerdict::pass);
  const auto whole =
      compare_instructions(base, count({{"composite", 904'600}, {"warp", 99'000}, {"other", 1'000}}), 0.005);
  EXPECT_EQ(whole.verdict, CompareVerdict::fail);
  EXPECT_THAT(whole.reason, HasSubstr("composite by +0.51 %"));
  // A stage by itself, in a whole that hardly grows.
  const auto stage =
      compare_instructions(base, count({{"composite", 900'000}, {"warp", 100'000}, {"other", 1'000}}), 0.005);
  EXPECT_EQ(stage.verdict, CompareVerdict::fail);
  EXPECT_THAT(stage.reason, HasSubstr("warp by +1.01 %"));
  EXPECT_THAT(stage.reason, testing::Not(HasSubstr("all by")));
  // What is less than a hundredth of the whole has no gate of its own.
  EXPECT_EQ(
      compare_instructions(base, count({{"composite", 900'000}, {"warp", 99'000}, {"other", 3'000}}), 0.005)
          .verdict,
      CompareVerdict::pass);
  EXPECT_EQ(compare_instructions(base, count({{"composite", 800'000}, {"warp", 99'000}}), 0.005).verdict,
            CompareVerdict::pass);
  const auto added =
      compare_instructions(base, count({{"composite", 800'000}, {"warp", 99'000}, {"mask", 50'000}}), 0.005);
  EXPECT_EQ(added.verdict, CompareVerdict::fail);
  EXPECT_THAT(added.reason, HasSubstr("mask is new"));
}

TEST(Marks, AreRefusedOutsideOfCallgrind) {
  EXPECT_THROW(require_callgrind(), Error);
}

TEST(MarkedJson, ReadsWhatItWrote) {
  const Marked written{"cpu AVX2", 24, "aa"};
  const Marked read = marked_of(parse_json(to_json(written), "x"));
  EXPECT_EQ(read.executor, written.executor);
  EXPECT_EQ(read.frames, 24);
  EXPECT_EQ(read.digest, "aa");
  EXPECT_THROW(marked_of(parse_json("{\"schema\":\"ffbench.marked/2\"}", "x")), Error);
}

}  // namespace
}  // namespace ffbench::compare
