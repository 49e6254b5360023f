// What an executor carries from frame to frame - gains and masks - in numbers worked out by hand:
// the reference and the cpu version are held to the same literals, not to each other.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/executor.hpp"
#include "kernels/cpu/executor.hpp"
#include "reference/executor.hpp"

namespace ffbench {
namespace {

constexpr int size = 32;
/// The pixel that is looked at: in the middle of the box mask, on the slope of the area mask.
constexpr int at_x = 15;
constexpr int at_y = 16;

BgrImage flat(std::uint8_t value) {
  BgrImage image(size, size);
  std::fill_n(image.data(), image.size_bytes(), value);
  return image;
}

/// The looked-at value of every stage and face.
class Probe final : public StageObserver {
 public:
  void image(int /*frame*/, int face_id, Stage stage, const std::uint8_t* pixels, int width, int /*height*/,
             int channels, std::ptrdiff_t stride_bytes) override {
    ASSERT_EQ(width, size);
    values[{face_id, stage}] = pixels[at_y * stride_bytes + std::ptrdiff_t{at_x} * channels];
  }
  std::map<std::pair<int, Stage>, int> values;
};

/// A face that covers the frame; the area mask's only edge begins at column `edge`.
FacePlan face(float edge, int id = 1) {
  FacePlan plan;
  plan.face_id = id;
  plan.geometry.region = {0, 0, size, size};
  plan.geometry.mask_edges = {{1, 0, -edge}};
  return plan;
}

FacePlan with_reset(FacePlan plan) {
  plan.reset = true;
  return plan;
}

FacePlan in_tail(FacePlan plan) {
  plan.tail = true;
  return plan;
}

using MakeExecutorOf = std::unique_ptr<Executor> (*)(const ExecutorOptions&);

std::unique_ptr<Executor> cpu_of_one(const ExecutorOptions& options) {
  return cpu::make_executor(options, 1);
}
std::unique_ptr<Executor> cpu_of_three(const ExecutorOptions& options) {
  return cpu::make_executor(options, 3);
}

struct Backend {
  const char* name;
  MakeExecutorOf make;
};

void PrintTo(const Backend& backend, std::ostream* out) {
  *out << backend.name;
}

class TemporalState : public testing::TestWithParam<Backend> {
 protected:
  void begin(const Preset& preset) {
    ExecutorOptions options;
    options.preset = preset;
    options.crop_size = size;
    options.source_crop = flat(100);
    executor_ = GetParam().make(options);
    executor_->observe(&probe_);
    index_ = 0;
  }

  /// Executes a frame of one value with these faces.
  void execute(std::uint8_t value, std::vector<FacePlan> faces) {
    const FramePlan plan{std::move(faces)};
    BgrImage output(size, size);
    executor_->execute(index_++, flat(value).view(), plan, output.view());
  }

  int crop(int id = 1) { return probe_.values.at({id, Stage::gains}); }
  int raw_mask(int id = 1) { return probe_.values.at({id, Stage::mask}); }
  int mask(int id = 1) { return probe_.values.at({id, Stage::hysteresis}); }

  std::unique_ptr<Executor> executor_;
  Probe probe_;
  int index_ = 0;
};

// The source is 100: 8352 of 65535 in linear light. Frames of 120 ask for a gain of 96586 / 65536,
// frames of 90 for 52573 / 65536; 15 % of the way is gone in a frame.
TEST_P(TemporalState, GainsFollowTheFramesAndStayInTheTail) {
  begin(Preset{});
  execute(120, {with_reset(face(8))});
  EXPECT_EQ(crop(), 120);
  execute(90, {face(8)});
  EXPECT_EQ(crop(), 116) << "89984 / 65536";
  execute(90, {in_tail(face(8))});
  EXPECT_EQ(crop(), 116) << "the tail holds the gains";
  execute(200, {in_tail(face(8))});
  EXPECT_EQ(crop(), 116);
  execute(90, {face(8)});
  EXPECT_EQ(crop(), 113) << "84373 / 65536: frames of the tail left no trace";
}

TEST_P(TemporalState, GainsThatBeginInTheTailAreThoseOfItsFirstFrame) {
  begin(Preset{});
  execute(90, {with_reset(in_tail(face(8)))});
  EXPECT_EQ(crop(), 90);
  execute(120, {in_tail(face(8))});
  EXPECT_EQ(crop(), 90);
}

// The mask at the pixel, without hysteresis: 159 with the edge at column 8, 156 at 8.1, 143 at 8.5,
// 140 at 8.6; the band is 4.
TEST_P(TemporalState, MasksAreHeldWithinTheBandAroundTheNewOne) {
  begin(Preset{});
  execute(90, {with_reset(face(8))});
  EXPECT_EQ(mask(), 159);
  execute(90, {face(8.1F)});
  EXPECT_EQ(raw_mask(), 156);
  EXPECT_EQ(mask(), 159);
  execute(90, {face(8.5F)});
  EXPECT_EQ(raw_mask(), 143);
  EXPECT_EQ(mask(), 147);
  execute(90, {face(8.6F)});
  EXPECT_EQ(raw_mask(), 140);
  EXPECT_EQ(mask(), 144) << "held is what was shown, not what was measured";
}

TEST_P(TemporalState, AResetForgetsGainsAndMask) {
  begin(Preset{});
  execute(120, {with_reset(face(8))});
  execute(120, {face(8.1F)});
  execute(90, {with_reset(face(8.1F))});
  EXPECT_EQ(crop(), 90);
  EXPECT_EQ(mask(), 156);
  execute(90, {face(8)});
  EXPECT_EQ(mask(), 156) << "the reset's own mask is held in the next frame";
}

TEST_P(TemporalState, ANewClipForgetsGainsAndMask) {
  begin(Preset{});
  execute(120, {with_reset(face(8))});
  executor_->restart();
  execute(90, {face(8.1F)});
  EXPECT_EQ(crop(), 90);
  EXPECT_EQ(mask(), 156);
}

TEST_P(TemporalState, EveryFaceHasItsOwn) {
  begin(Preset{});
  execute(120, {with_reset(face(8, 1))});
  execute(90, {face(8.1F, 1), with_reset(face(8.1F, 2))});
  EXPECT_EQ(crop(1), 116);
  EXPECT_EQ(mask(1), 159);
  EXPECT_EQ(crop(2), 90);
  EXPECT_EQ(mask(2), 156);
  execute(120, {with_reset(face(8.5F, 2))});
  execute(90, {face(8.5F, 1), face(8.6F, 2)});
  EXPECT_EQ(crop(1), 113) << "a face that was away for a frame goes on where it was";
  EXPECT_EQ(mask(1), 147);
  EXPECT_EQ(crop(2), 116);
  EXPECT_EQ(mask(2), 143);
}

TEST_P(TemporalState, WithoutTheFeaturesNothingIsCarried) {
  Preset preset;
  preset.gains = preset.hysteresis = false;
  begin(preset);
  for (const float edge : {8.0F, 8.1F}) {
    execute(120, {face(edge)});
    EXPECT_EQ(crop(), 100);
    EXPECT_EQ(mask(), raw_mask());
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, TemporalState,
                         testing::Values(Backend{"reference", reference::make_executor},
                                         Backend{"cpu", cpu_of_one}, Backend{"cpu_threads", cpu_of_three}),
                         [](const auto& backend) { return std::string(backend.param.name); });

}  // namespace
}  // namespace ffbench
