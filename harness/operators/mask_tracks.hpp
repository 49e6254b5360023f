#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/image.hpp"
#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/plane.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/pack_crops.hpp"

// What `pack-crops` and `hold-masks` share: faces whose masks are held from frame to frame, in the
// two forms that batches of the CUDA backend have.
namespace ffbench::operators {

using GainTableBytes = std::array<std::array<std::uint8_t, 256>, 3>;

/// One frame of a face.
struct MaskFrame {
  bool reset = false;  ///< there is no previous mask
  Plane crop;
  Plane mask;
  Plane packed;  ///< a `PackedCrop` with its border; empty where nothing is packed
};

/// The frames of one face in order, and the mask before the first, which is the last one's
/// afterwards.
struct MaskTrack {
  bool started = false;  ///< the state holds a mask
  Plane state;
  std::vector<MaskFrame> frames;
};

struct MaskTracks {
  int size = 0;  ///< of crops and masks, which are squares
  int band = 0;
  bool hysteresis = true;
  bool gains = true;  ///< crops go through the tables
  GainTableBytes tables{};
  std::vector<MaskTrack> tracks;

  [[nodiscard]] std::size_t frames() const;
  std::vector<Plane*> planes();
  [[nodiscard]] std::string describe() const;
};

/// What a problem is made of.
struct MaskTrackParameters {
  int size = 64;
  int band = 4;
  bool hysteresis = true;
  bool gains = true;
  bool packed = true;
  std::vector<int> frames{1};  ///< of each track
  Content content = Content::random;
};

MaskTracks make_mask_tracks(const MaskTrackParameters& parameters, std::uint64_t seed);

/// Size, band, switches and tracks from the seed alone; sizes are multiples of `multiple`.
MaskTrackParameters random_mask_tracks(std::uint64_t seed, int multiple, bool packed);

/// A function that holds a mask against the previous one (`reference::mask_hysteresis`).
using HoldMask = std::function<void(ConstMaskView previous, int band, MaskView mask)>;

/// Goes through the frames of every face. `held` gets each frame with its held mask, which is a
/// copy; the state afterwards is the last one.
void hold_in_order(MaskTracks& in, const HoldMask& hold,
                   const std::function<void(MaskFrame&, bool last, const MaskImage& held)>& held);

/// The tracks of a batch on the device, as the executor writes them: as many entries as the graph
/// of so many faces has room for.
struct DeviceTracks {
  const cuda::PackTrack* tracks = nullptr;
  int count = 0;
};
DeviceTracks put_tracks(MaskTracks& in, DevicePlanes& on);

}  // namespace ffbench::operators
