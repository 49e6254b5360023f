#include "kernels/cuda/pack_crops.hpp"

#include <fmt/core.h>

#include "harness/operators/device_session.hpp"
#include "harness/operators/mask_tracks.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cpu/apply_gains.hpp"
#include "kernels/cpu/mask_hysteresis.hpp"
#include "kernels/cuda/packed_crop.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "reference/apply_gains.hpp"
#include "reference/mask_hysteresis.hpp"

namespace ffbench::operators {
namespace {

/// Faces of which crops, with gains, and held masks are packed.
struct Inputs : MaskTracks {
  explicit Inputs(MaskTracks made) : MaskTracks(std::move(made)) {}

  std::vector<Plane*> outputs() {
    std::vector<Plane*> all;
    for (MaskTrack& track : tracks) {
      all.push_back(&track.state);
      for (MaskFrame& frame : track.frames) {
        all.push_back(&frame.packed);
      }
    }
    return all;
  }
  /// A crop and a mask in, a word a pixel out.
  [[nodiscard]] std::uint64_t bytes_moved() const {
    return 8 * frames() * static_cast<std::uint64_t>(size) * static_cast<std::uint64_t>(size);
  }
};

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&result](const std::string& what, const MaskTrackParameters& p, bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, p.size, p.size), benchmark,
                      [p, seed = result.size() + 1] { return Inputs(make_mask_tracks(p, seed)); }});
  };
  // A frame alone, a few and many: each has kernels of its own, and another for odd rows.
  for (const int size : {1, 3, 4, 5, 33, 64, 97, 128, 130, 132}) {
    add("one-frame", {.size = size, .frames = {1}});
    add("two-faces", {.size = size, .frames = {1, 1}});
    add("sequence", {.size = size, .frames = {5}});
    add("sequences", {.size = size, .frames = {4, 0, 3, 6}});
  }
  for (const int band : {0, 1, 127, 128, 255, 256, 1000}) {
    add(fmt::format("band-{}", band), {.size = 36, .band = band, .frames = {3, 2}});
  }
  for (const bool hysteresis : {true, false}) {
    for (const bool gains : {true, false}) {
      const std::string name = fmt::format("hysteresis-{}-gains-{}", hysteresis, gains);
      add(name, {.size = 68, .hysteresis = hysteresis, .gains = gains, .frames = {1}});
      add(name + "-sequences", {.size = 68, .hysteresis = hysteresis, .gains = gains, .frames = {3, 4}});
    }
  }
  for (const Content content : {Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    add(name_of(content), {.size = 64, .frames = {2, 2}, .content = content});
  }
  add("one-frame", {.size = 512, .frames = {1}}, true);
  add("sequence-16", {.size = 512, .frames = {16}}, true);
  return result;
}

/// Packs with functions of a backend: `apply(tables, crop)` works in place.
template <typename Apply>
void pack_in_order(Inputs& in, const HoldMask& hold, const Apply& apply) {
  BgrImage crop(in.size, in.size);
  hold_in_order(in, hold, [&](MaskFrame& frame, bool, const MaskImage& held) {
    copy_pixels(ConstBgrView(frame.crop.bgr()), crop.view());
    if (in.gains) {
      apply(in.tables, crop.view());
    }
    cuda::pack_crop(crop.const_view(), held.const_view(),
                    reinterpret_cast<std::uint32_t*>(frame.packed.pixels()));
  });
}

std::function<void()> prepare(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const DeviceTracks tracks = put_tracks(in, on);
    return [&in, &on, tracks] {
      cuda::stage_kernels.pack_crops(tracks.tracks, tracks.count, in.size, in.band, on.stream());
    };
  }
  return {};
}

}  // namespace

Operator pack_crops_operator() {
  return make_operator<Inputs>(
      {"pack-crops",
       "crops of faces with gains, and masks held over their frames, packed for the composite",
       {{"reference",
         [](Inputs& in) { pack_in_order(in, reference::mask_hysteresis, reference::apply_gains); }},
        {"cpu",
         [](Inputs& in) {
           pack_in_order(in, cpu::mask_hysteresis, [](const cpu::GainTables& tables, BgrView crop) {
             cpu::apply_gains(tables, crop, crop);
           });
         },
         true},
        on_cuda<Inputs>(prepare)},
       ""},
      cases(),
      [](std::uint64_t seed) { return Inputs(make_mask_tracks(random_mask_tracks(seed, 1, true), seed)); });
}

}  // namespace ffbench::operators
