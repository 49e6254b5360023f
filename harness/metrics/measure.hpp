#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/face_plan.hpp"
#include "harness/metrics/face_region.hpp"
#include "harness/metrics/quality.hpp"

namespace ffbench::metrics {

/// A frame of a run, with the geometry that several measures share. Valid during one call of
/// `Measure::add`.
struct MeasuredFrame {
  const FrameSample& sample;
  /// Rectangles of the faces in this frame and in the next: of the truth plan, without truth of the
  /// raw plan, without either the whole frame. Empty beyond the end of the clip.
  std::span<const Region> faces;
  std::span<const Region> next_faces;
  /// With truth alone: the truth plan of the frame, its face region, and the rectangles of its
  /// crops in this frame and in the next.
  const FramePlan* truth_plan = nullptr;
  const FaceRegion* face_region = nullptr;
  std::span<const Region> crops{};
  std::span<const Region> next_crops{};
};

/// One or more figures of a run, measured frame by frame.
class Measure {
 public:
  virtual ~Measure() = default;
  Measure(const Measure&) = delete;
  Measure& operator=(const Measure&) = delete;

  /// The frames in order, from index 0. Measures of plans alone need none.
  virtual void add(const MeasuredFrame& /*frame*/) {}

  /// Writes its figures. `result.truth` is there exactly when the clip has truth; measures of
  /// earlier rows of the table have written theirs.
  virtual void finish(MeterResult& result) const = 0;

 protected:
  Measure() = default;
};

/// Makes a measure for a clip; null where the clip lacks what it needs.
using MakeMeasure = std::unique_ptr<Measure> (*)(const MeterConfig& config);

/// Every measure, in the order in which they finish.
std::span<const MakeMeasure> measures();

}  // namespace ffbench::metrics
