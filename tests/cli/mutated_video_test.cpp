// Clips that are cut off, bit-flipped and damaged in their headers: no crash, exit code 2 or a
// report that states the loss.

#include "tests/cli/command_line.hpp"

#if FFBENCH_WITH_FFMPEG

#include <algorithm>
#include <cstdlib>
#include <random>

#include <fmt/core.h>

#include "core/system/atomic_file.hpp"
#include "datasets/video/video_clip.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

using MutatedVideos = CommandLine;

enum class Damage { cut, bits, header };

std::string damaged(std::string bytes, Damage damage, std::mt19937& random) {
  const auto below = [&random](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  switch (damage) {
    case Damage::cut:
      bytes.resize(below(bytes.size()));
      break;
    case Damage::bits:
      for (std::size_t i = 0; i < 1 + bytes.size() / 2000; ++i) {
        char& byte = bytes[below(bytes.size())];
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << below(8)));
      }
      break;
    case Damage::header:
      for (int i = 0; i < 8; ++i) {
        bytes[below(std::min<std::size_t>(bytes.size(), 600))] = static_cast<char>(below(256));
      }
      break;
  }
  return bytes;
}

TEST_F(MutatedVideos, EndInALineOrInAReport) {
  const char* asked = std::getenv("FFBENCH_MUTATED_VIDEOS");
  const int count = asked == nullptr ? 12 : std::atoi(asked);
  const std::filesystem::path corpus = source_path("tests/fuzz/corpus/video");
  std::vector<std::filesystem::path> clips;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    clips.push_back(entry.path());
  }
  std::sort(clips.begin(), clips.end());
  ASSERT_GE(clips.size(), 5U);
  std::vector<int> frames;
  for (const std::filesystem::path& clip : clips) {
    frames.push_back(VideoClip(clip).frame_count());
  }
  std::mt19937 random(1);
  int refused = 0;
  int told = 0;
  int whole = 0;
  int silent = 0;
  for (int i = 0; i < count; ++i) {
    const std::size_t which = static_cast<std::size_t>(i) % clips.size();
    const std::filesystem::path& clip = clips[which];
    const auto damage = static_cast<Damage>(i / static_cast<int>(clips.size()) % 3);
    SCOPED_TRACE(
        fmt::format("{} of {}: {}, damage {}", i, count, clip.filename().string(), static_cast<int>(damage)));
    const std::string name = fmt::format("clip-{}{}", i, clip.extension().string());
    put(name, damaged(read_file(clip), damage, random));
    const Finished run = ffbench({"run", "video", name, "--swap", "identity", "--pipeline", "base-3.5.0",
                                  "--repetitions", "0", "--no-optical-flow", "--quiet", "--out", "out"});
    EXPECT_LE(run.exit_code, 4) << run.err;
    if (run.exit_code == 2 && !std::filesystem::exists(path("out/report.json"))) {
      ++refused;
      EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
      EXPECT_THAT(run.err, testing::AllOf(testing::StartsWith("ffbench: "), testing::HasSubstr(name)));
    } else {
      const Report result = report();
      ASSERT_EQ(result.results.size(), 1U);
      const bool tells = std::ranges::any_of(result.warnings, [](const std::string& warning) {
        return warning.find("missing") != std::string::npos || warning.find("damage") != std::string::npos;
      });
      const bool complete = result.results[0].frames >= frames[which];
      (tells ? told : complete ? whole : silent) += 1;
      // Damage inside a header can make it promise less; a file that ends early cannot.
      EXPECT_TRUE(tells || complete || damage != Damage::cut) << result.results[0].frames << " frames";
    }
    std::filesystem::remove_all(path("out"));
  }
  fmt::print(
      "{} clips: {} refused in a line, {} reports that name damage or loss, {} with every frame, {} that "
      "promise fewer frames\n",
      count, refused, told, whole, silent);
  EXPECT_GE(refused, count / 10);
}

}  // namespace
}  // namespace ffbench::test

#endif
