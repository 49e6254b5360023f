#include "datasets/detectors/cut_detector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/synthetic/scene.hpp"
#include "datasets/video/video_clip.hpp"
#include "tests/datasets/video_test_support.hpp"

namespace ffbench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Frames = std::vector<BgrImage>;

std::vector<int> cuts_of(const Frames& frames) {
  CutDetector cuts;
  for (const BgrImage& frame : frames) {
    cuts.add(frame.view());
  }
  return cuts.finish();
}

/// Every byte through `change`.
template <class Change>
BgrImage changed(const BgrImage& image, Change change) {
  BgrImage result(image.width(), image.height());
  std::transform(image.data(), image.data() + image.size_bytes(), result.data(), [&](std::uint8_t value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(change(double{1} * value), 0.0, 255.0)));
  });
  return result;
}

BgrImage mix(const BgrImage& a, const BgrImage& b, double share_of_b) {
  BgrImage result(a.width(), a.height());
  for (std::size_t i = 0; i < a.size_bytes(); ++i) {
    result.data()[i] =
        static_cast<std::uint8_t>(std::lround((1 - share_of_b) * a.data()[i] + share_of_b * b.data()[i]));
  }
  return result;
}

/// A window of the image at (x, y), reduced to 160x90 by means.
BgrImage window(const BgrImage& image, double x, double y, double width) {
  constexpr int w = 160;
  constexpr int h = 90;
  const double scale = width / w;
  const int taps = std::max(1, static_cast<int>(scale));
  BgrImage result(w, h);
  for (int v = 0; v < h; ++v) {
    for (int u = 0; u < w; ++u) {
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int j = 0; j < taps; ++j) {
          for (int i = 0; i < taps; ++i) {
            const int px = static_cast<int>(x + (u + (i + 0.5) / taps) * scale);
            const int py = static_cast<int>(y + (v + (j + 0.5) / taps) * scale);
            sum += image.const_view().pixel(std::clamp(px, 0, image.width() - 1),
                                            std::clamp(py, 0, image.height() - 1))[c];
          }
        }
        result.view().pixel(u, v)[c] = static_cast<std::uint8_t>(sum / (taps * taps));
      }
    }
  }
  return result;
}

/// A rendered scenario at 320x180.
Frames rendered(std::string_view scenario, int frames) {
  const auto geometry =
      std::make_shared<const synthetic::SceneGeometry>(synthetic::scenario(scenario), 320, 180, frames);
  const synthetic::SyntheticScene scene(geometry);
  Frames result;
  for (int i = 0; i < frames; ++i) {
    scene.render(i, result.emplace_back(320, 180).view());
  }
  return result;
}

/// A scene: a pattern of its own, a bright disc at (cx, cy), light and noise.
BgrImage scene(int which, double cx, double cy, double gain, unsigned noise_seed) {
  constexpr int w = 320;
  constexpr int h = 180;
  BgrImage image(w, h);
  unsigned state = noise_seed * 2654435761U + 1;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const double texture =
          which == 0 ? 90 + 60 * ((x / 40 + y / 30) % 2) : 60 + 0.4 * x + 30 * (y / 60 % 2);
      const bool disc = (x - cx) * (x - cx) + (y - cy) * (y - cy) < 40 * 40;
      state = state * 1664525U + 1013904223U;
      const double value = gain * (disc ? 200 : texture) + static_cast<double>(state >> 28) - 8;
      for (int c = 0; c < 3; ++c) {
        image.view().pixel(x, y)[c] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
      }
    }
  }
  return image;
}

TEST(CutDetector, FindsACutAndNothingElse) {
  Frames frames;
  for (int i = 0; i < 60; ++i) {
    frames.push_back(scene(i < 30 ? 0 : 1, 100 + 2 * i, 90, 1, static_cast<unsigned>(i)));
  }
  EXPECT_THAT(cuts_of(frames), ElementsAre(30));
}

TEST(CutDetector, FindsCutsNearTheEndsAndShortScenes) {
  Frames frames;
  for (int i = 0; i < 20; ++i) {
    frames.push_back(scene(i < 2 || (i >= 9 && i < 14) ? 0 : 1, 100, 90, 1, static_cast<unsigned>(i)));
  }
  frames.push_back(scene(0, 30, 30, 1, 99));
  EXPECT_THAT(cuts_of(frames), ElementsAre(2, 9, 14, 20));
}

TEST(CutDetector, FastMotionAndFlickeringLightAreNoCuts) {
  Frames moving;
  Frames flickering;
  for (int i = 0; i < 60; ++i) {
    const double x = 160 + 120 * std::sin(i * 0.4);
    moving.push_back(scene(0, x, 90, 1, static_cast<unsigned>(i)));
    flickering.push_back(scene(1, 160, 90, i % 2 == 0 ? 1.0 : 0.65, static_cast<unsigned>(i)));
  }
  EXPECT_THAT(cuts_of(moving), IsEmpty());
  EXPECT_THAT(cuts_of(flickering), IsEmpty());
}

TEST(CutDetector, FramesOfOnePixelAndOfOneColourAreNoCuts) {
  Frames points;
  Frames colours;
  Frames strips;
  for (int i = 0; i < 12; ++i) {
    points.emplace_back(1, 1);
    colours.push_back(changed(BgrImage(64, 48), [&](double) { return i % 2 == 0 ? 0.0 : 255.0; }));
    strips.emplace_back(900, 2);
  }
  EXPECT_THAT(cuts_of(points), IsEmpty());
  EXPECT_THAT(cuts_of(colours), IsEmpty());
  EXPECT_THAT(cuts_of(strips), IsEmpty());
  EXPECT_THAT(cuts_of({}), IsEmpty());
}

TEST(CutDetector, FindsTheRenderedCutAndNoneInOtherScenarios) {
  EXPECT_THAT(cuts_of(rendered("cut", 24)), ElementsAre(12));
  for (const char* name : {"turn", "flicker", "zoom", "exit", "occlude", "drift", "talk", "two-faces"}) {
    // A short clip plays the whole scenario: its motion is six times as fast as in `standard`.
    EXPECT_THAT(cuts_of(rendered(name, 25)), IsEmpty()) << name;
  }
}

TEST(CutDetector, FlashesAreNoCuts) {
  const Frames clip = rendered("talk", 24);
  for (const int length : {1, 2, 3}) {
    Frames frames;
    for (int i = 0; i < 24; ++i) {
      const bool flash = i >= 10 && i < 10 + length;
      frames.push_back(flash ? changed(clip[static_cast<std::size_t>(i)], [](double v) { return 60 + 4 * v; })
                             : clip[static_cast<std::size_t>(i)]);
    }
    EXPECT_THAT(cuts_of(frames), IsEmpty()) << length;
  }
}

TEST(CutDetector, FadesAndDissolvesAreNoCuts) {
  const Frames clip = rendered("talk", 24);
  const Frames other = rendered("zoom", 24);
  Frames black;
  Frames dissolve;
  for (int i = 0; i < 24; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double light = std::min(1.0, std::abs(i - 11.5) < 2 ? 0.0 : (std::abs(i - 11.5) - 1) / 8);
    black.push_back(changed(clip[at], [&](double v) { return light * v; }));
    dissolve.push_back(mix(clip[at], other[at], std::clamp((i - 7) / 8.0, 0.0, 1.0)));
  }
  EXPECT_THAT(cuts_of(black), IsEmpty());
  EXPECT_THAT(cuts_of(dissolve), IsEmpty());
}

TEST(CutDetector, ABlackFrameBetweenTwoScenesHidesNoCut) {
  Frames frames;
  for (int i = 0; i < 30; ++i) {
    frames.push_back(i == 14 ? BgrImage(320, 180)
                             : scene(i < 14 ? 0 : 1, 100, 90, 1, static_cast<unsigned>(i)));
  }
  EXPECT_THAT(cuts_of(frames), ElementsAre(15));
}

TEST(CutDetector, WhipPansAreNoCuts) {
  // A wide picture of four places, and a window that swings over it, blurred by its motion.
  BgrImage wide(4 * 320, 180);
  int place = 0;
  for (const char* name : {"talk", "zoom", "turn", "drift"}) {
    copy_pixels(rendered(name, 1)[0].const_view(), wide.view().crop(320 * place, 0, 320, 180));
    ++place;
  }
  for (const double fastest : {20.0, 60.0, 120.0}) {  // frame pixels, of 320
    Frames frames;
    double x = 0;
    for (int i = 0; i < 30; ++i) {
      const double speed = fastest * std::max(0.0, std::sin(3.14159 * (i - 8) / 14.0));
      std::vector<double> sums(std::size_t{3} * 160 * 90);
      constexpr int exposures = 6;
      for (int k = 0; k < exposures; ++k) {
        const BgrImage part = window(wide, std::min(x + speed * 0.5 * k / exposures, 960.0), 0, 320);
        for (std::size_t b = 0; b < sums.size(); ++b) {
          sums[b] += part.data()[b];
        }
      }
      BgrImage frame(160, 90);
      for (std::size_t b = 0; b < sums.size(); ++b) {
        frame.data()[b] = static_cast<std::uint8_t>(sums[b] / exposures);
      }
      frames.push_back(std::move(frame));
      x = std::min(x + speed, 960.0);
    }
    EXPECT_THAT(cuts_of(frames), IsEmpty()) << fastest;
  }
}

Frames read_clip(const std::filesystem::path& file) {
  VideoClip clip(file);
  Frames frames;
  for (int i = 0; i < clip.frame_count(); ++i) {
    clip.read(i, frames.emplace_back(clip.width(), clip.height()).view());
  }
  return frames;
}

class RealCuts : public testing::Test {
 protected:
  void SetUp() override {
    if (media_folder().empty()) {
      GTEST_SKIP() << "FFBENCH_MEDIA does not name a folder with clips of real people";
    }
  }
  static std::filesystem::path media_folder() { return testing_support::media_folder(); }
};

TEST_F(RealCuts, AreAllFoundAndNothingElse) {
  EXPECT_THAT(cuts_of(read_clip(media_folder() / "cuts.mp4")), ElementsAre(38, 72, 108));
  for (const char* name : {"body-1080.mp4", "head-720p.mp4", "talk-512.mp4", "pulldown.mp4"}) {
    EXPECT_THAT(cuts_of(read_clip(media_folder() / name)), IsEmpty()) << name;
  }
}

/// Scenes cut at random out of the real clips: other windows, sizes, light and noise, windows that
/// move; often two scenes of the same clip follow each other.
TEST_F(RealCuts, SplicedAtRandomAreFound) {
  const std::array<Frames, 3> clips{read_clip(media_folder() / "body-1080.mp4"),
                                    read_clip(media_folder() / "head-720p.mp4"),
                                    read_clip(media_folder() / "talk-512.mp4")};
  std::mt19937 random(20261201);
  const auto between = [&](double low, double high) {
    return low + (high - low) * (random() / 4294967296.0);
  };
  struct Count {
    int wanted = 0;
    int found = 0;
  };
  std::array<Count, 2> counts;  // between scenes of two clips, and of one
  int reported = 0;
  for (int sequence = 0; sequence < 25; ++sequence) {
    Frames frames;
    std::vector<std::pair<int, bool>> truth;  // and whether both scenes are of one clip
    const Frames* last = nullptr;
    for (int part = 0; part < 9; ++part) {
      const Frames& clip = clips[random() % clips.size()];
      const int length = 8 + static_cast<int>(random() % 18);
      const auto start = random() % (clip.size() - static_cast<std::size_t>(length));
      const double most = std::min<double>(clip[0].width(), clip[0].height() * 16.0 / 9);
      const double width = most * between(0.45, 1);
      const double x = between(0, clip[0].width() - width);
      const double y = between(0, 0.6 * (clip[0].height() - width * 9 / 16));
      const double speed = random() % 2 == 0 ? 0 : between(-0.01, 0.01) * width;
      const double light = random() % 2 == 0 ? 1 : between(0.15, 0.5);
      if (!frames.empty()) {
        truth.emplace_back(static_cast<int>(frames.size()), last == &clip);
      }
      last = &clip;
      for (int i = 0; i < length; ++i) {
        const double left = std::clamp(x + speed * i, 0.0, clip[0].width() - width);
        frames.push_back(changed(window(clip[start + static_cast<std::size_t>(i)], left, y, width),
                                 [&](double value) { return light * value; }));
      }
    }
    const std::vector<int> cuts = cuts_of(frames);
    reported += static_cast<int>(cuts.size());
    for (const auto& [frame, same_clip] : truth) {
      Count& count = counts[same_clip ? 1 : 0];
      ++count.wanted;
      count.found += static_cast<int>(std::count(cuts.begin(), cuts.end(), frame));
    }
  }
  const auto& [others, same] = counts;
  std::printf("found %d of %d cuts to another clip, %d of %d within a clip, %d others\n", others.found,
              others.wanted, same.found, same.wanted, reported - others.found - same.found);
  EXPECT_EQ(others.wanted + same.wanted, 200);
  EXPECT_EQ(others.found, others.wanted);
  // A dancer in two windows of one clip can look like one who moves fast.
  EXPECT_GE(same.found, 0.92 * same.wanted);
  EXPECT_GE(others.found + same.found, 0.98 * reported);
}

}  // namespace
}  // namespace ffbench
