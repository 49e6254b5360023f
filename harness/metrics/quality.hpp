#pragma once

#include <memory>
#include <optional>
#include <span>

#include "core/face_plan.hpp"
#include "core/face_track.hpp"
#include "core/image.hpp"
#include "core/truth.hpp"
#include "reports/quality.hpp"

namespace ffbench::metrics {

/// What is known of a run before its first frame. The plans and the track are borrowed and outlive
/// the meter; each has `frame_count` frames.
struct MeterConfig {
  int width = 0;
  int height = 0;
  int frame_count = 0;
  double frames_per_second = 0;
  int crop_size = 0;               ///< crop pixels; of every plan given
  Landmarks5 template_points{};    ///< crop pixels
  const ClipPlan* plan = nullptr;  ///< what was executed; nullptr for an external command
  /// Observed landmarks, no filter; nullptr without detection
  const ClipPlan* raw_plan = nullptr;
  const ClipPlan* truth_plan = nullptr;    ///< true landmarks, no filter; nullptr without truth
  const FaceTrack* truth_track = nullptr;  ///< given exactly when truth_plan is
  /// E_warp and tOF with the flow of the input: slow, for clips without truth
  bool optical_flow = false;
};

/// The masks of one face as its executors used them, crop pixels, after hysteresis.
struct FaceMasks {
  int face_id = 0;
  ConstMaskView output;  ///< of the run; empty: the face has no part in mask dtSSD
  ConstMaskView truth;   ///< of the truth render; empty: the whole crop counts as face region
};

/// One frame of a run. Views are read during the call alone.
struct FrameSample {
  int index = 0;
  ConstBgrView input;
  ConstBgrView output;
  ConstBgrView truth_output;  ///< the truth render; empty without truth
  /// nullptr: no E_warp with exact flow. Must stay as they are until the next frame was added.
  const TruthMaps* maps = nullptr;
  std::span<const FaceMasks> masks;
};

/// Everything the meter measured.
struct MeterResult {
  QualityFigures quality;  ///< delta (against the base) is left empty, see `complete_with_base`
  std::optional<TruthFigures>
      truth;  ///< what compares with the raw run is left empty, see `complete_with_raw`
};

/// Measures a run frame by frame; never holds more than a few frames. Rectangles of faces come from
/// the truth plan, without truth from the raw plan, and without either they are the whole frame.
class QualityMeter {
 public:
  /// Throws `Error` where the configuration contradicts itself.
  explicit QualityMeter(const MeterConfig& config);
  ~QualityMeter();
  QualityMeter(QualityMeter&&) noexcept;
  QualityMeter& operator=(QualityMeter&&) noexcept;
  QualityMeter(const QualityMeter&) = delete;
  QualityMeter& operator=(const QualityMeter&) = delete;

  /// The frames in order, from index 0. Throws `Error` for a frame out of order or of another size.
  void add_frame(const FrameSample& sample);

  /// The figures of the frames added. Figures of the plans look at the whole clip.
  [[nodiscard]] MeterResult finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Fills `figures.delta` against the base run's figures of the same fixture.
void complete_with_base(QualityFigures& figures, const QualityFigures& base, int frame_count);

/// Fills `delta_truth` and the two tPSNR differences from the truth render's tPSNR at stride 2. The
/// meter does so itself where every sample had a truth render.
void complete_with_truth_tpsnr(QualityFigures& figures, TruthFigures& truth,
                               const TpsnrFigures& truth_stride2, int frame_count);

}  // namespace ffbench::metrics
