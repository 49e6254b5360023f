#include <algorithm>

#include <gtest/gtest.h>

#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/pixels.hpp"
#include "kernels/cuda/warp_antialiased_table.hpp"
#include "tests/kernels/plans.hpp"

namespace ffbench::cuda {
namespace {

constexpr int width = 231;
constexpr int height = 190;
constexpr int crop = 96;

bool holds(const Region& region, int x, int y) {
  return x >= region.x && x < region.x + region.width && y >= region.y && y < region.y + region.height;
}

FrameJob job_of(const FramePlan& plan) {
  return {{nullptr, width, height, 3 * width}, &plan, {}};
}

TEST(CudaBatchPlan, EverythingThatAFaceTouchesTravels) {
  for (int i = 0; i < 40; ++i) {
    const FramePlan plan = test::moving_plan(i, 40, 3, width, height, crop);
    for (const FacePlan& face : plan.faces) {
      const Region touched = touched_region(face, crop, width, height);
      for (int y = 0; y < crop; ++y) {
        for (int x = 0; x < crop; ++x) {
          const ReplicateTaps taps =
              replicate_taps(sample_point(to_map(face.geometry.crop_to_frame), x, y), width, height);
          ASSERT_TRUE(holds(touched, taps.x0, taps.y0) && holds(touched, taps.x0 + 1, taps.y1))
              << "frame " << i << " face " << face.face_id << " crop pixel " << x << ", " << y;
        }
      }
      const Region& region = face.geometry.region;
      if (!region.empty()) {
        EXPECT_TRUE(holds(touched, region.x, region.y));
        EXPECT_TRUE(holds(touched, region.x + region.width - 1, region.y + region.height - 1));
      }
    }
  }
}

TEST(CudaBatchPlan, EverythingThatAnAntialiasedWarpReadsTravels) {
  int minified = 0;
  for (int i = 0; i < 40; ++i) {
    FramePlan plan = test::moving_plan(i, 40, 3, width, height, crop);
    for (FacePlan& face : plan.faces) {
      // Up to eleven times as large as the crop, so that taps lie everywhere.
      AffineF& map = face.geometry.crop_to_frame;
      const float scale = 1.0F + 0.25F * static_cast<float>(i);
      map.xx *= scale, map.xy *= scale, map.yx *= scale, map.yy *= scale;
      const AntialiasRadii radii = antialias_radii(map);
      if (radii.across == 0) {
        continue;
      }
      ++minified;
      const AntialiasTaps across = antialias_table().axis(radii.across, nullptr);
      const AntialiasTaps down = antialias_table().axis(radii.down, nullptr);
      const Region touched = touched_region(face, crop, width, height, true);
      for (int y = 0; y < crop; y += 5) {
        for (int x = 0; x < crop; x += 5) {
          const SamplePoint at = sample_point(to_map(map), x, y);
          const int left = place_taps(across, at.x, width).first;
          const int top = place_taps(down, at.y, height).first;
          const auto limited = [](int at_pixel, int size) { return std::clamp(at_pixel, 0, size - 1); };
          ASSERT_TRUE(holds(touched, limited(left, width), limited(top, height)));
          ASSERT_TRUE(holds(touched, limited(left + antialias_reach(across.taps) - 1, width),
                            limited(top + down.taps - 1, height)))
              << "frame " << i << " crop pixel " << x << ", " << y;
        }
      }
    }
  }
  EXPECT_GT(minified, 40);
}

TEST(CudaAntialiasTable, HoldsTheWeightsOfEveryRadius) {
  const AntialiasTable& table = antialias_table();
  for (int radius = antialias_smallest_radius; radius <= antialias_largest_radius; ++radius) {
    const AntialiasAxis axis = antialias_axis(radius);
    const AntialiasTaps taps = table.axis(radius, table.weights().data());
    ASSERT_EQ(taps.taps, axis.taps);
    ASSERT_EQ(taps.stride % 4, 0) << "rows are read 16 bytes at a time";
    ASSERT_LE(antialias_columns(taps.taps), 5);
    ASSERT_LE(antialias_reach(taps.taps), taps.stride) << "behind the taps there are zeros to read";
    for (int phase = 0; phase < antialias_phases; ++phase) {
      for (int i = 0; i < taps.stride; ++i) {
        const int wanted = i < axis.taps ? axis.of_phase(phase)[static_cast<std::size_t>(i)] : 0;
        ASSERT_EQ(65536 * taps.weights[phase * taps.stride + i], wanted)
            << radius << " " << phase << " " << i;
      }
      ASSERT_GE(taps.weights[phase * taps.stride + antialias_middle(taps.taps)], 1.0F / 64)
          << radius << " " << phase << ": the first sum down a column stays below 2^23";
    }
  }
  EXPECT_EQ(table.axis(0, nullptr).taps, 0);
}

TEST(CudaBatchPlan, RegionsAreDisjointAndHoldTheirFaces) {
  for (int i = 0; i < 40; ++i) {
    const FramePlan plan = test::moving_plan(i, 40, 3, width, height, crop);
    const FrameJob job = job_of(plan);
    const BatchPlan batch = plan_batch({&job, 1}, crop, false);
    ASSERT_EQ(batch.faces.size(), plan.faces.size());
    std::vector<int> covered(static_cast<std::size_t>(width * height));
    for (const RegionTransfer& transfer : batch.transfers) {
      for (int y = transfer.region.y; y < transfer.region.y + transfer.region.height; ++y) {
        for (int x = transfer.region.x; x < transfer.region.x + transfer.region.width; ++x) {
          EXPECT_EQ(++covered[static_cast<std::size_t>(y * width + x)], 1);
        }
      }
      EXPECT_GE(transfer.pitch, 3U * static_cast<unsigned>(transfer.region.width));
      EXPECT_LE(transfer.offset + transfer.pitch * static_cast<std::size_t>(transfer.region.height),
                batch.transfer_bytes);
    }
    for (const BatchFace& face : batch.faces) {
      const Region touched = touched_region(*face.plan, crop, width, height);
      const Region& region = batch.transfers[static_cast<std::size_t>(face.transfer)].region;
      EXPECT_TRUE(holds(region, touched.x, touched.y) &&
                  holds(region, touched.x + touched.width - 1, touched.y + touched.height - 1));
    }
  }
}

/// Whether a kernel that may read `bytes_read_behind` bytes behind each pixel of a region stays
/// inside a frame.
bool stays_inside(const Region& region, const BgrView& frame) {
  const std::ptrdiff_t end = (frame.height - 1) * frame.stride_bytes + std::ptrdiff_t{3} * frame.width;
  for (int y = region.y; y < region.y + region.height; ++y) {
    const std::ptrdiff_t last = y * frame.stride_bytes + std::ptrdiff_t{3} * (region.x + region.width);
    if (last + bytes_read_behind > end) {
      return false;
    }
  }
  return true;
}

TEST(CudaBatchPlan, FramesInDeviceMemoryAreCopiedOnlyWhereAKernelMightReadBehindThem) {
  int direct = 0;
  int copied = 0;
  for (int i = 0; i < 40; ++i) {
    const FramePlan plan = test::moving_plan(i, 40, 3, width, height, crop);
    BgrImage memory(width + 5, height);
    const BgrView frame{memory.data(), width, height, 3 * (width + 5)};
    const FrameJob job{frame, &plan, frame};
    const BatchPlan batch = plan_device_batch({&job, 1}, crop);
    ASSERT_EQ(batch.faces.size(), plan.faces.size());
    const BatchPlan on_host = plan_batch({&job, 1}, crop, false);
    EXPECT_EQ(batch.layers, on_host.layers);
    EXPECT_EQ(batch.largest_tiles, on_host.largest_tiles);
    const bool inside = std::all_of(plan.faces.begin(), plan.faces.end(), [&frame](const FacePlan& face) {
      return stays_inside(touched_region(face, crop, width, height), frame);
    });
    (inside ? direct : copied) += 1;
    EXPECT_EQ(batch.transfers.empty(), inside) << "frame " << i;
    for (const BatchFace& face : batch.faces) {
      if (inside) {
        EXPECT_EQ(face.transfer, -1);
        continue;
      }
      const Region touched = touched_region(*face.plan, crop, width, height);
      const Region& region = batch.transfers.at(static_cast<std::size_t>(face.transfer)).region;
      EXPECT_TRUE(holds(region, touched.x, touched.y) &&
                  holds(region, touched.x + touched.width - 1, touched.y + touched.height - 1));
    }
  }
  EXPECT_GT(direct, 3);
  EXPECT_GT(copied, 3);
}

TEST(CudaBatchPlan, FacesThatOverlapArePastedOneAfterTheOther) {
  FramePlan plan = test::moving_plan(0, 40, 1, width, height, crop);
  const FacePlan face = plan.faces.front();
  plan.faces = {face, face, face};
  plan.faces[2].geometry.region = {0, 0, 3, 3};
  const FrameJob job = job_of(plan);
  const BatchPlan batch = plan_batch({&job, 1}, crop, false);
  EXPECT_EQ(batch.faces[0].layer, 0);
  EXPECT_EQ(batch.faces[1].layer, 1);
  EXPECT_EQ(batch.faces[2].layer, 0);
  EXPECT_EQ(batch.layers, 2);
}

TEST(CudaBatchPlan, WholeFramesTravelWithoutFacesToo) {
  const FramePlan none;
  const FrameJob job = job_of(none);
  EXPECT_TRUE(plan_batch({&job, 1}, crop, false).transfers.empty());
  const BatchPlan whole = plan_batch({&job, 1}, crop, true);
  ASSERT_EQ(whole.transfers.size(), 1U);
  EXPECT_EQ(whole.transfers[0].region, (Region{0, 0, width, height}));
}

TEST(CudaBatchPlan, GraphsHaveRoomForTheirBatches) {
  for (int count = 1; count < 5000; ++count) {
    EXPECT_GE(size_class(count), count);
    EXPECT_LE(size_class(count), count + count / 4 + 1);
    EXPECT_EQ(size_class(size_class(count)), size_class(count));
    EXPECT_GE(round_to_power_of_two(count), count);
    EXPECT_LT(round_to_power_of_two(count), 2 * count + (count == 1 ? 1 : 0));
  }
}

/// Frames of a stack of images, each with one face.
struct Stack {
  explicit Stack(int count, int gap = 0) : memory(width, (height + gap) * count) {
    for (int i = 0; i < count; ++i) {
      plans.push_back(test::moving_plan(i, 40, 1, width, height, crop));
    }
    for (int i = 0; i < count; ++i) {
      const BgrView frame = memory.view().crop(0, i * (height + gap), width, height);
      jobs.push_back({frame, &plans[static_cast<std::size_t>(i)], frame});
    }
  }
  BgrImage memory;
  std::vector<FramePlan> plans;
  std::vector<FrameJob> jobs;
};

TEST(CudaBatchPlan, FramesOfAStackTravelInOneCopy) {
  for (int gap : {0, 5}) {
    const Stack stack(6, gap);
    for (bool whole : {false, true}) {
      const BatchPlan batch = plan_batch(stack.jobs, crop, whole);
      ASSERT_EQ(batch.runs.size(), 1U);
      EXPECT_EQ(batch.runs[0].count, 6U);
      for (std::size_t i = 0; i < 6; ++i) {
        const RegionTransfer& transfer = batch.transfers[i];
        EXPECT_EQ(transfer.offset, i * transfer.pitch * static_cast<std::size_t>(transfer.region.height));
        const Region touched = touched_region(stack.plans[i].faces[0], crop, width, height);
        EXPECT_TRUE(holds(transfer.region, touched.x, touched.y));
        EXPECT_TRUE(holds(transfer.region, touched.x + touched.width - 1, touched.y + touched.height - 1));
      }
    }
  }
}

TEST(CudaBatchPlan, FramesThatAreNoStackTravelOneByOne) {
  Stack stack(6);
  std::swap(stack.jobs[2], stack.jobs[4]);
  EXPECT_EQ(plan_batch(stack.jobs, crop, false).runs.size(), 6U);
}

}  // namespace
}  // namespace ffbench::cuda
