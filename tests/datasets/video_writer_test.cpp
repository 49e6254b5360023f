#include "datasets/video/video_writer.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/system/atomic_file.hpp"
#include "datasets/video/video_clip.hpp"
#include "tests/datasets/video_test_support.hpp"

#if FFBENCH_WITH_FFMPEG

namespace ffbench {
namespace {

using testing::HasSubstr;
using testing_support::error_of;
using testing_support::mean_difference;
using testing_support::put_file;
using testing_support::TemporaryFolder;
using testing_support::test_picture;

VideoWriterOptions sized(int width, int height) {
  VideoWriterOptions options;
  options.width = width;
  options.height = height;
  return options;
}

void write_frames(VideoWriter& writer, int width, int height, int count) {
  for (int i = 0; i < count; ++i) {
    writer.write(test_picture(width, height, i).view());
  }
}

/// What a shell command prints.
std::string output_of(const std::string& command) {
  std::string text;
  std::array<char, 256> block{};
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    return text;
  }
  while (std::fgets(block.data(), static_cast<int>(block.size()), pipe) != nullptr) {
    text += block.data();
  }
  ::pclose(pipe);
  return text;
}

bool has_ffmpeg_programs() {
  return std::system("ffmpeg -version >/dev/null 2>&1 && ffprobe -version >/dev/null 2>&1") == 0;
}

/// `seconds` of a stereo tone at 44100 Hz as a WAV file.
void put_wav(const std::filesystem::path& path, int seconds) {
  const auto number = [](std::uint32_t v, int bytes) {
    std::string s;
    for (int i = 0; i < bytes; ++i) {
      s += static_cast<char>((v >> (8 * i)) & 0xff);
    }
    return s;
  };
  std::string samples;
  for (int i = 0; i < 44100 * seconds; ++i) {
    const auto value = static_cast<std::uint32_t>(i % 100 < 50 ? 6000 : 65536 - 6000);
    samples += number(value, 2) + number(value, 2);
  }
  const auto size = static_cast<std::uint32_t>(samples.size());
  put_file(path, "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) + number(2, 2) +
                     number(44100, 4) + number(176400, 4) + number(4, 2) + number(16, 2) + "data" +
                     number(size, 4) + samples);
}

TEST(VideoWriter, AsManyFramesComeOutAsGoIn) {
  const TemporaryFolder folder;
  for (const char* name : {"a.mp4", "a.m4v", "a.mov", "a.mkv", "a.MP4"}) {
    for (const int count : {1, 2, 61}) {
      VideoWriter writer(folder / name, sized(64, 48));
      write_frames(writer, 64, 48, count);
      writer.finish();
      EXPECT_EQ(writer.frames_written(), count);
      VideoClip clip(folder / name);
      EXPECT_EQ(clip.frame_count(), count) << name;
      BgrImage last(64, 48);
      clip.read(count - 1, last.view());
      EXPECT_LT(mean_difference(last.view(), test_picture(64, 48, count - 1).view()), 5.0) << name;
    }
  }
}

TEST(VideoWriter, FramesKeepTheirUnevenTimestamps) {
  const TemporaryFolder folder;
  VideoWriterOptions options = sized(64, 48);
  options.timing.time_base = {1, 90000};
  options.timing.origin = 12345;
  std::int64_t tick = 12345 + 900;  // the picture begins after the sound
  for (int i = 0; i < 40; ++i) {
    options.timing.ticks.push_back(tick);
    tick += i % 7 == 0 ? 15000 : 3003;
  }
  options.timing.last_duration = 7000;
  VideoWriter writer(folder / "a.mp4", options);
  write_frames(writer, 64, 48, 40);
  writer.finish();
  const VideoClip clip(folder / "a.mp4");
  ASSERT_EQ(clip.frame_count(), 40);
  const VideoTiming& timing = clip.facts().timing;
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_DOUBLE_EQ(static_cast<double>(timing.ticks[i] - timing.ticks[0]) * timing.time_base.value(),
                     static_cast<double>(options.timing.ticks[i] - options.timing.ticks[0]) / 90000)
        << i;
  }
  EXPECT_DOUBLE_EQ(static_cast<double>(timing.last_duration) * timing.time_base.value(), 7000. / 90000);
}

TEST(VideoWriter, ACopyOfACopyKeepsTimestampsAndShape) {
  const TemporaryFolder folder;
  VideoWriterOptions options = sized(64, 48);
  options.timing.time_base = {1, 12800};
  options.timing.ticks = {0, 512, 1024, 4096, 4608};
  options.timing.last_duration = 512;
  options.sample_aspect = {4, 3};
  {
    VideoWriter writer(folder / "a.mp4", options);
    write_frames(writer, 64, 48, 5);
    writer.finish();
  }
  VideoClip first(folder / "a.mp4");
  EXPECT_EQ(first.facts().sample_aspect, (Rational{4, 3}));
  {
    VideoWriter writer(folder / "b.mp4", options_like(first.facts(), first.path()));
    write_frames(writer, 64, 48, 5);
    writer.finish();
  }
  const VideoClip second(folder / "b.mp4");
  EXPECT_EQ(second.facts().timing, first.facts().timing);
  EXPECT_EQ(second.facts().sample_aspect, first.facts().sample_aspect);
  EXPECT_EQ(second.facts().color, first.facts().color);
  EXPECT_TRUE(second.facts().matrix_given);
}

TEST(VideoWriter, TheFileAppearsWholeOrNotAtAll) {
  const TemporaryFolder folder;
  put_file(folder / "a.mp4", "an earlier result");
  {
    VideoWriter writer(folder / "a.mp4", sized(64, 48));
    write_frames(writer, 64, 48, 10);
    EXPECT_EQ(read_file(folder / "a.mp4"), "an earlier result");
  }
  EXPECT_EQ(read_file(folder / "a.mp4"), "an earlier result");
  EXPECT_EQ(folder.files(), 1) << "the temporary file is still there";
  {
    VideoWriter writer(folder / "a.mp4", sized(64, 48));
    EXPECT_THAT(error_of([&] { writer.finish(); }), HasSubstr("no frame"));
  }
  EXPECT_EQ(folder.files(), 1);
  VideoWriter writer(folder / "a.mp4", sized(64, 48));
  write_frames(writer, 64, 48, 10);
  writer.finish();
  EXPECT_EQ(VideoClip(folder / "a.mp4").frame_count(), 10);
  EXPECT_EQ(folder.files(), 1);
}

TEST(VideoWriter, RefusesWhatCannotBeWrittenInOneLineThatNamesTheFile) {
  const TemporaryFolder folder;
  const auto refuse = [&](const std::filesystem::path& path, const VideoWriterOptions& options,
                          const char* part) {
    const std::string message = error_of([&] { VideoWriter writer(path, options); });
    EXPECT_THAT(message, HasSubstr(path.string()));
    EXPECT_THAT(message, HasSubstr(part));
  };
  refuse(folder / "a.webm", sized(64, 48), ".mp4, .m4v, .mov or .mkv");
  refuse(folder / "a", sized(64, 48), ".mp4, .m4v, .mov or .mkv");
  refuse(folder / "nowhere" / "a.mp4", sized(64, 48), "No such file or directory");
  refuse(folder / "a.mp4", sized(0, 48), "0x48");
  std::filesystem::create_directory(folder / "b.mp4");
  refuse(folder / "b.mp4", sized(64, 48), "is a folder");
  put_file(folder / "file", "");
  refuse(folder / "file" / "a.mp4", sized(64, 48), "Not a directory");
  VideoWriterOptions backwards = sized(64, 48);
  backwards.timing.time_base = {1, 25};
  backwards.timing.ticks = {0, 2, 2};
  refuse(folder / "a.mp4", backwards, "frame 2");
  VideoWriterOptions silent = sized(64, 48);
  silent.audio_from = folder / "missing.wav";
  EXPECT_THAT(error_of([&] { VideoWriter writer(folder / "a.mp4", silent); }), HasSubstr("missing.wav"));
  EXPECT_EQ(folder.files(), 2) << "a temporary file is left";
}

TEST(VideoWriter, RefusesFramesOfAnotherSizeAndMoreThanItHasTimesFor) {
  const TemporaryFolder folder;
  VideoWriterOptions options = sized(64, 48);
  options.timing.time_base = {1, 25};
  options.timing.ticks = {0, 1};
  VideoWriter writer(folder / "a.mp4", options);
  EXPECT_THAT(error_of([&] { writer.write(test_picture(48, 64, 0).view()); }), HasSubstr("48x64"));
  write_frames(writer, 64, 48, 2);
  EXPECT_THAT(error_of([&] { writer.write(test_picture(64, 48, 0).view()); }), HasSubstr("2 timestamps"));
}

TEST(VideoWriter, SoundThatTheContainerCannotHoldBecomesAac) {
  const TemporaryFolder folder;
  put_wav(folder / "tone.wav", 2);
  for (const char* name : {"a.mp4", "a.mkv"}) {
    VideoWriterOptions options = sized(64, 48);
    options.audio_from = folder / "tone.wav";
    VideoWriter writer(folder / name, options);
    write_frames(writer, 64, 48, 50);
    writer.finish();
    EXPECT_THAT(writer.warnings(), testing::IsEmpty());
    const VideoClip clip(folder / name);
    EXPECT_EQ(clip.frame_count(), 50);
    EXPECT_TRUE(clip.facts().has_audio) << name;
  }
  if (!has_ffmpeg_programs()) {
    GTEST_SKIP() << "the programs ffmpeg and ffprobe, which show more, are not installed";
  }
  const auto probe = [&](const char* what, const char* name) {
    return output_of("ffprobe -v error -select_streams a -show_entries stream=" + std::string(what) +
                     " -of csv=p=0 '" + (folder / name).string() + "'");
  };
  EXPECT_THAT(probe("codec_name,channels", "a.mp4"), HasSubstr("aac,2"));
  EXPECT_THAT(probe("codec_name", "a.mkv"), HasSubstr("pcm_s16le"));
  EXPECT_NEAR(std::atof(probe("duration", "a.mp4").c_str()), 2.0, 0.06);
  // Decoded again, the tone is as loud as it was: a square wave of amplitude 6000 has -14.7 dB.
  const std::string volume =
      output_of("ffmpeg -v info -i '" + (folder / "a.mp4").string() + "' -af volumedetect -f null - 2>&1");
  const auto at = volume.find("mean_volume: ");
  ASSERT_NE(at, std::string::npos);
  EXPECT_NEAR(std::atof(volume.c_str() + at + 13), -14.7, 1.0);
}

TEST(VideoWriter, PictureAndSoundKeepTheirDistance) {
  if (!has_ffmpeg_programs()) {
    GTEST_SKIP() << "the program ffprobe is not installed";
  }
  const TemporaryFolder folder;
  put_wav(folder / "tone.wav", 2);  // begins at 0
  for (const char* name : {"a.mkv", "a.mp4"}) {
    VideoWriterOptions options = sized(64, 48);
    options.audio_from = folder / "tone.wav";
    options.timing.time_base = {1, 1000};
    options.timing.origin = -200;
    for (int i = 0; i < 30; ++i) {
      options.timing.ticks.push_back(300 + 40 * i);
    }
    options.timing.last_duration = 40;
    VideoWriter writer(folder / name, options);
    write_frames(writer, 64, 48, 30);
    writer.finish();
    const auto start = [&](const char* stream) {
      return std::atof(output_of(std::string("ffprobe -v error -select_streams ") + stream +
                                 " -show_entries stream=start_time -of csv=p=0 '" + (folder / name).string() +
                                 "'")
                           .c_str());
    };
    EXPECT_NEAR(start("v"), 0.5, 0.001) << name;
    EXPECT_NEAR(start("a"), 0.2, 0.025) << name;  // AAC begins with a block of silence
  }
}

TEST(VideoWriter, SoundThatTheContainerCanHoldIsCopiedByteForByte) {
  if (!has_ffmpeg_programs()) {
    GTEST_SKIP() << "the program ffmpeg is not installed";
  }
  const TemporaryFolder folder;
  put_wav(folder / "tone.wav", 2);
  const auto write = [&](const char* name, const char* sound) {
    VideoWriterOptions options = sized(64, 48);
    options.audio_from = folder / sound;
    VideoWriter writer(folder / name, options);
    write_frames(writer, 64, 48, 50);
    writer.finish();
  };
  write("a.mp4", "tone.wav");
  write("b.mp4", "a.mp4");
  write("c.mov", "b.mp4");
  const auto digest = [&](const char* name) {
    return output_of("ffmpeg -v error -i '" + (folder / name).string() + "' -map 0:a -c copy -f md5 -");
  };
  EXPECT_THAT(digest("a.mp4"), HasSubstr("MD5="));
  EXPECT_EQ(digest("b.mp4"), digest("a.mp4"));
  EXPECT_EQ(digest("c.mov"), digest("a.mp4"));
}

TEST(VideoWriter, ARealClipComesOutWithAllItsFramesTimesAndSound) {
  const auto media = testing_support::media_folder();
  if (media.empty()) {
    GTEST_SKIP() << "FFBENCH_MEDIA does not name a folder with body-1080.mp4";
  }
  const TemporaryFolder folder;
  VideoClip clip(media / "body-1080.mp4");
  VideoWriter writer(folder / "a.mp4", options_like(clip.facts(), clip.path()));
  BgrImage frame(clip.width(), clip.height());
  for (int i = 0; i < clip.frame_count(); ++i) {
    clip.read(i, frame.view());
    writer.write(frame.view());
  }
  writer.finish();
  VideoClip copy(folder / "a.mp4");
  EXPECT_EQ(copy.frame_count(), clip.frame_count());
  EXPECT_EQ(copy.facts().timing.ticks, clip.facts().timing.ticks);
  EXPECT_TRUE(copy.facts().has_audio);
  BgrImage copied(clip.width(), clip.height());
  clip.read(50, frame.view());
  copy.read(50, copied.view());
  EXPECT_LT(mean_difference(frame.view(), copied.view()), 2.5);
}

}  // namespace
}  // namespace ffbench

#endif
