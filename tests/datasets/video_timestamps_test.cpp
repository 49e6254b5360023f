// Timestamps of a file that repeat, go back or are missing: frames keep their order and their
// count, and no two are shown at the same time.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/video/video_clip.hpp"
#include "datasets/video/video_writer.hpp"
#include "tests/datasets/video_test_support.hpp"

#if FFBENCH_WITH_FFMPEG

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
}

namespace ffbench {
namespace {

using testing_support::TemporaryFolder;
using testing_support::test_picture;

constexpr int frames = 10;
/// Milliseconds, the time base of Matroska.
constexpr int step = 40;

void make_video(const std::filesystem::path& path) {
  VideoWriterOptions options;
  options.width = 64;
  options.height = 48;
  options.frame_rate = {1000 / step, 1};
  VideoWriter writer(path, options);
  for (int i = 0; i < frames; ++i) {
    writer.write(test_picture(64, 48, i).view());
  }
  writer.finish();
}

/// Copies the packets into another Matroska file, each with the presentation time that `changed`
/// makes of its own.
void copy_with_times(const std::filesystem::path& from, const std::filesystem::path& to,
                     const std::function<std::int64_t(std::int64_t)>& changed) {
  AVFormatContext* in = nullptr;
  ASSERT_EQ(avformat_open_input(&in, from.c_str(), nullptr, nullptr), 0);
  ASSERT_GE(avformat_find_stream_info(in, nullptr), 0);
  AVFormatContext* out = nullptr;
  ASSERT_GE(avformat_alloc_output_context2(&out, nullptr, "matroska", to.c_str()), 0);
  AVStream* stream = avformat_new_stream(out, nullptr);
  ASSERT_NE(stream, nullptr);
  ASSERT_GE(avcodec_parameters_copy(stream->codecpar, in->streams[0]->codecpar), 0);
  stream->time_base = in->streams[0]->time_base;
  stream->avg_frame_rate = in->streams[0]->avg_frame_rate;
  ASSERT_GE(avio_open(&out->pb, to.c_str(), AVIO_FLAG_WRITE), 0);
  ASSERT_GE(avformat_write_header(out, nullptr), 0);
  AVPacket* packet = av_packet_alloc();
  std::int64_t written = 0;
  while (av_read_frame(in, packet) >= 0) {
    packet->pts = changed(packet->pts);
    packet->dts = written++ - 1000;  // below every presentation time, and rising
    packet->stream_index = 0;
    ASSERT_GE(av_write_frame(out, packet), 0);
    av_packet_unref(packet);
  }
  av_packet_free(&packet);
  ASSERT_GE(av_write_trailer(out), 0);
  avio_closep(&out->pb);
  avformat_free_context(out);
  avformat_close_input(&in);
}

/// The steps from frame to frame of the copied clip, ms.
std::vector<std::int64_t> steps_of(const std::function<std::int64_t(std::int64_t)>& changed,
                                   std::vector<std::string>* warnings = nullptr) {
  const TemporaryFolder folder;
  make_video(folder / "plain.mkv");
  copy_with_times(folder / "plain.mkv", folder / "changed.mkv", changed);
  VideoClip clip(folder / "changed.mkv");
  EXPECT_EQ(clip.frame_count(), frames);
  const std::vector<std::int64_t>& ticks = clip.facts().timing.ticks;
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < ticks.size(); ++i) {
    steps.push_back(ticks[i] - ticks[i - 1]);
  }
  // Every frame can be read by its index, in any order.
  BgrImage frame(clip.width(), clip.height());
  for (const int i : {frames - 1, 3, 4, 0}) {
    clip.read(i, frame.view());
  }
  if (warnings != nullptr) {
    *warnings = clip.warnings();
  }
  return steps;
}

TEST(VideoTimestamps, OfASoundFileAreKept) {
  EXPECT_EQ(steps_of([](std::int64_t pts) { return pts; }), std::vector<std::int64_t>(frames - 1, step));
  std::vector<std::string> warnings;
  EXPECT_EQ(steps_of([](std::int64_t pts) { return pts >= 5 * step ? pts + 7 : pts; }, &warnings),
            (std::vector<std::int64_t>{40, 40, 40, 40, 47, 40, 40, 40, 40}));
  EXPECT_THAT(warnings, testing::IsEmpty());
}

TEST(VideoTimestamps, ThatRepeatAreSpacedLikeTheFramesBefore) {
  std::vector<std::string> warnings;
  const std::vector<std::int64_t> steps =
      steps_of([](std::int64_t pts) { return pts == 4 * step ? 3 * step : pts; }, &warnings);
  EXPECT_THAT(steps, testing::Each(testing::Gt(0))) << "no two frames at once";
  EXPECT_THAT(warnings, testing::Contains(testing::HasSubstr("without a usable timestamp")));
}

}  // namespace
}  // namespace ffbench

#endif
