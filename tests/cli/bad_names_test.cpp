// Unknown names, options and files that are not there: one line that names what is wrong and what
// is right.

#include "tests/cli/command_line.hpp"

namespace ffbench::test {
namespace {

struct Request {
  std::vector<std::string> arguments;
  std::vector<std::string> parts;  ///< of the message
};

using BadRequest = CommandLine;

TEST_F(BadRequest, NamesTheUnknownAndListsTheKnown) {
  const std::vector<Request> requests{
      {{"nope"}, {"'nope'", "run", "list", "doctor", "fixtures", "report"}},
      {{}, {"needs a command", "run", "doctor"}},
      {{"run", "nope"}, {"'nope'", "suite", "video"}},
      {{"list", "nope"}, {"'nope'", "suites", "pipelines", "gates"}},
      {{"list"}, {"ffbench list", "suites"}},
      {{"fixtures", "rendr"}, {"'rendr'", "render", "export"}},
      {{"run", "suite", "nope"}, {"suite 'nope'", "smoke, held-out, standard, full", ".json"}},
      {{"fixtures", "render", "nope"}, {"suite 'nope'", "smoke, held-out, standard, full"}},
      {{"run", "suite", "smoke", "--fixture", "nope*"}, {"--fixture nope*", "talk", "two-faces"}},
      {{"fixtures", "export", "smoke", "--fixture", "nope", "--out", "out"},
       {"--fixture nope", "talk", "two-faces"}},
      {{"run", "suite", "smoke", "--pipeline", "nope"}, {"pipeline 'nope'", "base-3.5.0", "enhanced"}},
      {{"run", "suite", "smoke", "--pipeline", "enhanced"}, {"pipeline 'enhanced'", "BACKEND"}},
      {{"run", "suite", "smoke", "--pipeline", "enhanced:nope/cpu"}, {"preset 'nope'", "default, seed"}},
      {{"run", "suite", "smoke", "--pipeline", "enhanced/nope"},
       {"'enhanced/nope'", "backend 'nope'", "reference, cpu, cuda, auto"}},
      {{"run", "suite", "smoke", "--pipeline", "enhanced/cpu@nope"},
       {"control 'nope'", "truth, frozen, lagged, alternating"}},
      {{"run", "suite", "smoke", "--swap", "nope"}, {"--swap 'nope'", "source, identity, onnx:FILE"}},
      {{"run", "suite", "smoke", "--dump", "dump", "--dump-stage", "nope"},
       {"--dump-stage 'nope'", "warp", "composite"}},
  };
  put_earlier_report();
  for (const Request& request : requests) {
    expect_refusal(request.arguments, request.parts);
  }
  expect_earlier_report();
}

TEST_F(BadRequest, NamesTheOptionThatIsUnknownMissingOrOutOfRange) {
  put_earlier_report();
  const std::vector<Request> requests{
      {{"run", "suite", "smoke", "--nope"}, {"--nope", "ffbench run suite --help"}},
      {{"run", "suite", "smoke", "extra"}, {"extra", "--help"}},
      {{"run", "suite", "smoke", "--repetitions", "-1"}, {"--repetitions", "-1", "0 to 1000"}},
      {{"run", "suite", "smoke", "--repetitions", "three"}, {"--repetitions", "three"}},
      {{"run", "suite", "smoke", "--repetitions"}, {"--repetitions"}},
      {{"run", "suite", "smoke", "--threads", "0"}, {"--threads", "1 to 1024"}},
      {{"run", "suite", "smoke", "--dump-stage", "warp"}, {"--dump-stage", "--dump"}},
      {{"run", "video"}, {"FILE", "required"}},
      {{"run", "video", "clip.mp4", "--crop-size", "1"}, {"--crop-size", "16 to 4096"}},
      {{"fixtures", "export", "smoke"}, {"--out", "required"}},
      {{"report"}, {"RESULT", "required"}},
  };
  for (const Request& request : requests) {
    expect_refusal(request.arguments, request.parts);
  }
  expect_earlier_report();
}

TEST_F(BadRequest, NamesTheFileThatCannotBeRead) {
  put_earlier_report();
  put("text.json", "this is\nno JSON");
  put("other.json", R"({"schema": "something/1"})");
  std::filesystem::create_directories(path("folder"));
  std::filesystem::create_directories(path("folder.json"));
  put("nested.json", R"({"schema": )" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}");
  const std::vector<Request> requests{
      {{"run", "suite", "nope.json", "--out", "out"}, {"nope.json", "check the name"}},
      {{"run", "suite", "text.json", "--out", "out"}, {"text.json", "JSON"}},
      {{"run", "suite", "other.json", "--out", "out"}, {"other.json", "ffbench.suite/1"}},
      {{"run", "suite", "smoke", "--gates", "nope.json", "--out", "out"}, {"nope.json", "check the name"}},
      {{"run", "suite", "smoke", "--gates", "text.json", "--out", "out"}, {"text.json", "JSON"}},
      {{"run", "suite", "smoke", "--gates", "other.json", "--out", "out"}, {"other.json", "ffbench.gates/1"}},
      {{"report", "nope.json"}, {"nope.json", "check the name"}},
      {{"report", "text.json"}, {"text.json", "JSON"}},
      {{"report", "other.json"}, {"other.json", "schema"}},
      {{"report", "folder"}, {"folder/report.json"}},
      {{"run", "suite", "folder.json", "--out", "out"}, {"folder.json: is a folder; name a file"}},
      {{"run", "suite", "smoke", "--gates", "folder", "--out", "out"}, {"folder: is a folder; name a file"}},
      {{"run", "suite", "nested.json", "--out", "out"}, {"nested.json", "nested deeper than 64 levels"}},
      {{"run", "suite", tiny_suite(), "--swap", "onnx:nope.onnx", "--out", "out", "--quiet"},
       {"nope", "check the name"}},
  };
  for (const Request& request : requests) {
    expect_refusal(request.arguments, request.parts);
  }
  expect_earlier_report();
}

TEST_F(BadRequest, NamesTheFolderThatCannotBeWritten) {
  put("file", "in the way\n");
  const std::vector<Request> requests{
      {{"run", "suite", "smoke", "--out", "file"}, {"file", "choose another with --out"}},
      {{"run", "suite", "smoke", "--out", "file/out"}, {"file/out", "choose another with --out"}},
      {{"run", "suite", "smoke", "--dump", "file/dump"}, {"file/dump", "choose another with --dump"}},
      {{"fixtures", "export", "smoke", "--fixture", "empty*", "--quiet", "--out", "file/out"},
       {"file/out", "--out"}},
      {{"fixtures", "contact-sheet", "file/sheet.png"}, {"file/sheet.png", "check the folder"}},
  };
  for (const Request& request : requests) {
    expect_refusal(request.arguments, request.parts);
  }
}

TEST_F(BadRequest, AGateFileIsCheckedBeforeTheWork) {
  put_earlier_report();
  const auto expect_gate_refused = [&](const std::string& gate, const std::vector<std::string>& parts) {
    put("gates.json", R"({"schema": "ffbench.gates/1", "gates": [)" + gate + "]}");
    expect_refusal({"run", "suite", "smoke", "--gates", "gates.json", "--out", "out", "--quiet"}, parts);
  };
  expect_gate_refused(
      R"({"name": "mine", "metric": "truth.beauty", "op": ">", "threshold": 1, "class": "quality"})",
      {"gates.json", "gate 'mine'", "'truth.beauty'", "truth.lag"});
  expect_gate_refused(
      R"({"name": "mine", "metric": "truth.lag", "op": ">", "threshold": 1, "class": "quality", "expected": "fail"})",
      {"gates.json", "gate 'mine'", "reason"});
  expect_gate_refused(
      R"({"name": "mine", "metric": "truth.lag", "op": "~", "threshold": 1, "class": "quality"})",
      {"gates.json", "gate 'mine'", "op", "abs<="});
  expect_gate_refused(
      R"({"name": "mine", "metric": "truth.lag", "op": ">", "threshold": 1, "class": "quality", "fixture": ["talk"]})",
      {"gates.json", "gate 'mine'", "'fixture'", "fixtures"});
  expect_earlier_report();
}

TEST_F(BadRequest, APipelineWithoutItsDeviceIsSkippedAndFailsTheRunThatNamesIt) {
  const Finished doctor = ffbench({"doctor"});
  if (doctor.out.find("cuda       ok") != std::string::npos) {
    GTEST_SKIP() << "this machine has a CUDA device";
  }
  const Finished run =
      ffbench({"run", "suite", tiny_suite(), "--pipeline", "enhanced/cuda", "--out", "out", "--quiet"});
  EXPECT_EQ(run.exit_code, 2);
  const Report result = report();
  ASSERT_EQ(result.results.size(), 1U);
  EXPECT_EQ(result.results[0].status, ResultStatus::skipped);
  EXPECT_THAT(result.results[0].reason, testing::HasSubstr("CUDA"));
  // The terminal breaks long lines.
  EXPECT_THAT(run.out, testing::HasSubstr("enhanced/cuda: skipped: "));
  EXPECT_THAT(run.out, testing::HasSubstr(result.results[0].reason.substr(0, 20)));
}

#if FFBENCH_WITH_FFMPEG
TEST_F(BadRequest, OfAVideoNamesWhatIsWrongOrMissing) {
  put("file", "in the way");
  put_earlier_report();
  const std::vector<Request> requests{
      {{"run", "video", "clip.mp4", "--swap", "identity", "--warp-template", "nope"},
       {"warp template 'nope'", "arcface_128"}},
      {{"run", "video", "clip.mp4"}, {"--source", "--swap identity"}},
      {{"run", "video", "clip.mp4", "--swap", "identity", "--out", "file/out"},
       {"file/out", "choose another with --out"}},
  };
  for (const Request& request : requests) {
    expect_refusal(request.arguments, request.parts);
  }
  expect_earlier_report();
}
#endif

}  // namespace
}  // namespace ffbench::test
