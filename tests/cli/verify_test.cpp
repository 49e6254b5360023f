// verify, determinism and profile, as one types them.

#include <nlohmann/json.hpp>

#include "core/system/atomic_file.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "reports/ledger.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Verify = CommandLine;
using DeterminismCommand = CommandLine;
using Profile = CommandLine;

TEST_F(Verify, SmokeIsWhatTheLedgerRecords) {
  const Finished run = ffbench({"verify", "--only", "stages", "--suite", "smoke", "--quiet"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err
                              << "if the reference was meant to change: ./ffbench verify --update-ledger";
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("ledger: smoke: reference as recorded, 5 fixtures"), HasSubstr(", 0 differ")));
}

TEST_F(Verify, TheLedgerIsWrittenComparedAndRenewed) {
  const std::vector<std::string> check{"verify",     "--only",   "stages",      "--suite",
                                       tiny_suite(), "--ledger", "ledger.json", "--quiet"};
  std::vector<std::string> renew = check;
  renew.emplace_back("--update-ledger");

  Finished run = ffbench(check);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("ledger: tiny: not in the ledger"));
  EXPECT_FALSE(std::filesystem::exists(path("ledger.json"))) << "written without being asked to";

  run = ffbench(renew);
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("tiny: reference recorded"));
  EXPECT_THAT(ffbench(check).out, HasSubstr("reference as recorded, 1 fixtures"));

  Ledger ledger = read_ledger(path("ledger.json"));
  const std::string fixture = ledger.reference.at("tiny").begin()->first;
  ledger.attestations.push_back({"tiny", "A device", "1.2", "13.0", "0123456789abcdef", false,
                                 "2026-01-01T00:00:00Z", 17, ledger.reference.at("tiny")});
  put("ledger.json", to_json(ledger));
  EXPECT_THAT(ffbench(check).out, AllOf(HasSubstr("tiny: attested by A device"), Not(HasSubstr("stale"))));

  // The reference moved on since the device was seen.
  ledger.attestations[0].fixtures[fixture]["warp"] = std::string(32, '0');
  put("ledger.json", to_json(ledger));
  run = ffbench(check);
  EXPECT_EQ(run.exit_code, 0) << "only a machine with such a device can renew it";
  EXPECT_THAT(run.out, HasSubstr("stale: A device (driver 1.2, CUDA 13.0, 2026-01-01T00:00:00Z, commit "
                                 "0123456789ab): " +
                                 fixture + " warp changed since"));

  // The reference is not what it was.
  ledger.reference["tiny"][fixture]["gains"] = std::string(32, '0');
  put("ledger.json", to_json(ledger));
  run = ffbench(check);
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_THAT(run.out, AllOf(HasSubstr("differs from what is recorded: the change begins at stage gains: " +
                                       fixture + " gains"),
                             HasSubstr("./ffbench verify --update-ledger")));
  EXPECT_THAT(ffbench(renew).out, HasSubstr("reference renewed: " + fixture + " gains"));
  EXPECT_EQ(ffbench(check).exit_code, 0);
}

TEST_F(Verify, RefusesWhatMakesNoSense) {
  expect_refusal({"verify", "--suite", "nope", "--only", "stages"}, {"nope", "smoke"});
  expect_refusal({"verify", "--suite", tiny_suite(), "--fixture", "nope", "--only", "stages", "--quiet"},
                 {"nope", "talk"});
  expect_refusal({"verify", "--operator", "warp", "--suite", "smoke"}, {"--operator", "--suite"});
  expect_refusal({"verify", "--only", "operators", "--update-ledger"}, {"--only operators"});
  expect_refusal({"verify", "--only", "stages", "--suite", tiny_suite(), "--quiet", "--ledger",
                  put("bad.json", "{\"schema\": \"ffbench.ledger/1\"}")},
                 {"bad.json", "reference"});
}

TEST_F(Verify, ABackendThatIsMissingRenewsNothing) {
  if (why_unavailable(Backend::cuda).empty()) {
    GTEST_SKIP() << "this machine has a CUDA device";
  }
  const Finished run = ffbench({"verify", "--only", "stages", "--suite", tiny_suite(), "--backend", "cuda",
                                "--ledger", "ledger.json", "--update-ledger", "--quiet"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("nothing is written"));
  EXPECT_THAT(run.out, HasSubstr("skipped: " + why_unavailable(Backend::cuda)));
  EXPECT_FALSE(std::filesystem::exists(path("ledger.json")));
}

TEST_F(DeterminismCommand, RunsThreadsTargetsAndFreshProcessesAgree) {
  const Finished run =
      ffbench({"determinism", tiny_suite(), "--pipeline", "enhanced/cpu", "--pipeline", "base-3.5.0",
               "--runs", "2", "--processes", "2", "--threads", "1,3", "--json", "result.json", "--quiet"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  const auto document = nlohmann::json::parse(read_file(path("result.json")));
  EXPECT_EQ(document.at("schema"), "ffbench.determinism/1");
  ASSERT_EQ(document.at("results").size(), 2U);
  for (const auto& row : document.at("results")) {
    EXPECT_EQ(row.at("identical"), true);
    EXPECT_EQ(row.at("digests").at("composite").get<std::string>().size(), 32U);
    EXPECT_EQ(row.at("runs").get<int>(), 4 * (row.at("variants").get<int>() - 1) + 2)
        << "two watched and two not, and two processes";
  }
  EXPECT_THAT(run.out, AllOf(HasSubstr("3 threads"), HasSubstr("2 fresh processes")));
  if (has_program("python3") && run_program("python3", {"-c", "import jsonschema"}).exit_code == 0) {
    const Finished valid = run_program(
        "python3",
        {"-c", "import json, sys, jsonschema; jsonschema.validate(*map(json.load, map(open, sys.argv[1:])))",
         path("result.json"), source_path("reports/determinism.schema.json")});
    EXPECT_EQ(valid.exit_code, 0) << valid.err;
  }
}

TEST_F(DeterminismCommand, RefusesWhatIsNotThere) {
  expect_refusal({"determinism", tiny_suite(), "--pipeline", "enhanced/cpu", "--targets", "MMX", "--quiet"},
                 {"--targets 'MMX'", "or all"});
  expect_refusal({"determinism", tiny_suite(), "--pipeline", "enhanced/cpu", "--devices", "first"},
                 {"--devices first"});
  expect_refusal({"determinism", "nope"}, {"nope", "smoke"});
  if (!why_unavailable(Backend::cuda).empty()) {
    const Finished run = ffbench({"determinism", tiny_suite(), "--pipeline", "enhanced/cuda", "--quiet"});
    EXPECT_EQ(run.exit_code, 2) << "requested by name";
    EXPECT_THAT(run.out, HasSubstr("skipped: " + why_unavailable(Backend::cuda)));
  }
}

TEST_F(Profile, RunsTheFramesAndTellsTheCommandLines) {
  const Finished run =
      ffbench({"profile", "talk", "--suite", tiny_suite(), "--pipeline", "enhanced/cpu", "--frames", "10"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("10 frames"), HasSubstr("composite"), HasSubstr("perf stat"),
                             HasSubstr("perf record"), HasSubstr("--frames 10")));
}

TEST_F(Profile, TheShellLineMakesItsPipesInAFolderOfItsOwn) {
  std::filesystem::create_directories(path("bin"));
  put("bin/perf", "#!/bin/sh\necho \"words: $*\"\nls -l $(echo $FFBENCH_PERF_CONTROL | tr , ' ')\n");
  std::filesystem::permissions(path("bin/perf"), std::filesystem::perms::owner_all);
  const std::string shown =
      ffbench({"profile", "talk", "--suite", tiny_suite(), "--pipeline", "enhanced/cpu", "--frames", "10"})
          .out;
  EXPECT_THAT(shown, Not(HasSubstr("/tmp/")));
  const std::size_t at = shown.find("d=$(mktemp -d)");
  ASSERT_NE(at, std::string::npos) << shown;
  const Finished run =
      run_program("sh", {"-c", shown.substr(at, shown.find('\n', at) - at)},
                  {.folder = path(""),
                   .environment = {{"PATH", path("bin").string() + ":" + std::getenv("PATH")},
                                   {"TMPDIR", path("").string()}}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const std::string folder = path("").string();
  EXPECT_THAT(run.out, AllOf(HasSubstr("fifo:" + folder), HasSubstr("prw"), HasSubstr("/control"),
                             HasSubstr("/ack"), Not(HasSubstr("{"))));
}

TEST_F(Profile, RefusesWhatIsNotThere) {
  expect_refusal({"profile", "--tool", "nsys", "--pipeline", "enhanced/cpu"}, {"nsys", "perf-stat"});
  expect_refusal({"profile", "nope", "--suite", tiny_suite()}, {"nope", "talk"});
  const Finished run = ffbench_with(
      {"profile", "talk", "--suite", tiny_suite(), "--pipeline", "enhanced/cpu", "--tool", "perf-stat"},
      {.folder = path(""), .environment = {{"PATH", "/nowhere"}}});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("perf: cannot be started"));
}

}  // namespace
}  // namespace ffbench::test
