#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "core/face_plan.hpp"
#include "core/image.hpp"
#include "core/preset.hpp"
#include "core/stage.hpp"

namespace ffbench {

/// Receives what a stage made, for digests, dumps and comparison. Bytes are in C order without
/// padding.
class StageObserver {
 public:
  virtual ~StageObserver() = default;

  /// An image of a stage: the crop after `warp`, `swap`, `gains` (3 channels), the mask after
  /// `mask`, `hysteresis` (1 channel), the whole output frame after the last face's `composite` (3
  /// channels, face_id -1).
  virtual void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
                     int channels, std::ptrdiff_t stride_bytes) = 0;

 protected:
  StageObserver() = default;
  StageObserver(const StageObserver&) = default;
  StageObserver& operator=(const StageObserver&) = default;
};

/// What the swap stage does.
enum class SwapKind {
  source,    ///< the aligned source portrait stands in for a model
  identity,  ///< the crop itself stands in for a model
  model,     ///< a network runs
};

/// A swap network. Used from one thread at a time.
class SwapModel {
 public:
  virtual ~SwapModel() = default;

  /// Writes the swapped crop. Both views are crop_size x crop_size and do not overlap.
  virtual void swap(ConstBgrView crop, BgrView swapped) = 0;

 protected:
  SwapModel() = default;
  SwapModel(const SwapModel&) = default;
  SwapModel& operator=(const SwapModel&) = default;
};

/// What an executor of the `enhanced` algorithm is made from.
struct ExecutorOptions {
  Preset preset;
  int crop_size = 512;
  SwapKind swap = SwapKind::source;
  BgrImage source_crop;              ///< crop_size x crop_size; used by SwapKind::source
  std::shared_ptr<SwapModel> model;  ///< used by SwapKind::model
};

/// One frame of a batch. `output` has the frame's size. It is either the frame itself - the same
/// address and stride, where the executor works in place - or shares no byte with it; nor does it
/// share any with frames and outputs of the batch's other jobs.
struct FrameJob {
  ConstBgrView frame;
  const FramePlan* plan = nullptr;
  BgrView output;
};

/// Turns frames and plans into output frames. Owns the temporal state of every face, so frames of a
/// clip are given in order; `restart` begins a new clip (or pass). One executor is used from one
/// thread at a time. After an exception nothing is under way any more in the caller's memory, and
/// the executor can be restarted or destroyed.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Who computes: "reference", "cpu", "cuda", "base-3.5.0", with details such as the SIMD target
  /// after a blank.
  [[nodiscard]] virtual std::string description() const = 0;

  /// Forgets all temporal state.
  virtual void restart() = 0;

  /// Computes frame `index` (the count of frames since the start of the clip; used for observers
  /// only). `output` has the frame's size and may be poisoned: every byte is written. `frame` and
  /// `output` share no byte, or are the same view where the executor works in place.
  virtual void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) = 0;

  /// Computes the frames `first`, `first` + 1, ... as if `execute` were called for each in turn,
  /// and observes them: per stage, images come in the order of frames and faces. All outputs are
  /// written when it returns.
  virtual void execute_batch(int first, std::span<const FrameJob> jobs) {
    for (const FrameJob& job : jobs) {
      execute(first++, job.frame, *job.plan, job.output);
    }
  }

  /// Frames that should be given at once, so that work and transfers of several can overlap; 1:
  /// more bring nothing.
  [[nodiscard]] virtual int preferred_batch() const { return 1; }

  /// Whether the output may be the frame itself, address and stride. Nothing is copied then, and
  /// pixels that no face covers are not touched.
  [[nodiscard]] virtual bool works_in_place() const { return false; }

  /// Prepares memory that frames will be read from and written to many times for fast transfers,
  /// until the returned handle is dropped; the memory outlives the handle, the handle not the
  /// executor. Null where there is nothing to prepare.
  [[nodiscard]] virtual std::shared_ptr<void> prepare_memory(void* /*memory*/, std::size_t /*bytes*/) {
    return nullptr;
  }

  /// Whether an executor whose stages overlap takes their times one by one, which slows it down.
  /// Others always take them; with a network in the middle the CUDA backend takes none.
  virtual void separate_stages(bool /*on*/) {}

  /// What else is worth reporting of the work so far, by name.
  [[nodiscard]] virtual std::map<std::string, double> counters() const { return {}; }

  /// Time by stage since construction or the last call of `reset_stage_times`.
  [[nodiscard]] const StageTimes& stage_times() const { return stage_times_; }
  void reset_stage_times() { stage_times_ = {}; }

  /// Observes stages from now on; nullptr ends it. Observation may be slow, timed runs go without.
  void observe(StageObserver* observer) { observer_ = observer; }

 protected:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  StageTimes stage_times_;
  StageObserver* observer_ = nullptr;
};

}  // namespace ffbench
