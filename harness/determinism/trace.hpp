#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/executor.hpp"
#include "core/face_plan.hpp"
#include "core/hash.hpp"
#include "harness/pipeline/stage_recorder.hpp"
#include "reports/ledger.hpp"

namespace ffbench {

/// An image of a run, in the order in which a difference would spread.
struct ImageKey {
  int frame = 0;
  Stage stage = Stage::warp;
  int face_id = 0;
  // The check takes the result of <=> for a pointer.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend auto operator<=>(const ImageKey&, const ImageKey&) = default;
};

/// The digests of one run over a clip.
struct StageTrace {
  std::vector<Digest> plan;           ///< of every frame's plan
  std::map<ImageKey, Digest> images;  ///< of every image
  StageDigests stages;                ///< of everything a stage made
};

/// Digests of a plan, frame by frame: two plans have the same one where every number is the same to
/// the last bit.
std::vector<Digest> plan_digests(const ClipPlan& plan);

/// The first place where a run is not the one expected.
struct TraceDifference {
  std::optional<int> plan_frame;  ///< the plan differs already, first here
  ImageKey image;                 ///< otherwise: this image
  /// What the run made; nothing where it made no such image
  std::optional<StageRecorder::Entry> actual;
};

/// Traces a run, and, where there is a trace to expect, keeps the first image that is another.
class StageTracer final : public StageObserver {
 public:
  /// `expected` may be null, and outlives the tracer.
  explicit StageTracer(const StageTrace* expected) : expected_(expected) {}

  void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
             int channels, std::ptrdiff_t stride_bytes) override;

  /// The trace, once the run is over. The plan is the caller's to add.
  [[nodiscard]] StageTrace trace() const;
  /// The first difference of the images that were seen; also one that was expected and did not
  /// come.
  [[nodiscard]] std::optional<TraceDifference> difference() const;

 private:
  const StageTrace* expected_;
  std::map<ImageKey, Digest> images_;
  std::map<Stage, Hasher> stages_;
  std::optional<TraceDifference> first_;
};

/// Keeps the one image with that key.
class ImageCatcher final : public StageObserver {
 public:
  explicit ImageCatcher(const ImageKey& key) : key_(key) {}

  void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
             int channels, std::ptrdiff_t stride_bytes) override;

  [[nodiscard]] const std::optional<StageRecorder::Entry>& caught() const { return caught_; }

 private:
  ImageKey key_;
  std::optional<StageRecorder::Entry> caught_;
};

}  // namespace ffbench
