#include "harness/metrics/optical_flow.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "support.hpp"

namespace ffbench::metrics {
namespace {

using namespace metrics_test;

constexpr int width = 160;
constexpr int height = 120;
const Region centre{50, 40, 60, 40};

/// A smooth texture, `shift` px to the right.
BgrImage texture(double shift) {
  BgrImage frame(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = x - shift;
      const double value = 128 + 50 * std::sin(u * 0.35 + 0.1 * y) + 40 * std::sin(y * 0.31 + 0.07 * u) +
                           25 * std::sin(0.9 * u) * std::cos(0.8 * y);
      std::fill_n(frame.view().pixel(x, y), 3, static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
    }
  }
  return frame;
}

FlowImage flow_of(int w, int h, float dx, float dy) {
  FlowImage flow(w, h);
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      flow.view().pixel(x, y)[0] = dx;
      flow.view().pixel(x, y)[1] = dy;
    }
  }
  return flow;
}

MaskImage visible(const FlowImage& v, const FlowImage& u) {
  MaskImage out(v.width(), v.height());
  visible_in_both(v.const_view(), u.const_view(), out.view());
  return out;
}

}  // namespace

TEST(VisibleInBoth, NeedsTheWayBackToLeadHome) {
  const FlowImage there = flow_of(20, 10, 2, 1);
  EXPECT_EQ(*visible(there, flow_of(20, 10, -2, -1)).view().pixel(5, 5), 255);
  // |u + v|^2 = d^2 against 0.01 (|u|^2 + |v|^2) + 0.5: for v = (2, 1), u = (-2 + d, -1), the bound
  // is about 0.6.
  EXPECT_EQ(*visible(there, flow_of(20, 10, -1.3F, -1)).view().pixel(5, 5), 255);
  EXPECT_EQ(*visible(there, flow_of(20, 10, -1.2F, -1)).view().pixel(5, 5), 0);
}

TEST(VisibleInBoth, LeavesOutWhatLeavesThePicture) {
  const MaskImage mask = visible(flow_of(20, 10, 2, 0), flow_of(20, 10, -2, 0));
  EXPECT_EQ(*mask.const_view().pixel(17, 5), 255);
  EXPECT_EQ(*mask.const_view().pixel(18, 5), 0);
}

TEST(VisibleInBoth, LeavesOutMotionBoundaries) {
  // From column 10 on everything moves by 3: the derivative at column 9 is (3, 0), at all others 0.
  FlowImage there = flow_of(20, 10, 0, 0);
  FlowImage back = flow_of(20, 10, 0, 0);
  for (int y = 0; y < 10; ++y) {
    for (int x = 10; x < 20; ++x) {
      there.view().pixel(x, y)[0] = 3;
      back.view().pixel(x, y)[0] = -3;
    }
  }
  const MaskImage mask = visible(there, back);
  EXPECT_EQ(*mask.const_view().pixel(8, 5), 255);
  EXPECT_EQ(*mask.const_view().pixel(9, 5), 0);
  EXPECT_EQ(*mask.const_view().pixel(10, 5), 255);
}

TEST(VisibleInBoth, SamplesTheWayBackWhereThePixelWent) {
  const FlowImage there = flow_of(20, 10, 2.5F, 0);
  FlowImage back = flow_of(20, 10, 50, 0);
  back.view().pixel(7, 5)[0] = -2;
  back.view().pixel(8, 5)[0] = -3;
  const MaskImage mask = visible(there, back);
  EXPECT_EQ(*mask.const_view().pixel(5, 5), 255);
  EXPECT_EQ(*mask.const_view().pixel(6, 5), 0);
}

class OpticalFlow : public testing::TestWithParam<FlowMethod> {};

TEST_P(OpticalFlow, OfAnUntouchedClipIsKept) {
  OpticalFlowFigures figures(width, height, GetParam());
  OpticalFlowFigures frozen(width, height, GetParam());
  for (int t = 0; t < 4; ++t) {
    const BgrImage frame = texture(1.5 * t);
    figures.add(frame.const_view(), frame.const_view(), {&centre, 1});
    frozen.add(frame.const_view(), texture(0).const_view(), {&centre, 1});
  }
  EXPECT_EQ(figures.flow_error(), 0);
  EXPECT_LT(*figures.warp_error(), 0.3);
  EXPECT_NEAR(*frozen.flow_error(), 1.5, 0.3);  // the flow that the output lacks
  EXPECT_GT(*frozen.warp_error(), 5 * *figures.warp_error());
}

INSTANTIATE_TEST_SUITE_P(Methods, OpticalFlow, testing::Values(FlowMethod::dis, FlowMethod::farneback),
                         [](const auto& method) {
                           return method.param == FlowMethod::dis ? "Dis" : "Farneback";
                         });

TEST(OpticalFlowFigures, AreAbsentForOneFrameNoFaceAndTinyFrames) {
  OpticalFlowFigures one(width, height);
  one.add(texture(0).const_view(), texture(0).const_view(), {&centre, 1});
  EXPECT_FALSE(one.warp_error() || one.flow_error());
  OpticalFlowFigures no_face(width, height);
  OpticalFlowFigures tiny(20, 20);
  const Region all{0, 0, 20, 20};
  for (int t = 0; t < 2; ++t) {
    no_face.add(texture(0).const_view(), texture(0).const_view(), {});
    tiny.add(flat_frame(20, 20, 4).const_view(), flat_frame(20, 20, 4).const_view(), {&all, 1});
  }
  EXPECT_FALSE(no_face.warp_error() || no_face.flow_error() || tiny.flow_error());
  EXPECT_THROW(tiny.add(texture(0).const_view(), texture(0).const_view(), {}), Error);
}

/// A patch slides over a picture that stands: what it covers and uncovers is followed by no flow.
TEST(OpticalFlowFigures, LeaveOutWhatIsCoveredAndUncovered) {
  const auto scene = [](int t) {
    BgrImage frame = texture(0);
    const BgrImage patch = texture(37);
    const int left = 60 + 7 * t;
    for (int y = 45; y < 75; ++y) {
      std::copy_n(patch.view().pixel(60, y), 3 * 24, frame.view().pixel(left, y));
    }
    return frame;
  };
  OpticalFlowFigures figures(width, height);
  double all = 0;
  for (int t = 0; t < 3; ++t) {
    const BgrImage frame = scene(t);
    figures.add(frame.const_view(), frame.const_view(), {&centre, 1});
    if (t == 0) {
      continue;
    }
    // What the columns that the patch left, 7 of 60, add when they are counted as standing.
    const BgrImage before = scene(t - 1);
    for (int y = 45; y < 75; ++y) {
      for (int x = 60 + 7 * (t - 1); x < 60 + 7 * t; ++x) {
        for (int c = 0; c < 3; ++c) {
          const double d = (frame.view().pixel(x, y)[c] - before.view().pixel(x, y)[c]) / 255.0;
          all += 1000 * d * d / (2.0 * centre.width * centre.height);
        }
      }
    }
  }
  EXPECT_GT(all, 8) << "the scene would show it";
  EXPECT_LT(*figures.warp_error(), 0.25 * all);
}

TEST(OpticalFlowFigures, GrowSmallFacesToWhatTheFlowNeeds) {
  OpticalFlowFigures figures(48, 50);
  const Region corner{47, 49, 1, 1};
  for (int t = 0; t < 2; ++t) {
    const BgrImage frame = noise_frame(48, 50, 1);
    figures.add(frame.const_view(), frame.const_view(), {&corner, 1});
  }
  EXPECT_EQ(figures.flow_error(), 0);
}

}  // namespace ffbench::metrics
