#include "harness/operators/mask_tracks.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/composite_pixel.hpp"

namespace ffbench::operators {

std::size_t MaskTracks::frames() const {
  std::size_t count = 0;
  for (const MaskTrack& track : tracks) {
    count += track.frames.size();
  }
  return count;
}

std::vector<Plane*> MaskTracks::planes() {
  std::vector<Plane*> all;
  for (MaskTrack& track : tracks) {
    all.push_back(&track.state);
    for (MaskFrame& frame : track.frames) {
      all.insert(all.end(), {&frame.crop, &frame.mask});
      if (frame.packed.pixel_bytes() > 0) {
        all.push_back(&frame.packed);
      }
    }
  }
  return all;
}

std::string MaskTracks::describe() const {
  std::string lengths;
  for (const MaskTrack& track : tracks) {
    lengths += fmt::format("{}{}", lengths.empty() ? "" : ", ", track.frames.size());
  }
  return fmt::format("size {}, band {}, hysteresis {}, gains {}, frames of the faces {}", size, band,
                     hysteresis, gains, lengths);
}

MaskTracks make_mask_tracks(const MaskTrackParameters& p, std::uint64_t seed) {
  MaskTracks result;
  result.size = p.size;
  result.band = p.band;
  result.hysteresis = p.hysteresis;
  result.gains = p.gains;
  for (std::size_t i = 0; i < 768; ++i) {
    result.tables[i / 256][i % 256] = static_cast<std::uint8_t>(mixed(seed, i));
  }
  Generator draw(seed);
  for (const int frames : p.frames) {
    MaskTrack& track = result.tracks.emplace_back();
    track.started = draw.one_in(2);
    track.state = Plane("state", p.size, p.size, 1, 0, p.content, draw.next());
    for (int i = 0; i < frames; ++i) {
      MaskFrame& frame = track.frames.emplace_back();
      frame.reset = draw.one_in(5);
      frame.crop = Plane("crop", p.size, p.size, 3, 0, p.content, draw.next());
      frame.mask = Plane("mask", p.size, p.size, 1, 0, p.content, draw.next());
      if (p.packed) {
        frame.packed =
            Plane("packed", 4 * cuda::packed_pitch(p.size), p.size + 2, 1, 0, Content::random, draw.next());
      }
    }
  }
  return result;
}

MaskTrackParameters random_mask_tracks(std::uint64_t seed, int multiple, bool packed) {
  Generator draw(seed);
  MaskTrackParameters p;
  p.size = (draw.size(150) + multiple - 1) / multiple * multiple;
  p.band = draw.one_in(4) ? draw.integer(0, 300) : draw.integer(0, 40);
  p.hysteresis = !packed || !draw.one_in(4);
  p.gains = !draw.one_in(3);
  p.packed = packed;
  p.content = draw.content();
  p.frames.resize(static_cast<std::size_t>(draw.integer(1, 3)));
  for (int& frames : p.frames) {
    frames = draw.integer(draw.one_in(6) ? 0 : 1, 6);
  }
  p.frames.front() = std::max(p.frames.front(), 1);
  return p;
}

void hold_in_order(MaskTracks& in, const HoldMask& hold,
                   const std::function<void(MaskFrame&, bool last, const MaskImage& held)>& held) {
  MaskImage mask(in.size, in.size);
  for (MaskTrack& track : in.tracks) {
    bool started = track.started;
    for (std::size_t i = 0; i < track.frames.size(); ++i) {
      MaskFrame& frame = track.frames[i];
      copy_pixels(ConstMaskView(frame.mask.mask()), mask.view());
      if (in.hysteresis) {
        if (started && !frame.reset) {
          hold(track.state.mask(), in.band, mask.view());
        }
        copy_pixels(mask.const_view(), track.state.mask());
        started = true;
      }
      held(frame, i + 1 == track.frames.size(), mask);
    }
  }
}

DeviceTracks put_tracks(MaskTracks& in, DevicePlanes& on) {
  const std::uint8_t* tables = in.gains ? on.put(in.tables[0].data(), sizeof in.tables) : nullptr;
  std::vector<cuda::PackTrack> tracks;
  for (MaskTrack& track : in.tracks) {
    std::vector<cuda::PackStep> steps;
    bool started = track.started;
    for (MaskFrame& frame : track.frames) {
      std::uint32_t* packed = nullptr;
      if (frame.packed.pixel_bytes() > 0) {
        packed = reinterpret_cast<std::uint32_t*>(on(frame.packed).data) + cuda::packed_origin(in.size);
      }
      steps.push_back(
          {on(frame.crop).data, on(frame.mask).data, tables, packed, started && !frame.reset ? 0 : 1});
      started = in.hysteresis;
    }
    cuda::PackTrack& entry = tracks.emplace_back();
    entry.count = static_cast<int>(steps.size());
    entry.state = in.hysteresis ? on(track.state).data : nullptr;
    if (!steps.empty()) {
      entry.first = steps.front();
      entry.steps = on.put(steps.data() + 1, steps.size() - 1);
    }
  }
  const int room = cuda::round_to_power_of_two(std::max(static_cast<int>(in.frames()), 1));
  tracks.resize(std::max(tracks.size(), static_cast<std::size_t>(room)));
  return {on.put(tracks.data(), tracks.size()), static_cast<int>(tracks.size())};
}

}  // namespace ffbench::operators
