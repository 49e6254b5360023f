// The commands around the runs: list, doctor, help, fixtures, report, dumps.

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "core/system/atomic_file.hpp"
#include "datasets/image_file.hpp"
#include "datasets/manifest.hpp"
#include "kernels/cuda/backend.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

#if FFBENCH_WITH_FFMPEG
#include "datasets/track_file.hpp"
#include "datasets/video/video_clip.hpp"
#endif

namespace ffbench::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Commands = CommandLine;

TEST_F(Commands, SmoothingBoundTellsHowNearEverySmootherComes) {
  const std::string out = ffbench({"smoothing-bound", "smoke", "--fixture", "two-faces-360p", "--quiet"}).out;
  EXPECT_THAT(out, AllOf(HasSubstr("raw NMF"), HasSubstr("two-faces-360p"), HasSubstr("mean")));
  EXPECT_THAT(ffbench({"oracle", "smoke", "--preset", "nope"}).err, HasSubstr("preset 'nope' is unknown"));
}

TEST_F(Commands, ListTellsOfEverySubjectThatItKnows) {
  const std::string refusal = ffbench({"list", "nope"}).err;
  const std::string mark = "known: ";
  const std::size_t at = refusal.find(mark);
  ASSERT_NE(at, std::string::npos) << refusal;
  std::istringstream names(refusal.substr(at + mark.size()));
  int subjects = 0;
  for (std::string name; names >> name; ++subjects) {
    std::erase(name, ',');
    const Finished run = ffbench({"list", name});
    EXPECT_EQ(run.exit_code, 0) << name;
    EXPECT_EQ(run.err, "") << name;
    EXPECT_GE(std::ranges::count(run.out, '\n'), 2) << name;
  }
  EXPECT_GE(subjects, 8);
}

TEST_F(Commands, ListNamesWhatThereIs) {
  const auto listed = [&](const std::string& subject) { return ffbench({"list", subject}).out; };
  EXPECT_THAT(listed("suites"), AllOf(HasSubstr("smoke"), HasSubstr("standard"), HasSubstr("full")));
  EXPECT_THAT(listed("fixtures"), AllOf(HasSubstr("smoke talk"), HasSubstr("640x360, 48 frames")));
  EXPECT_THAT(listed("scenarios"), AllOf(HasSubstr("two-faces"), HasSubstr("drift"), HasSubstr("empty")));
  EXPECT_THAT(listed("pipelines"), AllOf(HasSubstr("base-3.5.0"), HasSubstr("enhanced/reference"),
                                         HasSubstr("enhanced:seed/cpu"), HasSubstr("here: ")));
  EXPECT_THAT(listed("presets"), AllOf(HasSubstr("default"), HasSubstr("seed"), HasSubstr("pose")));
  EXPECT_THAT(listed("controls"), AllOf(HasSubstr("truth"), HasSubstr("frozen"), HasSubstr("alternating")));
  EXPECT_THAT(listed("gates"), AllOf(HasSubstr("bit equality"), HasSubstr("no lag")));
  EXPECT_THAT(listed("templates"), HasSubstr("arcface_128"));
}

TEST_F(Commands, DoctorTellsWhatIsThereAndWhyNot) {
  const Finished run = ffbench({"doctor"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, testing::ContainsRegex("reference +ok"));
  EXPECT_THAT(run.out, testing::ContainsRegex("cpu +ok"));
  EXPECT_THAT(run.out, testing::ContainsRegex("cuda +(ok|no +.+CUDA)"));
  EXPECT_THAT(run.out, testing::ContainsRegex("opencv +ok +[0-9]"));
  EXPECT_THAT(run.out, HasSubstr(cache_path));
}

TEST_F(Commands, DoctorTellsTheLaunchersReasonForCudaWhereItIsOfThisBuild) {
  const std::string mine = cuda::with_toolkit ? "with CUDA" : "without CUDA";
  const std::string other = cuda::with_toolkit ? "without CUDA" : "with CUDA";
  const auto told = [&](const std::string& choice) {
    return ffbench_with({"doctor"}, {.environment = {{"FFBENCH_CUDA_CHOICE", choice}}}).out;
  };
  EXPECT_THAT(told(mine + ": because\033[31m"),
              testing::ContainsRegex("build +(ok|no) +" + mine + ": because.\\[31m\n"));
  EXPECT_THAT(told(other + ": because"),
              AllOf(testing::ContainsRegex("build +(ok|no) +" + mine + ".*; not chosen by ./ffbench"),
                    testing::Not(HasSubstr("because"))));
}

TEST_F(Commands, DoctorFailsWhereTheCacheCannotBeWritten) {
  put("file", "in the way");
  const Finished run =
      ffbench_with({"doctor"}, {.folder = path("."), .environment = {{"FFBENCH_CACHE", path("file/cache")}}});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, testing::ContainsRegex("cache +no .*file/cache"));
}

TEST_F(Commands, HelpAndVersionAreOnStandardOutput) {
  const Finished help = ffbench({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_EQ(help.err, "");
  EXPECT_THAT(help.out, AllOf(HasSubstr("run"), HasSubstr("doctor"), HasSubstr("Exit codes: 0")));
  const Finished suite = ffbench({"run", "suite", "--help"});
  EXPECT_EQ(suite.exit_code, 0);
  EXPECT_THAT(suite.out, AllOf(HasSubstr("--pipeline"), HasSubstr("--repetitions"), HasSubstr("--gates")));
  const Finished version = ffbench({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(Commands, ReportJudgesAgainByAnotherGateFile) {
  ASSERT_EQ(ffbench({"run", "suite", tiny_suite("empty"), "--repetitions", "1", "--out", "out", "--quiet"})
                .exit_code,
            0);
  const std::string original = read_file(path("out/report.json"));

  // The same gates: the same verdict, in a folder of its own; the result stays.
  EXPECT_EQ(ffbench({"report", "out/report.json", "--out", "again"}).exit_code, 0);
  EXPECT_EQ(report("again").gates.size(), report().gates.size());
  EXPECT_EQ(report("again").results.size(), report().results.size());
  for (const char* file : {"report.json", "report.html", "junit.xml", "summary.md"}) {
    EXPECT_TRUE(std::filesystem::exists(path("again") / file)) << file;
  }

  const auto exit_code_by = [&](const std::string& gates) {
    put("gates.json", R"({"schema": "ffbench.gates/1", "gates": [)" + gates + "]}");
    const Finished run = ffbench({"report", "out/report.json", "--gates", "gates.json", "--out", "judged"});
    EXPECT_EQ(static_cast<int>(report("judged").exit_code), run.exit_code);
    return run.exit_code;
  };
  const auto gate = [](const char* name, const char* op, const char* more) {
    return fmt::format(R"({{"name": "{}", "metric": "determinism.runs", "op": "{}", "threshold": 2, {}}})",
                       name, op, more);
  };
  const std::string failing = gate("too few", ">", R"("class": "quality")");
  const std::string wrong = gate("wrong", ">", R"("class": "correctness")");
  const std::string passing = gate("enough", ">=", R"("class": "quality")");
  EXPECT_EQ(exit_code_by(passing), 0);
  EXPECT_EQ(exit_code_by(failing), 1);
  EXPECT_EQ(exit_code_by(failing + ", " + wrong), 4);
  EXPECT_EQ(exit_code_by(""), 3);
  EXPECT_EQ(
      exit_code_by(gate("known", ">", R"("class": "quality", "expected": "fail", "reason": "not yet")")), 0);
  EXPECT_EQ(
      exit_code_by(gate("mended", ">=", R"("class": "quality", "expected": "fail", "reason": "not yet")")),
      1);
  EXPECT_EQ(read_file(path("out/report.json")), original);
}

TEST_F(Commands, DumpWritesPlansAndTheChosenStages) {
  const Finished run =
      ffbench({"run", "suite", tiny_suite(), "--pipeline", "enhanced/cpu", "--repetitions", "1", "--out",
               "out", "--quiet", "--dump", "dump", "--dump-stage", "warp", "--dump-stage", "composite"});
  ASSERT_EQ(run.err, "");
  const std::filesystem::path folder = path("dump/talk/enhanced_cpu");
  const auto plan = nlohmann::json::parse(read_file(folder / "plan.json"));
  EXPECT_EQ(plan.at("schema"), "ffbench.plan/1");
  ASSERT_EQ(plan.at("frames").size(), 6U);
  EXPECT_EQ(plan.at("crop_size"), 128);
  int faces = 0;
  for (std::size_t t = 0; t < 6; ++t) {
    const BgrImage frame = read_image(folder / "composite" / fmt::format("frame-{:05}.png", t));
    EXPECT_EQ(std::pair(frame.width(), frame.height()), std::pair(320, 180));
    for (const auto& face : plan["frames"][t].at("faces")) {
      const BgrImage crop =
          read_image(folder / "warp" / fmt::format("frame-{:05}-face-{}.png", t, face.at("id").get<int>()));
      EXPECT_EQ(std::pair(crop.width(), crop.height()), std::pair(128, 128));
      ++faces;
    }
  }
  EXPECT_GT(faces, 0);
  EXPECT_EQ(faces, report().results.at(0).face_frames);
  EXPECT_FALSE(std::filesystem::exists(folder / "mask"));
}

TEST_F(Commands, ReportOfAFolderWritesIntoTheFolder) {
  ASSERT_EQ(ffbench({"run", "suite", tiny_suite("empty"), "--repetitions", "1", "--out", "in/out", "--quiet"})
                .exit_code,
            0);
  for (const char* given : {"in/out", "in/out/", "in/out/report.json"}) {
    std::filesystem::remove(path("in/out/report.html"));
    EXPECT_EQ(ffbench({"report", given}).exit_code, 0) << given;
    EXPECT_TRUE(std::filesystem::exists(path("in/out/report.html"))) << given;
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path("in")), {}), 1) << given;
  }
}

TEST_F(Commands, AHistoryThatCannotBeUsedIsRefusedBeforeTheRun) {
  put("text.db", "not a database, and long enough to be taken for one if nobody looked");
  for (const char* file : {"text.db", "no/folder/history.db"}) {
    expect_refusal({"run", "suite", tiny_suite("empty"), "--repetitions", "1", "--out", "out", "--quiet",
                    "--history", file},
                   {file, "choose another file"});
    EXPECT_FALSE(std::filesystem::exists(path("out"))) << file;
  }
  const Finished run = ffbench({"run", "suite", tiny_suite("empty"), "--repetitions", "1", "--out", "out",
                                "--quiet", "--history", "history.db"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(ffbench({"history", "history.db"}).out, HasSubstr("1 runs"));
}

TEST_F(Commands, UpdateManifestRecordsWhatIsRendered) {
  const auto suite = [](const char* scenario) {
    return fmt::format(R"({{"schema": "ffbench.suite/1", "name": "s", "description": "d", "fixtures": [
      {{"name": "one", "scenario": "{}", "width": 96, "height": 64, "frames": 2, "crop_size": 64}},
      {{"name": "two", "scenario": "empty", "width": 96, "height": 64, "frames": 2, "crop_size": 64}}]}})",
                       scenario);
  };
  write_file_atomically(path("suite.json"), suite("talk"));
  const std::string other = "00112233445566778899aabbccddeeff";
  write_file_atomically(path("manifest.json"), fmt::format(R"({{"schema": "ffbench.manifest/1", "clips": {{
      "talk-96x64-2": "{}", "kept-96x64-2": "{}"}}}})",
                                                           other, other));
  const auto update = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"fixtures", "update-manifest", "suite.json",
                                   "--file",   "manifest.json",   "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return ffbench(words);
  };
  const auto clips = [&] { return Manifest::parse(read_file(path("manifest.json")), "m").digests(); };

  const Finished chosen = update({"--fixture", "one"});
  EXPECT_EQ(chosen.exit_code, 0) << chosen.err;
  EXPECT_THAT(chosen.out, AllOf(HasSubstr("talk-96x64-2: changed: " + other + " to "),
                                HasSubstr("1 clips rendered, 1 entries changed"), Not(HasSubstr("empty"))));
  FixtureSpec spec{.name = "one", .scenario = "talk", .width = 96, .height = 64, .frames = 2};
  EXPECT_EQ(clips().at("talk-96x64-2"), render_digest(spec, 1));
  EXPECT_EQ(clips().at("kept-96x64-2").hex(), other) << "an entry that the suite does not have";
  EXPECT_FALSE(clips().contains("empty-96x64-2"));

  EXPECT_THAT(update({}).out,
              AllOf(HasSubstr("empty-96x64-2: new: "), HasSubstr("2 clips rendered, 1 entries")));
  const std::string written = read_file(path("manifest.json"));
  EXPECT_THAT(update({}).out, HasSubstr("2 clips rendered, 0 entries changed"));
  EXPECT_EQ(read_file(path("manifest.json")), written);

  write_file_atomically(path("suite.json"), "{");
  EXPECT_EQ(update({}).exit_code, 2);
  EXPECT_EQ(read_file(path("manifest.json")), written);
  const Finished unnamed =
      ffbench({"fixtures", "update-manifest", "--fixture", "one", "--file", "manifest.json"});
  EXPECT_EQ(unnamed.exit_code, 2);
  EXPECT_THAT(unnamed.err, HasSubstr("name the suite"));
}

#if FFBENCH_WITH_FFMPEG

TEST_F(Commands, AnExportedFixtureRunsAsAVideoWithItsOwnTrackAndPortrait) {
  const Finished exported =
      ffbench({"fixtures", "export", "smoke", "--fixture", "talk*", "--out", "exported", "--quiet"});
  ASSERT_EQ(exported.exit_code, 0) << exported.err;
  std::istringstream lines(exported.out);
  std::string video;
  std::string track;
  std::string source;
  std::string more;
  ASSERT_TRUE(lines >> video >> track >> source) << exported.out;
  EXPECT_FALSE(lines >> more) << more;
  EXPECT_EQ(VideoClip(path(video)).frame_count(), 48);
  const std::string track_text = read_file(path(track));
  EXPECT_EQ(read_track_file(path(track)).file.observed.frames.size(), 48U);

  // The track beside the video is found.
  const Finished run = ffbench({"run", "video", video, "--source", source, "--output", "swapped.mp4",
                                "--repetitions", "1", "--no-optical-flow", "--out", "out", "--quiet"});
  EXPECT_EQ(run.err, "");
  const Report result = report();
  EXPECT_NE(run.exit_code, 2);
  EXPECT_NE(run.exit_code, 4);
  ASSERT_EQ(result.results.size(), 2U);
  for (const Result& r : result.results) {
    EXPECT_EQ(r.status, ResultStatus::ok) << r.reason;
    EXPECT_EQ(r.frames, 48);
    EXPECT_GE(r.face_frames, 45);
  }
  EXPECT_EQ(VideoClip(path("swapped.mp4")).frame_count(), 48);
  EXPECT_EQ(read_file(path(track)), track_text);
  EXPECT_FALSE(std::filesystem::exists(path("out") / std::filesystem::path(track).filename()))
      << "faces were detected";
}

#endif

}  // namespace
}  // namespace ffbench::test
