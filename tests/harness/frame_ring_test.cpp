#include "harness/pipeline/frame_ring.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ffbench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Frames of 4x2 that hold their own number; remembers which were read.
class NumberedClip final : public Clip {
 public:
  explicit NumberedClip(int frames) : frames_(frames) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int width() const override { return 4; }
  [[nodiscard]] int height() const override { return 2; }
  [[nodiscard]] int frame_count() const override { return frames_; }
  [[nodiscard]] double frames_per_second() const override { return 25; }
  void read(int index, BgrView out) override {
    *out.data = static_cast<std::uint8_t>(index);
    read_.push_back(index);
  }
  std::vector<int> taken() { return std::exchange(read_, {}); }

 private:
  int frames_;
  std::string name_ = "numbered";
  std::vector<int> read_;
};

TEST(FrameRing, LengthsAreOfBytesWithinTheirBounds) {
  const NumberedClip clip(10);
  EXPECT_EQ(frames_within(clip, 24 * 3), 3);
  EXPECT_EQ(frames_within(clip, 24 * 3 + 23), 3);
  EXPECT_EQ(frames_within(clip, 0), 1);
  EXPECT_EQ(frames_within(clip, 0, 4), 4);
  EXPECT_EQ(frames_within(clip, 24 * 9, 1, 5), 5);
  EXPECT_EQ(frames_within(clip, std::size_t{1} << 60U), 10);
  EXPECT_EQ(frames_within(NumberedClip(0), 1000), 1);
}

TEST(FrameRing, AClipThatDoesNotFitIsDecodedInEveryPass) {
  NumberedClip clip(5);
  FrameRing ring(clip, 2);
  EXPECT_FALSE(ring.fits());
  for (int pass = 0; pass < 2; ++pass) {
    for (int first = 0; first < 5; first += ring.length()) {
      const int count = ring.load(first);
      EXPECT_EQ(count, first == 4 ? 1 : 2);
      for (int i = 0; i < count; ++i) {
        EXPECT_EQ(*ring[i].data, first + i);
      }
    }
    EXPECT_THAT(clip.taken(), ElementsAre(0, 1, 2, 3, 4));
  }
}

TEST(FrameRing, AClipThatFitsIsDecodedOnceUntilItIsForgotten) {
  NumberedClip clip(3);
  FrameRing ring(clip, 3);
  EXPECT_TRUE(ring.fits());
  EXPECT_EQ(ring.load(0, 1), 1);
  EXPECT_THAT(clip.taken(), ElementsAre(0)) << "a part of it is not the clip";
  EXPECT_EQ(ring.load(0), 3);
  EXPECT_THAT(clip.taken(), ElementsAre(0, 1, 2));
  EXPECT_EQ(ring.load(0), 3);
  EXPECT_THAT(clip.taken(), IsEmpty());
  EXPECT_EQ(*ring[2].data, 2);
  ring.forget();
  EXPECT_EQ(ring.load(0), 3);
  EXPECT_THAT(clip.taken(), ElementsAre(0, 1, 2));
}

/// The same frames, in memory.
class ClipInMemory final : public Clip {
 public:
  ClipInMemory() {
    for (int i = 0; i < 5; ++i) {
      frames_.emplace_back(4, 2);
      *frames_.back().data() = static_cast<std::uint8_t>(i);
    }
  }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int width() const override { return 4; }
  [[nodiscard]] int height() const override { return 2; }
  [[nodiscard]] int frame_count() const override { return 5; }
  [[nodiscard]] double frames_per_second() const override { return 25; }
  void read(int index, BgrView out) override { copy_pixels(in_memory(index), out); }
  [[nodiscard]] ConstBgrView in_memory(int index) const override {
    return frames_[static_cast<std::size_t>(index)].const_view();
  }

 private:
  std::string name_ = "in memory";
  std::vector<BgrImage> frames_;
};

TEST(FrameRing, LeavesFramesWhereTheClipHasThem) {
  ClipInMemory clip;
  FrameRing ring(clip, 2, FrameRing::Place::clip);
  EXPECT_EQ(ring.length(), 2);
  EXPECT_EQ(ring.load(2), 2);
  EXPECT_EQ(ring[0].data, clip.in_memory(2).data);
  EXPECT_EQ(ring[1].data, clip.in_memory(3).data);
  EXPECT_EQ(ring.load(4), 1);
  EXPECT_EQ(ring[0].data, clip.in_memory(4).data);
  FrameRing whole(clip, 5, FrameRing::Place::clip);
  EXPECT_EQ(whole.load(0), 5);
  EXPECT_EQ(whole.load(0), 5);
  EXPECT_EQ(whole[3].data, clip.in_memory(3).data);
  FrameRing copies(clip, 2);
  copies.load(2);
  EXPECT_NE(copies[0].data, clip.in_memory(2).data);
  EXPECT_EQ(*copies[0].data, 2);
  NumberedClip read(5);
  FrameRing no_memory(read, 2, FrameRing::Place::clip);
  no_memory.load(3);
  EXPECT_EQ(*no_memory[0].data, 3);
}

}  // namespace
}  // namespace ffbench
