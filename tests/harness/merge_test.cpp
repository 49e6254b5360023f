#include "harness/run/merge.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "reports/report_json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The report of one shard of a run over the fixtures c, a, b, in which each shard measured the
/// fixtures given.
class MergeTest : public testing::Test {
 protected:
  std::filesystem::path shard(int number, int count, const std::vector<std::string>& fixtures) {
    Report report;
    report.suite = "three";
    report.verdict = Outcome::pass;
    report.exit_code = ExitCode::ok;
    report.environment.started = "2026-01-01T00:00:00Z";
    report.command_line = fmt::format("run suite three --shard {}/{} --quiet", number, count);
    report.settings = {{"fixtures", "c, a, b"}, {"repetitions", "3"}};
    report.fixtures = {"c", "a", "b"};
    report.shard = fmt::format("{}/{}", number, count);
    for (const std::string& fixture : fixtures) {
      Result& result = report.results.emplace_back();
      result.fixture = fixture;
      result.pipeline = "base-3.5.0";
      result.status = ResultStatus::ok;
    }
    const std::filesystem::path file = folder_.path() / fmt::format("{}-of-{}.json", number, count);
    write_file_atomically(file, to_json(report));
    return file;
  }

  static std::vector<std::string> fixtures_of(const Report& report) {
    std::vector<std::string> names;
    for (const Result& result : report.results) {
      names.push_back(result.fixture);
    }
    return names;
  }

  static std::string refusal(const std::vector<std::filesystem::path>& files) {
    try {
      merge_shards(files);
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing was refused";
  }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(MergeTest, ResultsComeInTheOrderOfTheSuiteWhateverThatOfTheShards) {
  const Report whole = merge_shards({shard(2, 2, {"a"}), shard(1, 2, {"c", "b"})});
  EXPECT_THAT(fixtures_of(whole), ElementsAre("c", "a", "b"));
  EXPECT_EQ(whole.shard, "");
  EXPECT_EQ(whole.command_line, "run suite three --quiet");
}

TEST_F(MergeTest, EveryMissingShardIsNamedTheFirstAndTheLastToo) {
  EXPECT_THAT(refusal({shard(2, 3, {"a"}), shard(3, 3, {"b"})}), HasSubstr("shard 1/3 is missing"));
  EXPECT_THAT(refusal({shard(1, 3, {"c"}), shard(3, 3, {"b"})}), HasSubstr("shard 2/3 is missing"));
  EXPECT_THAT(refusal({shard(1, 3, {"c"}), shard(2, 3, {"a"})}), HasSubstr("shard 3/3 is missing"));
}

/// A shard that is changed before it is stored.
template <typename Change>
std::filesystem::path changed(const std::filesystem::path& file, const Change& change) {
  Report report = read_report(file);
  change(report);
  write_file_atomically(file, to_json(report));
  return file;
}

TEST_F(MergeTest, AShardGivenTwiceAndAWholeRunAreRefused) {
  EXPECT_THAT(refusal({shard(1, 2, {"c"}), shard(1, 2, {"c"})}), HasSubstr("give each shard once"));
  EXPECT_THAT(refusal({changed(shard(1, 2, {"c"}), [](Report& report) { report.shard.clear(); })}),
              HasSubstr("is a whole run, not a shard"));
}

TEST_F(MergeTest, ShardsOfRunsWithOtherSettingsSuitesOrProgramsAreRefused) {
  const auto with = [&](const auto& change) {
    return refusal({shard(1, 2, {"c"}), changed(shard(2, 2, {"a"}), change)});
  };
  EXPECT_THAT(with([](Report& report) { report.settings["repetitions"] = "4"; }),
              HasSubstr("made with repetitions '4', not '3'"));
  EXPECT_THAT(with([](Report& report) { report.suite = "four"; }), HasSubstr("suite 'four', not 'three'"));
  EXPECT_THAT(with([](Report& report) { report.environment.binary_digest = "other"; }),
              HasSubstr("another build of ffbench"));
}

TEST_F(MergeTest, TheWholeBeganWithItsFirstShardAndKeepsEveryWarningOnce) {
  const auto warned = [](const std::string& started, const std::vector<std::string>& warnings) {
    return [=](Report& report) {
      report.environment.started = started;
      report.warnings = warnings;
    };
  };
  const Report whole =
      merge_shards({changed(shard(1, 2, {"c"}), warned("2026-01-01T00:00:05Z", {"slow", "hot"})),
                    changed(shard(2, 2, {"a"}), warned("2026-01-01T00:00:02Z", {"hot", "loud"}))});
  EXPECT_EQ(whole.environment.started, "2026-01-01T00:00:02Z");
  EXPECT_THAT(whole.warnings, ElementsAre("slow", "hot", "loud"));
}

TEST_F(MergeTest, TimesOfAnotherMachineAreMarked) {
  const Report same = merge_shards({shard(1, 2, {"c"}), shard(2, 2, {"a"})});
  EXPECT_TRUE(same.warnings.empty());
  const auto moved = [](Report& report) {
    report.environment.cpu = "another cpu";
    report.environment.gpu = "a gpu";
  };
  const Report whole = merge_shards({shard(1, 2, {"c"}), changed(shard(2, 2, {"a"}), moved)});
  ASSERT_EQ(whole.warnings.size(), 1U);
  EXPECT_THAT(whole.warnings[0], HasSubstr("shard 2/2 was measured on another machine (another cpu, a gpu)"));
}

TEST_F(MergeTest, ShardsOfDifferentDivisionsAreRefused) {
  EXPECT_THAT(refusal({shard(1, 2, {"c"}), shard(3, 3, {"b"})}), HasSubstr("is shard 3/3"));
}

}  // namespace
}  // namespace ffbench
