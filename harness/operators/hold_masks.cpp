#include "kernels/cuda/hold_masks.hpp"

#include <fmt/core.h>

#include "harness/operators/device_session.hpp"
#include "harness/operators/mask_tracks.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cpu/mask_hysteresis.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "reference/mask_hysteresis.hpp"

namespace ffbench::operators {
namespace {

/// Faces of which the masks are held: the last one in the state, the others in place.
struct Inputs : MaskTracks {
  explicit Inputs(MaskTracks made) : MaskTracks(std::move(made)) {}

  std::vector<Plane*> outputs() {
    std::vector<Plane*> all;
    for (MaskTrack& track : tracks) {
      all.push_back(&track.state);
      for (MaskFrame& frame : track.frames) {
        all.push_back(&frame.mask);
      }
    }
    return all;
  }
  [[nodiscard]] std::uint64_t bytes_moved() const {
    return 2 * frames() * static_cast<std::uint64_t>(size) * static_cast<std::uint64_t>(size);
  }
};

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&result](const std::string& what, const MaskTrackParameters& p, bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, p.size, p.size), benchmark,
                      [p, seed = result.size() + 1] { return Inputs(make_mask_tracks(p, seed)); }});
  };
  for (const int size : {4, 8, 32, 68, 96, 128, 132}) {
    add("one-frame", {.size = size, .packed = false, .frames = {1}});
    add("sequence", {.size = size, .packed = false, .frames = {7}});
    add("sequences", {.size = size, .packed = false, .frames = {3, 0, 4, 2}});
  }
  for (const int band : {0, 1, 127, 128, 255, 256, 1000}) {
    add(fmt::format("band-{}", band), {.size = 36, .band = band, .packed = false, .frames = {4, 3}});
  }
  for (const Content content : {Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    add(name_of(content), {.size = 64, .packed = false, .frames = {4, 4}, .content = content});
  }
  add("sequence-16", {.size = 512, .packed = false, .frames = {16}}, true);
  return result;
}

void hold(Inputs& in, const HoldMask& function) {
  hold_in_order(in, function, [](MaskFrame& frame, bool last, const MaskImage& held) {
    if (!last) {
      copy_pixels(held.const_view(), frame.mask.mask());
    }
  });
}

/// The executor's function, which updates the state as well.
void hold_on_cpu(Inputs& in) {
  for (MaskTrack& track : in.tracks) {
    bool started = track.started;
    MaskImage last(in.size, in.size);
    for (std::size_t i = 0; i < track.frames.size(); ++i) {
      MaskView mask = track.frames[i].mask.mask();
      if (i + 1 == track.frames.size()) {
        copy_pixels(ConstMaskView(mask), last.view());
        mask = last.view();
      }
      if (started && !track.frames[i].reset) {
        cpu::mask_hysteresis_update_rows(track.state.mask(), in.band, mask, {0, in.size});
      } else {
        copy_pixels(ConstMaskView(mask), track.state.mask());
      }
      started = true;
    }
  }
}

std::function<void()> prepare(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const DeviceTracks tracks = put_tracks(in, on);
    return [&in, &on, tracks] {
      cuda::stage_kernels.hold_masks(tracks.tracks, tracks.count, in.size, in.band, on.stream());
    };
  }
  return {};
}

}  // namespace

Operator hold_masks_operator() {
  return make_operator<Inputs>(
      {"hold-masks",
       "masks of faces held over their frames, for composites that pack crops themselves",
       {{"reference", [](Inputs& in) { hold(in, reference::mask_hysteresis); }},
        {"cpu", hold_on_cpu, true},
        on_cuda<Inputs>(prepare)},
       ""},
      cases(),
      [](std::uint64_t seed) { return Inputs(make_mask_tracks(random_mask_tracks(seed, 4, false), seed)); });
}

}  // namespace ffbench::operators
