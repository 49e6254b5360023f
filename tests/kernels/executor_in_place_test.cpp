#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "kernels/cpu/executor.hpp"
#include "kernels/cpu/targets.hpp"
#include "reference/executor.hpp"
#include "tests/kernels/plans.hpp"
#include "tests/support/images.hpp"

namespace ffbench::cpu {
namespace {

constexpr int crop_size = 96;
constexpr int frames = 5;

ExecutorOptions options_with(SwapKind swap) {
  ExecutorOptions options;
  options.crop_size = crop_size;
  options.swap = swap;
  if (swap == SwapKind::source) {
    options.source_crop = test::noise_image(crop_size, crop_size, 99, 30, 220);
  }
  return options;
}

/// What an observer saw: every image, byte for byte.
class Images final : public StageObserver {
 public:
  void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
             int channels, std::ptrdiff_t stride_bytes) override {
    std::string bytes =
        std::to_string(frame) + " " + std::to_string(face_id) + " " + std::string(name_of(stage)) + " ";
    for (int y = 0; y < height; ++y) {
      bytes.append(reinterpret_cast<const char*>(pixels + y * stride_bytes),
                   static_cast<std::size_t>(width) * static_cast<std::size_t>(channels));
    }
    seen.push_back(std::move(bytes));
  }
  std::vector<std::string> seen;
};

struct Size {
  int width;
  int height;
};

/// A clip with several faces that overlap, in place in memory with padding, against the reference.
void expect_in_place_equals_reference(Size size, int faces, int threads, SwapKind swap, bool observed) {
  SCOPED_TRACE(testing::Message() << size.width << "x" << size.height << ", " << faces << " faces, "
                                  << threads << " threads, observed " << observed);
  const ExecutorOptions options = options_with(swap);
  const auto expected = reference::make_executor(options);
  const auto actual = make_executor(options, threads);
  ASSERT_TRUE(actual->works_in_place());
  Images expected_images;
  Images actual_images;
  if (observed) {
    expected->observe(&expected_images);
    actual->observe(&actual_images);
  }
  for (int i = 0; i < frames; ++i) {
    const BgrImage frame = test::noise_image(size.width, size.height, static_cast<std::uint32_t>(i + 1));
    const FramePlan plan = test::moving_plan(i, frames, faces, size.width, size.height, crop_size);
    BgrImage expected_output(size.width, size.height);
    expected->execute(i, frame.view(), plan, expected_output.view());

    test::GuardedImage<std::uint8_t, 3> image(size.width, size.height, 11);
    copy_pixels(frame.view(), image.view());
    actual->execute(i, ConstBgrView(image.view()), plan, image.view());
    EXPECT_EQ(image.copy(), expected_output) << "frame " << i;
    EXPECT_TRUE(image.guards_intact());
    EXPECT_TRUE(faces == 0 || expected_output != frame) << "no face was pasted";
  }
  EXPECT_TRUE(actual_images.seen == expected_images.seen) << "an observed image differs";
}

TEST(CpuExecutorInPlace, EqualsTheReferenceOnEveryTarget) {
  for (const Target& target : targets()) {
    if (!target.supported) {
      std::cout << "skipped " << target.name << ": " << target.reason << '\n';
      continue;
    }
    SCOPED_TRACE(target.name);
    const ForcedTarget forced(target.name);
    for (const Size size : {Size{231, 190}, Size{97, 131}, Size{130, 33}}) {
      for (int threads : {1, 2}) {
        expect_in_place_equals_reference(size, 3, threads, SwapKind::source, false);
      }
      expect_in_place_equals_reference(size, 3, 1, SwapKind::identity, true);
    }
  }
}

TEST(CpuExecutorInPlace, ObserversSeeTheSameImages) {
  for (int threads : {1, 2, 5}) {
    for (int faces : {0, 1, 2, 3}) {
      expect_in_place_equals_reference({231, 190}, faces, threads, SwapKind::source, true);
      expect_in_place_equals_reference({231, 190}, faces, threads, SwapKind::identity, false);
    }
  }
}

TEST(CpuExecutorInPlace, ABatchIsOneFrameAfterTheOther) {
  const auto one = make_executor(options_with(SwapKind::source));
  const auto batch = make_executor(options_with(SwapKind::source));
  std::vector<BgrImage> singly;
  std::vector<BgrImage> together;
  std::vector<FramePlan> plans;
  for (int i = 0; i < frames; ++i) {
    singly.push_back(test::noise_image(231, 190, static_cast<std::uint32_t>(i + 1)));
    together.push_back(singly.back());
    plans.push_back(test::moving_plan(i, frames, 3, 231, 190, crop_size));
  }
  std::vector<FrameJob> jobs;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    one->execute(static_cast<int>(i), singly[i].const_view(), plans[i], singly[i].view());
    jobs.push_back({together[i].const_view(), &plans[i], together[i].view()});
  }
  batch->execute_batch(0, jobs);
  EXPECT_EQ(together, singly);
}

TEST(CpuExecutorInPlace, HalvesOfOneImageAreNoOverlap) {
  const auto expected = reference::make_executor(options_with(SwapKind::source));
  const auto actual = make_executor(options_with(SwapKind::source));
  const FramePlan plan = test::moving_plan(0, frames, 3, 150, 140, crop_size);
  BgrImage both = test::noise_image(300, 140, 5);
  const BgrView frame = both.view().crop(0, 0, 150, 140);
  BgrImage output(150, 140);
  expected->execute(0, frame, plan, output.view());
  const BgrView other_half = both.view().crop(150, 0, 150, 140);
  actual->execute(0, frame, plan, other_half);
  BgrImage written(150, 140);
  copy_pixels(ConstBgrView(other_half), written.view());
  EXPECT_EQ(written, output);
}

TEST(CpuExecutorInPlace, RefusesAnOverlapAndAnotherSize) {
  const auto executor = make_executor(options_with(SwapKind::source));
  BgrImage memory(240, 220);
  const BgrView view = memory.view();
  const ConstBgrView frame = view.crop(0, 0, 231, 190);
  const FramePlan plan = test::moving_plan(0, frames, 1, 231, 190, crop_size);
  for (const BgrView& output :
       {view.crop(1, 0, 231, 190), view.crop(0, 1, 231, 190), view.crop(9, 30, 231, 190),
        BgrView{view.data, 231, 190, view.stride_bytes - 3}}) {
    EXPECT_THROW(executor->execute(0, frame, plan, output), Error);
  }
  BgrImage smaller(230, 190);
  EXPECT_THROW(executor->execute(0, frame, plan, smaller.view()), Error);
  BgrImage lower(231, 189);
  EXPECT_THROW(executor->execute(0, frame, plan, lower.view()), Error);
}

TEST(CpuExecutor, RefusesTheSwapOfANetworkWithoutOne) {
  EXPECT_THROW(make_executor(options_with(SwapKind::model)), Error);
}

}  // namespace
}  // namespace ffbench::cpu
