#include <array>
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/hash.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/image_file.hpp"
#include "datasets/video/video_clip.hpp"
#include "datasets/video/video_writer.hpp"
#include "tests/datasets/video_test_support.hpp"

#if FFBENCH_WITH_FFMPEG

namespace ffbench {
namespace {

using testing::HasSubstr;
using testing_support::error_of;
using testing_support::put_file;
using testing_support::TemporaryFolder;
using testing_support::test_picture;

constexpr int frames = 60;

void make_video(const std::filesystem::path& path) {
  VideoWriterOptions options;
  options.width = 128;
  options.height = 96;
  VideoWriter writer(path, options);
  for (int i = 0; i < frames; ++i) {
    writer.write(test_picture(128, 96, i).view());
  }
  writer.finish();
}

/// One second of a tone, mono, 8 kHz, as a WAV file.
std::string wav() {
  std::string samples;
  for (int i = 0; i < 8000; ++i) {
    const int value = (i % 20 < 10 ? 8000 : -8000);
    samples += static_cast<char>(value & 0xff);
    samples += static_cast<char>((value >> 8) & 0xff);
  }
  const auto number = [](std::uint32_t v, int bytes) {
    std::string s;
    for (int i = 0; i < bytes; ++i) {
      s += static_cast<char>((v >> (8 * i)) & 0xff);
    }
    return s;
  };
  const auto size = static_cast<std::uint32_t>(samples.size());
  return "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) + number(1, 2) +
         number(8000, 4) + number(16000, 4) + number(2, 2) + number(16, 2) + "data" + number(size, 4) +
         samples;
}

constexpr std::array<std::uint8_t, 159> jpeg{
    0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0x01, 0x00, 0x00, 0x01,
    0x00, 0x01, 0x00, 0x00, 0xff, 0xdb, 0x00, 0x43, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x08,
    0x00, 0x08, 0x01, 0x01, 0x11, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xc4, 0x00, 0x14,
    0x10, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0x3f, 0xff, 0xd9};

/// One line that names the file.
void expect_line(const std::string& message, const std::filesystem::path& path, const char* part) {
  EXPECT_THAT(message, HasSubstr(path.string()));
  EXPECT_THAT(message, HasSubstr(part));
  EXPECT_THAT(message, testing::Not(HasSubstr("\n")));
}

TEST(BadVideo, WhatIsNoVideoIsRefusedInOneLineThatNamesTheFile) {
  const TemporaryFolder folder;
  const auto refuse = [&](const std::filesystem::path& path, const char* part) {
    expect_line(error_of([&] { VideoClip clip(path); }), path, part);
  };
  refuse(folder / "missing.mp4", "no such file");
  refuse(folder.path(), "is a folder");
  put_file(folder / "empty.mp4", "");
  refuse(folder / "empty.mp4", "is empty");
  put_file(folder / "text.mp4", "this is no video\nbut two lines of text\n");
  refuse(folder / "text.mp4", "is not a video");
  put_file(folder / "sound.mp4", wav());
  refuse(folder / "sound.mp4", "sound but no video");
  put_file(folder / "jpeg.mp4", std::string_view(reinterpret_cast<const char*>(jpeg.data()), jpeg.size()));
  refuse(folder / "jpeg.mp4", "still image (mjpeg)");
  write_png(folder / "png.mp4", test_picture(16, 16, 0).view());
  refuse(folder / "png.mp4", "still image (png)");
}

TEST(BadVideo, ListsOfOtherFilesAreNotFollowed) {
  const TemporaryFolder folder;
  make_video(folder / "clip.mp4");
  put_file(folder / "list.m3u8",
           "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:9/clip.ts\n#EXT-X-ENDLIST\n");
  EXPECT_NE(error_of([&] { VideoClip clip(folder / "list.m3u8"); }), "");
}

TEST(BadVideo, ATruncatedMp4KeepsWhatDecodesAndCountsWhatIsMissing) {
  const TemporaryFolder folder;
  make_video(folder / "whole.mp4");
  const std::string bytes = read_file(folder / "whole.mp4");
  put_file(folder / "cut.mp4", std::string_view(bytes).substr(0, bytes.size() * 6 / 10));
  VideoClip whole(folder / "whole.mp4");
  VideoClip clip(folder / "cut.mp4");
  EXPECT_GT(clip.frame_count(), 5);
  EXPECT_LT(clip.frame_count(), frames);
  EXPECT_EQ(clip.frame_count() + clip.facts().frames_missing, frames);
  EXPECT_FALSE(clip.facts().missing_is_estimate);
  EXPECT_EQ(clip.facts().claimed_frames, frames);
  ASSERT_FALSE(clip.warnings().empty());
  EXPECT_THAT(clip.warnings().front(),
              HasSubstr(std::to_string(clip.facts().frames_missing) + " frames missing"));
  BgrImage a(128, 96);
  BgrImage b(128, 96);
  whole.read(3, a.view());
  clip.read(3, b.view());
  EXPECT_EQ(a, b);
  clip.read(clip.frame_count() - 1, b.view());
}

TEST(BadVideo, ATruncatedMatroskaFileSaysAboutHowManyFramesAreMissing) {
  const TemporaryFolder folder;
  make_video(folder / "whole.mkv");
  const std::string bytes = read_file(folder / "whole.mkv");
  put_file(folder / "cut.mkv", std::string_view(bytes).substr(0, bytes.size() / 2));
  VideoClip clip(folder / "cut.mkv");
  EXPECT_TRUE(clip.facts().missing_is_estimate);
  EXPECT_NEAR(static_cast<double>(clip.frame_count() + clip.facts().frames_missing), frames, 2);
  EXPECT_LT(clip.frame_count(), frames - 5);
  ASSERT_FALSE(clip.warnings().empty());
  EXPECT_THAT(clip.warnings().front(), HasSubstr("about"));
}

TEST(BadVideo, AWholeFileHasNothingMissing) {
  const TemporaryFolder folder;
  for (const char* name : {"whole.mp4", "whole.mkv", "whole.mov"}) {
    make_video(folder / name);
    VideoClip clip(folder / name);
    EXPECT_EQ(clip.facts().frames_missing, 0) << name;
    EXPECT_THAT(clip.warnings(), testing::IsEmpty()) << name;
  }
}

TEST(BadVideo, ADamagedFileIsReportedAndDecodesToTheSameFramesEveryTime) {
  const TemporaryFolder folder;
  make_video(folder / "clip.mp4");
  std::string bytes = read_file(folder / "clip.mp4");
  const std::size_t begin = bytes.find("mdat") + (bytes.size() - bytes.find("mdat")) / 2;
  for (std::size_t i = begin; i < begin + 400; ++i) {
    bytes[i] = static_cast<char>((i * 2654435761U) >> 13);
  }
  put_file(folder / "clip.mp4", bytes);
  VideoClip first(folder / "clip.mp4");
  EXPECT_GT(first.frame_count(), 10);
  EXPECT_THAT(first.warnings(), testing::Not(testing::IsEmpty()));
  for (int repetition = 0; repetition < 5; ++repetition) {
    VideoClip again(folder / "clip.mp4");
    EXPECT_EQ(again.facts().fingerprints, first.facts().fingerprints);
  }
}

TEST(BadVideo, AnMp4WithoutItsIndexSaysThatItIsCutOff) {
  const TemporaryFolder folder;
  make_video(folder / "whole.mp4");
  std::string bytes = read_file(folder / "whole.mp4");
  bytes.replace(bytes.find("moov"), 4, "junk");
  put_file(folder / "cut.mp4", bytes);
  expect_line(error_of([&] { VideoClip clip(folder / "cut.mp4"); }), folder / "cut.mp4", "cut off");
}

TEST(BadPicture, IsRefusedInOneLineThatNamesTheFile) {
  const TemporaryFolder folder;
  const auto refuse = [&](const std::filesystem::path& path, const char* part) {
    expect_line(error_of([&] { read_image(path); }), path, part);
  };
  refuse(folder / "missing.png", "no such file");
  refuse(folder.path(), "is a folder");
  put_file(folder / "empty.png", "");
  refuse(folder / "empty.png", "is empty");
  put_file(folder / "text.png", "no picture");
  refuse(folder / "text.png", "not a picture");
  const auto nowhere = folder / "nowhere" / "a.png";
  expect_line(error_of([&] { write_png(nowhere, test_picture(4, 4, 0).view()); }), nowhere,
              "cannot be created");
}

TEST(Picture, ComesBackFromPngUnchangedWhateverItsStride) {
  const TemporaryFolder folder;
  const BgrImage image = test_picture(37, 23, 4);
  write_png(folder / "a.png", image.view().crop(3, 2, 20, 15));
  const BgrImage back = read_image(folder / "a.png");
  ASSERT_EQ(back.width(), 20);
  ASSERT_EQ(back.height(), 15);
  EXPECT_EQ(digest_of(back.const_view()), digest_of(image.const_view().crop(3, 2, 20, 15)));
  EXPECT_EQ(folder.files(), 1);
}

}  // namespace
}  // namespace ffbench

#endif
