#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/video/video_clip.hpp"
#include "datasets/video/video_writer.hpp"
#include "tests/datasets/video_test_support.hpp"

#if FFBENCH_WITH_FFMPEG

namespace ffbench {
namespace {

using testing_support::TemporaryFolder;

struct Matrix {
  const char* name;  ///< FFmpeg's; empty: not stated in the file
  const char* range;
  int width;
  int height;
  double kr;
  double kb;
  bool full;
};

/// B, G, R by the definition of Y'CbCr (BT.601, BT.709, BT.2020 differ in Kr and Kb alone).
std::array<double, 3> bgr_of(double y, double cb, double cr, const Matrix& m) {
  const double luma = m.full ? y / 255 : (y - 16) / 219;
  const double u = m.full ? (cb - 128) / 255 : (cb - 128) / 224;
  const double v = m.full ? (cr - 128) / 255 : (cr - 128) / 224;
  const double red = luma + 2 * (1 - m.kr) * v;
  const double blue = luma + 2 * (1 - m.kb) * u;
  const double green = (luma - m.kr * red - m.kb * blue) / (1 - m.kr - m.kb);
  return {255 * std::clamp(blue, 0.0, 1.0), 255 * std::clamp(green, 0.0, 1.0),
          255 * std::clamp(red, 0.0, 1.0)};
}

TEST(VideoColour, FollowsMatrixAndRangeOfTheFileToTheNearestCode) {
  if (std::system("ffmpeg -version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "the program ffmpeg, which writes the lossless inputs, is not installed";
  }
  const TemporaryFolder folder;
  const std::vector<Matrix> matrices{
      {"smpte170m", "tv", 64, 64, 0.299, 0.114, false},  {"smpte170m", "pc", 64, 64, 0.299, 0.114, true},
      {"bt470bg", "tv", 1280, 720, 0.299, 0.114, false}, {"bt709", "tv", 64, 64, 0.2126, 0.0722, false},
      {"bt709", "pc", 64, 64, 0.2126, 0.0722, true},     {"bt2020nc", "tv", 64, 64, 0.2627, 0.0593, false},
      {"", "tv", 64, 64, 0.299, 0.114, false},           {"", "tv", 1280, 64, 0.2126, 0.0722, false},
      {"", "tv", 64, 720, 0.2126, 0.0722, false},        {"", "tv", 1278, 718, 0.299, 0.114, false}};
  for (const Matrix& m : matrices) {
    SCOPED_TRACE(testing::Message() << (*m.name == '\0' ? "unstated" : m.name) << " " << m.range << " "
                                    << m.width << "x" << m.height);
    // Blocks of 8x8 pixels, each of a colour of its own.
    const auto plane_value = [](int plane, int x, int y) {
      const int block = (x / 8) * 7 + (y / 8) * 13;
      return plane == 0 ? 24 + (block * 37) % 200 : 96 + (block * (plane == 1 ? 29 : 17)) % 64;
    };
    std::string raw;
    for (int plane = 0; plane < 3; ++plane) {
      for (int y = 0; y < m.height; ++y) {
        for (int x = 0; x < m.width; ++x) {
          raw += static_cast<char>(plane_value(plane, x, y));
        }
      }
    }
    testing_support::put_file(folder / "raw.yuv", raw);
    const std::string tags =
        *m.name == '\0' ? "" : std::string(" -colorspace ") + m.name + " -color_range " + m.range;
    const std::string command = "ffmpeg -v error -y -f rawvideo -pix_fmt yuv444p -s " +
                                std::to_string(m.width) + "x" + std::to_string(m.height) + " -i '" +
                                (folder / "raw.yuv").string() + "'" + " -c:v ffv1" + tags + " '" +
                                (folder / "a.mkv").string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    VideoClip clip(folder / "a.mkv");
    EXPECT_EQ(clip.facts().matrix_given, *m.name != '\0');
    BgrImage image(m.width, m.height);
    clip.read(0, image.view());
    double worst = 0;
    for (int y = 4; y < m.height; y += 8) {
      for (int x = 4; x < m.width; x += 8) {
        const auto want = bgr_of(plane_value(0, x, y), plane_value(1, x, y), plane_value(2, x, y), m);
        for (std::size_t c = 0; c < 3; ++c) {
          worst = std::max(worst, std::abs(want[c] - image.view().pixel(x, y)[c]));
        }
      }
    }
    EXPECT_LE(worst, 1.0);
  }
}

/// A picture whose red rises to the right and whose blue falls, as steeply as chroma can follow.
BgrImage ramps(int width, int height) {
  BgrImage image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* p = image.view().pixel(x, y);
      p[0] = static_cast<std::uint8_t>(220 - 2 * (x % 96));
      p[1] = 120;
      p[2] = static_cast<std::uint8_t>(24 + 2 * (x % 96));
    }
  }
  return image;
}

TEST(VideoColour, SurvivesEncodingWithoutShiftOrBias) {
  const TemporaryFolder folder;
  for (const auto& [width, height] : {std::pair{96, 64}, std::pair{96, 720}, std::pair{95, 63}}) {
    VideoWriterOptions options;
    options.width = width;
    options.height = height;
    options.crf = 0;
    const BgrImage image = ramps(width, height);
    VideoWriter writer(folder / "a.mp4", options);
    writer.write(image.view());
    writer.finish();
    VideoClip clip(folder / "a.mp4");
    EXPECT_EQ(clip.facts().color.matrix, default_matrix(width, height));
    EXPECT_TRUE(clip.facts().matrix_given);
    EXPECT_FALSE(clip.facts().color.full_range);
    BgrImage back(width, height);
    clip.read(0, back.view());
    // Chroma displaced by half a pixel would show as 1 code of red one way and of blue the other.
    std::array<double, 3> bias{};
    int worst = 0;
    int count = 0;
    for (int y = 4; y < height - 4; ++y) {
      for (int x = 6; x < width - 6; ++x, ++count) {
        for (std::size_t c = 0; c < 3; ++c) {
          const int d = back.view().pixel(x, y)[c] - image.view().pixel(x, y)[c];
          bias[c] += d;
          worst = std::max(worst, std::abs(d));
        }
      }
    }
    for (const double b : bias) {
      EXPECT_LT(std::abs(b / count), 0.35) << width << "x" << height;
    }
    EXPECT_LE(worst, 4) << width << "x" << height;
  }
}

}  // namespace
}  // namespace ffbench

#endif
