#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/executor.hpp"
#include "core/face_plan.hpp"
#include "core/hash.hpp"
#include "harness/pipeline/frame_ring.hpp"
#include "harness/swap_model/swap_network.hpp"

namespace ffbench {

/// What one pass over a clip took and made.
struct PassTimes {
  /// Of the pixel stages; in batches a frame's share of its ring
  std::vector<double> frame_seconds;
  double seconds = 0;          ///< their sum
  double network_seconds = 0;  ///< of a swap network, which is in no other figure
  double delay_seconds = 0;    ///< what `PassHooks::delay` added, which is in `seconds`
  std::string digest;          ///< XXH3-128 of all output frames, hexadecimal
};

/// What a pass calls beside the executor.
struct PassHooks {
  /// Slows the pass down on purpose. Called after each frame, or batch of a ring, that took so many
  /// seconds; returns the seconds that it took itself.
  std::function<double(double)> delay;
  /// Receives every output frame, outside the clock.
  std::function<void(int frame, ConstBgrView output)> output;
  /// Receives the outputs of a whole ring at once, outside the clock, from executors that take
  /// batches.
  std::function<void(int first, std::span<const FrameJob> jobs)> ring;
  /// Fills outputs that are not the frame's own memory, so that a byte that is not written shows.
  std::optional<std::uint8_t> poison;
  bool digest = true;  ///< whether outputs are digested; without, `PassTimes::digest` means nothing
};

/// Passes of one executor over one clip, as production would run it: everything that times an
/// executor, or runs it without observing it, goes through this class.
///
/// Frames are decoded into a ring outside the clock (`FrameRing`, which several passes may share).
/// An executor that works in place has them copied into memory of its own, which was prepared for
/// it, as a decoder would write into it; its outputs replace them. An executor that takes batches
/// is given the whole ring at once, any other one frame after another.
class PreparedPass {
 public:
  /// Executor and network (null: none) are borrowed. `ring_length` frames at most are given at
  /// once.
  PreparedPass(Executor& executor, const SwapNetwork* network, const Clip& clip, int ring_length);

  /// The length of a ring for passes of these executors over the clip: many frames where one of
  /// them takes batches, so that filling and emptying a pipeline of batches does not count.
  static int ring_length(const Clip& clip, const std::vector<const Executor*>& executors);

  /// Runs the plans of a whole ring over one frame, or the first plan where frames are given one by
  /// one. Pays for allocations, code that is loaded and tables that are made.
  void warm_up(ConstBgrView frame, const ClipPlan& plan);

  /// One pass over the clip. The ring is of the length that was given to the constructor.
  PassTimes run(FrameRing& ring, const ClipPlan& plan);

  /// The same in pieces, so that passes of several executors can take turns on one ring: `begin`,
  /// `run_ring` for the frames `first` ... of every ring of the clip, `finish`. The plan is
  /// borrowed until then.
  void begin(const ClipPlan& plan);
  void run_ring(int first, const FrameRing& ring, int count);
  PassTimes finish();

  /// Whether whole rings are given at once.
  [[nodiscard]] bool in_batches() const { return in_batches_; }
  /// Whether stages overlap in the passes above, so that their times need a pass of their own.
  [[nodiscard]] bool stages_overlap() const { return in_batches_; }
  /// Such a pass. Its times replace those of `stage_ms`.
  void measure_stages(FrameRing& ring, const ClipPlan& plan);
  /// Milliseconds a frame by stage since `forget_stages`; stages that took no time are left out.
  [[nodiscard]] std::map<std::string, double> stage_ms() const;
  void forget_stages();

  PassHooks hooks;

 private:
  [[nodiscard]] BgrView own_frame(int i);
  [[nodiscard]] double network_seconds() const { return network_ == nullptr ? 0 : network_->seconds(); }
  FrameJob job(int first, int i, const FrameRing& ring);
  void prepare_outputs(const FrameRing& ring, int count);
  /// Runs `execute` against the clock for `frames` frames.
  template <typename Execute>
  void time(int frames, const Execute& execute);

  Executor& executor_;
  const SwapNetwork* network_;
  bool in_batches_;
  bool in_place_;
  int height_;
  /// Frames one below the other: an executor may copy several at once.
  BgrImage own_;
  std::shared_ptr<void> prepared_;  ///< handle of `own_`; goes before it
  const ClipPlan* plan_ = nullptr;  ///< of the pass that runs
  PassTimes times_;
  Hasher hasher_;
  int stage_frames_ = 0;              ///< since `forget_stages`
  double stage_network_seconds_ = 0;  ///< the same
};

}  // namespace ffbench
