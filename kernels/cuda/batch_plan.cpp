#include "kernels/cuda/batch_plan.hpp"

#include <algorithm>

#include "kernels/cuda/composite_tiles.hpp"
#include "kernels/cuda/pixels.hpp"
#include "kernels/cuda/warp_antialiased_pixel.hpp"

namespace ffbench::cuda {
namespace {

constexpr std::size_t pitch_alignment = 64;

/// The fixed cost of a copy, as the bytes that are copied in the same time.
constexpr std::int64_t bytes_per_copy = 128 << 10;

bool overlap(const Region& a, const Region& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

Region bounding(const Region& a, const Region& b) {
  const int x0 = std::min(a.x, b.x);
  const int y0 = std::min(a.y, b.y);
  return {x0, y0, std::max(a.x + a.width, b.x + b.width) - x0, std::max(a.y + a.height, b.y + b.height) - y0};
}

/// Merges regions until none overlap.
void merge(std::vector<Region>& regions) {
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < regions.size() && !again; ++i) {
      for (std::size_t k = i + 1; k < regions.size() && !again; ++k) {
        if (overlap(regions[i], regions[k])) {
          regions[i] = bounding(regions[i], regions[k]);
          regions.erase(regions.begin() + static_cast<std::ptrdiff_t>(k));
          again = true;
        }
      }
    }
  }
}

std::size_t round_up(std::size_t value, std::size_t step) {
  return (value + step - 1) / step * step;
}

std::int64_t bytes_of(const Region& region) {
  return std::int64_t{3} * region.width * region.height;
}

/// Whether the frames, and the outputs, are equally spaced in memory, by a multiple of the stride.
bool stacked(std::span<const FrameJob> tasks) {
  const auto step = [](const auto& first, const auto& second) { return second.data - first.data; };
  const FrameJob& a = tasks[0];
  const FrameJob& b = tasks[1];
  const std::ptrdiff_t in = step(a.frame, b.frame);
  const std::ptrdiff_t out = step(a.output, b.output);
  const auto suits = [](std::ptrdiff_t distance, std::ptrdiff_t stride, int height) {
    return stride > 0 && distance >= stride * height && distance % stride == 0;
  };
  bool result =
      suits(in, a.frame.stride_bytes, a.frame.height) && suits(out, a.output.stride_bytes, a.output.height);
  for (std::size_t t = 1; t < tasks.size() && result; ++t) {
    result = step(tasks[t - 1].frame, tasks[t].frame) == in &&
             step(tasks[t - 1].output, tasks[t].output) == out &&
             tasks[t].frame.stride_bytes == a.frame.stride_bytes &&
             tasks[t].output.stride_bytes == a.output.stride_bytes;
  }
  return result;
}

/// Extends the regions of all frames to their bounding region, where one copy is faster than many
/// in spite of the additional bytes. Returns whether it did.
bool unite(std::span<const FrameJob> tasks, std::vector<std::vector<Region>>& regions) {
  if (tasks.size() < 2 || !stacked(tasks) ||
      !std::all_of(regions.begin(), regions.end(),
                   [](const auto& of_frame) { return of_frame.size() == 1; })) {
    return false;
  }
  Region all = regions[0][0];
  std::int64_t before = 0;
  for (const auto& of_frame : regions) {
    all = bounding(all, of_frame[0]);
    before += bytes_of(of_frame[0]);
  }
  const auto count = static_cast<std::int64_t>(regions.size());
  if (bytes_of(all) * count - before > (count - 1) * bytes_per_copy) {
    return false;
  }
  for (auto& of_frame : regions) {
    of_frame[0] = all;
  }
  return true;
}

}  // namespace

Region touched_region(const FacePlan& face, int crop_size, int frame_width, int frame_height,
                      bool antialias) {
  const Map map = to_map(face.geometry.crop_to_frame);
  const auto last = crop_size - 1;
  int x0 = frame_width - 1;
  int y0 = frame_height - 1;
  int x1 = 0;
  int y1 = 0;
  // Rounded sample positions are monotone along rows and columns of the crop, so those of its
  // corners bound them.
  for (const auto& [x, y] : {std::pair{0, 0}, {last, 0}, {0, last}, {last, last}}) {
    const ReplicateTaps taps = replicate_taps(sample_point(map, x, y), frame_width, frame_height);
    x0 = std::min(x0, taps.x0);
    y0 = std::min(y0, taps.y0);
    x1 = std::max(x1, std::min(taps.x0 + 1, frame_width - 1));
    y1 = std::max(y1, taps.y1);
  }
  if (const AntialiasRadii radii = antialias_radii(face.geometry.crop_to_frame);
      antialias && radii.across > 0) {
    // A radius on either side. The position is rounded to a phase, and a block of columns may end
    // behind the last tap.
    const auto pixels = [](int radius) { return radius / antialias_phases + 1; };
    const int taps = antialias_axis_shape(radii.across).taps;
    x0 = std::max(x0 - pixels(radii.across), 0);
    x1 = std::min(x1 + pixels(radii.across) + antialias_reach(taps) - taps, frame_width - 1);
    y0 = std::max(y0 - pixels(radii.down), 0);
    y1 = std::min(y1 + pixels(radii.down), frame_height - 1);
  }
  Region touched{x0, y0, x1 - x0 + 1, y1 - y0 + 1};
  if (!face.geometry.region.empty()) {
    touched = bounding(touched, face.geometry.region);
  }
  // Four pixels are three whole words.
  const int begin = touched.x / 4 * 4;
  const int end = std::min((touched.x + touched.width + 3) / 4 * 4, frame_width);
  return {begin, touched.y, end - begin, touched.height};
}

int round_to_power_of_two(int count) {
  int result = 1;
  while (result < count) {
    result *= 2;
  }
  return result;
}

int size_class(int count) {
  const int octave = round_to_power_of_two(count) / 2;
  const int step = std::max(octave / 4, 1);
  return (count + step - 1) / step * step;
}

namespace {

using Regions = std::vector<std::vector<Region>>;

/// The regions that the faces of each frame touch.
Regions touched_regions(std::span<const FrameJob> tasks, int crop_size, bool antialias) {
  Regions touched(tasks.size());
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const FrameJob& task = tasks[t];
    for (const FacePlan& face : task.plan->faces) {
      touched[t].push_back(touched_region(face, crop_size, task.frame.width, task.frame.height, antialias));
    }
  }
  return touched;
}

/// Whether a kernel that works on a region may read behind the last pixel of the image.
bool may_read_behind(const Region& region, const BgrView& image) {
  const auto end = [&image](int x, int y) { return (y - 1) * image.stride_bytes + std::ptrdiff_t{3} * x; };
  return end(region.x + region.width, region.y + region.height) + bytes_read_behind >
         end(image.width, image.height);
}

/// The plan with these regions of each frame copied, `united` ones at once.
BatchPlan plan_of(std::span<const FrameJob> tasks, const Regions& touched, const Regions& regions,
                  bool united) {
  BatchPlan plan;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const auto& faces = tasks[t].plan->faces;
    const auto first_transfer = static_cast<int>(plan.transfers.size());
    for (const Region& region : regions[t]) {
      const std::size_t pitch = round_up(3 * static_cast<std::size_t>(region.width), pitch_alignment);
      if (!united || t == 0) {
        plan.runs.push_back({plan.transfers.size(), united ? tasks.size() : 1});
      }
      plan.transfers.push_back({static_cast<int>(t), region, plan.transfer_bytes, pitch});
      plan.transfer_bytes += pitch * static_cast<std::size_t>(region.height);
    }
    const auto first_face = plan.faces.size();
    for (std::size_t i = 0; i < faces.size(); ++i) {
      BatchFace face{static_cast<int>(t), &faces[i], -1, 0};
      for (std::size_t k = 0; k < regions[t].size(); ++k) {
        if (overlap(regions[t][k], touched[t][i])) {
          face.transfer = first_transfer + static_cast<int>(k);
        }
      }
      const Region& region = faces[i].geometry.region;
      for (std::size_t k = 0; k < i; ++k) {
        const BatchFace& earlier = plan.faces[first_face + k];
        if (overlap(region, earlier.plan->geometry.region)) {
          face.layer = std::max(face.layer, earlier.layer + 1);
        }
      }
      plan.layers = std::max(plan.layers, face.layer + 1);
      plan.largest_tiles =
          std::max(plan.largest_tiles, region.empty() ? 1 : composite_tiles(region.width, region.height));
      plan.faces.push_back(face);
    }
  }
  return plan;
}

}  // namespace

BatchPlan plan_batch(std::span<const FrameJob> tasks, int crop_size, bool whole_frames, bool antialias) {
  const Regions touched = touched_regions(tasks, crop_size, antialias);
  Regions regions = touched;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    if (whole_frames) {
      regions[t] = {{0, 0, tasks[t].frame.width, tasks[t].frame.height}};
    } else {
      merge(regions[t]);
    }
  }
  const bool united = unite(tasks, regions);
  return plan_of(tasks, touched, regions, united);
}

BatchPlan plan_device_batch(std::span<const FrameJob> tasks, int crop_size, bool antialias) {
  const Regions touched = touched_regions(tasks, crop_size, antialias);
  Regions regions = touched;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const BgrView& output = tasks[t].output;
    if (std::none_of(touched[t].begin(), touched[t].end(),
                     [&output](const Region& region) { return may_read_behind(region, output); })) {
      regions[t].clear();
    } else {
      merge(regions[t]);
    }
  }
  return plan_of(tasks, touched, regions, false);
}

}  // namespace ffbench::cuda
