#include "datasets/video/video_clip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/hash.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/video/frame_facts.hpp"
#include "datasets/video/video_writer.hpp"
#include "tests/datasets/video_test_support.hpp"

#if FFBENCH_WITH_FFMPEG

namespace ffbench {
namespace {

using testing_support::error_of;
using testing_support::mean_difference;
using testing_support::put_file;
using testing_support::TemporaryFolder;
using testing_support::test_picture;

void make_video(const std::filesystem::path& path, int width, int height, int frames, double crf = 17) {
  VideoWriterOptions options;
  options.width = width;
  options.height = height;
  options.crf = crf;
  VideoWriter writer(path, options);
  for (int i = 0; i < frames; ++i) {
    writer.write(test_picture(width, height, i).view());
  }
  writer.finish();
}

BgrImage frame_of(VideoClip& clip, int index) {
  BgrImage image(clip.width(), clip.height());
  clip.read(index, image.view());
  return image;
}

TEST(VideoClip, FramesAreTheSameInWhateverOrderTheyAreRead) {
  const TemporaryFolder folder;
  for (const char* name : {"clip.mp4", "clip.mkv"}) {
    make_video(folder / name, 96, 64, 150);
    VideoClip clip(folder / name);
    ASSERT_EQ(clip.frame_count(), 150);
    std::vector<Digest> in_order;
    for (int i = 0; i < clip.frame_count(); ++i) {
      in_order.push_back(digest_of(frame_of(clip, i).const_view()));
    }
    ASSERT_NE(in_order[0], in_order[1]);
    for (const int i : {149, 0, 70, 69, 120, 119, 3, 3, 148, 61, 60, 59, 100}) {
      EXPECT_EQ(digest_of(frame_of(clip, i).const_view()), in_order[static_cast<std::size_t>(i)])
          << name << " frame " << i;
    }
  }
}

TEST(VideoClip, ASecondClipFromTheFirstOnesFactsNeedsNoSecondPass) {
  const TemporaryFolder folder;
  make_video(folder / "clip.mp4", 64, 48, 30);
  VideoClip first(folder / "clip.mp4");
  VideoClip second(folder / "clip.mp4", first.shared_facts());
  EXPECT_EQ(second.frame_count(), 30);
  EXPECT_EQ(digest_of(frame_of(second, 17).const_view()), digest_of(frame_of(first, 17).const_view()));
}

TEST(VideoClip, RefusesFramesAndSizesItDoesNotHave) {
  const TemporaryFolder folder;
  make_video(folder / "clip.mp4", 64, 48, 3);
  VideoClip clip(folder / "clip.mp4");
  BgrImage wrong(48, 64);
  EXPECT_THAT(error_of([&] { clip.read(3, wrong.view()); }), testing::HasSubstr("has no frame 3"));
  EXPECT_THAT(error_of([&] { clip.read(0, wrong.view()); }), testing::HasSubstr("64x48, not 48x64"));
}

/// Replaces the display matrix of an MP4's only track by (a b; c d).
void set_matrix(const std::filesystem::path& path, const std::array<int, 4>& abcd) {
  std::string bytes = read_file(path);
  const auto tkhd = bytes.find("tkhd");
  ASSERT_NE(tkhd, std::string::npos);
  ASSERT_EQ(bytes[tkhd + 4], 0) << "version of the track header";
  const std::size_t matrix = tkhd + 4 + 40;
  const auto put = [&](std::size_t index, int value) {
    const auto fixed = static_cast<std::uint32_t>(value * 65536);
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[matrix + 4 * index + i] = static_cast<char>(fixed >> (24 - 8 * i));
    }
  };
  put(0, abcd[0]);
  put(1, abcd[1]);
  put(3, abcd[2]);
  put(4, abcd[3]);
  put_file(path, bytes);
}

struct MatrixCase {
  std::array<int, 4> abcd;
  int rotation;
  bool mirrored;
};

TEST(VideoClip, FramesAreUprightForEachOfTheEightDisplayMatrices) {
  const TemporaryFolder folder;
  constexpr int w = 64;
  constexpr int h = 48;
  make_video(folder / "plain.mp4", w, h, 2);
  VideoClip plain(folder / "plain.mp4");
  const BgrImage coded = frame_of(plain, 1);
  const std::vector<MatrixCase> cases{{{1, 0, 0, 1}, 0, false},     {{0, 1, -1, 0}, 90, false},
                                      {{-1, 0, 0, -1}, 180, false}, {{0, -1, 1, 0}, 270, false},
                                      {{-1, 0, 0, 1}, 0, true},     {{0, -1, -1, 0}, 90, true},
                                      {{1, 0, 0, -1}, 180, true},   {{0, 1, 1, 0}, 270, true}};
  for (const MatrixCase& c : cases) {
    make_video(folder / "turned.mp4", w, h, 2);
    set_matrix(folder / "turned.mp4", c.abcd);
    VideoClip clip(folder / "turned.mp4");
    SCOPED_TRACE(testing::Message() << c.rotation << (c.mirrored ? " mirrored" : ""));
    EXPECT_EQ(clip.facts().rotation, c.rotation);
    EXPECT_EQ(clip.facts().mirrored, c.mirrored);
    const bool swapped = c.rotation % 180 != 0;
    ASSERT_EQ(clip.width(), swapped ? h : w);
    ASSERT_EQ(clip.height(), swapped ? w : h);
    const BgrImage upright = frame_of(clip, 1);
    // Every coded pixel is shown at (a x + c y, b x + d y), shifted so that the picture begins at
    // 0.
    const auto [a, b, cc, d] = c.abcd;
    const int shift_x = std::min(0, a * (w - 1)) + std::min(0, cc * (h - 1));
    const int shift_y = std::min(0, b * (w - 1)) + std::min(0, d * (h - 1));
    int wrong = 0;
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const std::uint8_t* from = coded.view().pixel(x, y);
        const std::uint8_t* to = upright.view().pixel(a * x + cc * y - shift_x, b * x + d * y - shift_y);
        wrong += std::equal(from, from + 3, to) ? 0 : 1;
      }
    }
    EXPECT_EQ(wrong, 0);
  }
}

TEST(VideoClip, AnOrientationIsGivenBackByItsRotationAndMirroring) {
  for (int i = 0; i < 8; ++i) {
    const av::Orientation o{(i & 1) != 0, (i & 2) != 0, (i & 4) != 0};
    EXPECT_EQ(av::Orientation::of(o.rotation(), o.mirrored()), o) << i;
  }
}

TEST(VideoClip, OddSizesAreKeptToThePixel) {
  const TemporaryFolder folder;
  for (const auto& [w, h] : {std::pair{853, 481}, std::pair{1, 1}, std::pair{3, 2}, std::pair{2, 5}}) {
    make_video(folder / "odd.mp4", w, h, 3, 1);
    VideoClip clip(folder / "odd.mp4");
    ASSERT_EQ(clip.width(), w);
    ASSERT_EQ(clip.height(), h);
    ASSERT_EQ(clip.frame_count(), 3);
    EXPECT_LT(mean_difference(frame_of(clip, 2).view(), test_picture(w, h, 2).view()), 3.0) << w << "x" << h;
  }
}

TEST(VideoClip, RowsBeyondTheViewAreNotTouched) {
  const TemporaryFolder folder;
  make_video(folder / "clip.mp4", 62, 46, 2);
  VideoClip clip(folder / "clip.mp4");
  constexpr int stride = 62 * 3 + 7;
  std::vector<std::uint8_t> bytes(stride * 46 + 64, 0xA5);
  clip.read(1, BgrView{bytes.data(), 62, 46, stride});
  int touched = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool padding = i >= stride * 46U || i % stride >= 62 * 3;
    touched += padding && bytes[i] != 0xA5 ? 1 : 0;
  }
  EXPECT_EQ(touched, 0);
}

TEST(VideoClip, TheRateOfARegularClipIsExactAndThatOfAnIrregularOneItsMean) {
  const TemporaryFolder folder;
  VideoWriterOptions options;
  options.width = 32;
  options.height = 32;
  options.frame_rate = {30000, 1001};
  {
    VideoWriter writer(folder / "ntsc.mkv", options);  // Matroska rounds to milliseconds
    for (int i = 0; i < 50; ++i) {
      writer.write(test_picture(32, 32, i).view());
    }
    writer.finish();
  }
  EXPECT_NEAR(VideoClip(folder / "ntsc.mkv").frames_per_second(), 30000. / 1001, 1e-2);

  options.timing.time_base = {1, 1000};
  options.timing.ticks = {0, 40, 80, 200, 320, 440};
  options.timing.last_duration = 120;
  VideoWriter writer(folder / "varying.mp4", options);
  for (int i = 0; i < 6; ++i) {
    writer.write(test_picture(32, 32, i).view());
  }
  writer.finish();
  EXPECT_NEAR(VideoClip(folder / "varying.mp4").frames_per_second(), 5 / 0.440, 0.01 * 5 / 0.440);
}

TEST(VideoClip, RealClipsHaveTheFramesThatTheirContainersClaim) {
  const auto media = testing_support::media_folder();
  if (media.empty()) {
    GTEST_SKIP() << "FFBENCH_MEDIA does not name a folder with talk-512.mp4, head-720p.mp4, body-1080.mp4";
  }
  struct Row {
    const char* name;
    int width, height, frames, matrix;
    bool given;
  };
  for (const Row& row :
       {Row{"talk-512.mp4", 512, 512, 78, 6, false}, Row{"head-720p.mp4", 1280, 720, 282, 1, true},
        Row{"body-1080.mp4", 720, 1080, 103, 1, false}}) {
    VideoClip clip(media / row.name);
    EXPECT_EQ(clip.width(), row.width) << row.name;
    EXPECT_EQ(clip.height(), row.height) << row.name;
    EXPECT_EQ(clip.frame_count(), row.frames) << row.name;
    EXPECT_EQ(clip.facts().claimed_frames, row.frames) << row.name;
    EXPECT_EQ(clip.facts().color.matrix, row.matrix) << row.name;
    EXPECT_EQ(clip.facts().matrix_given, row.given) << row.name;
    EXPECT_THAT(clip.warnings(), testing::IsEmpty()) << row.name;
  }
}

}  // namespace
}  // namespace ffbench

#endif
