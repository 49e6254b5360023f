#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ffbench {

/// Temporal PSNR at one stride, dB. `series[i]` compares frames i and i + stride; in the seed's
/// family, where pairs do not overlap, frames 2 i and 2 i + 2.
struct TpsnrFigures {
  double mean = 0;
  double std = 0;  ///< population standard deviation
  double min = 0;
  double tail_mean = 0;  ///< over pairs whose later frame is among the last 30
  double tail_min = 0;
  std::vector<double> series;
};

/// A pair whose delta falls out of the clip's own distribution (docs/metrics.md, negative-delta
/// outlier).
struct DeltaOutlier {
  int frame = 0;  ///< the later frame of the pair
  double value = 0;
  bool tail = false;
};

/// tPSNR at stride 2 of a candidate minus that of another run of the same fixture, dB.
struct DeltaFigures {
  double mean = 0;
  double min = 0;
  double tail_mean = 0;
  std::vector<double> series;
  std::vector<DeltaOutlier> outliers;
};

/// Figures that need no truth.
struct QualityFigures {
  TpsnrFigures tpsnr_stride1;
  TpsnrFigures tpsnr_stride2;
  TpsnrFigures tpsnr_seed;                    ///< pairs of the frames 0, 2, 4 ... alone
  std::optional<DeltaFigures> delta;          ///< against base-3.5.0
  std::optional<DeltaFigures> delta_truth;    ///< against the truth render
  std::optional<double> motion_energy;        ///< mean m(Y) in the face region
  std::optional<double> motion_energy_input;  ///< mean m(X) in the face region
  std::optional<double> motion_energy_error;  ///< |m(Y) - m(X)| / m(X)
  std::optional<double> temporal_flickering;  ///< VBench's score, 0 to 1
  /// Second-difference rms of the raw plan's points, px
  std::optional<double> landmark_jitter_raw;
  std::optional<double> landmark_jitter;  ///< second-difference rms of the plan's points, px
  std::optional<double> warp_error;       ///< E_warp with the input clip's optical flow, 1e-3
  std::optional<double> flow_error;       ///< tOF, px
};

/// Figures against the truth of a synthetic fixture. Units as in docs/metrics.md.
struct TruthFigures {
  std::optional<double> td_psnr;            ///< dB
  std::optional<double> fidelity_psnr;      ///< dB, mean
  std::optional<double> fidelity_psnr_min;  ///< dB
  std::optional<double> landmark_rms_px;
  std::optional<double> nmf;  ///< 0.01 px on a 256-px face
  std::optional<double> acceleration_error_px;
  std::optional<double> lag;  ///< frames
  std::optional<double> peak_error_px;
  std::optional<double> residual_4_15hz_px;
  std::optional<double> warp_error_face;  ///< 1e-3
  std::optional<double> warp_error_seam;  ///< 1e-3
  std::optional<double> mask_dtssd;
  /// Truth landmarks against the template: not an error of the pipeline
  std::optional<double> template_residual_px;
  /// TPSNR mean minus the truth render's, stride 2, dB
  std::optional<double> tpsnr_mean_vs_truth;
  std::optional<double> tpsnr_tail_vs_truth;  ///< the same of the tail means
  std::optional<int> face_frames;             ///< faces of the truth plan, over all frames
  std::optional<int> missed_face_frames;      ///< of these, the ones that the plan lacks
  // The same figures of the raw plan, and what the plan changes of them.
  std::optional<double> nmf_raw;
  std::optional<double> nmf_reduction;  ///< 1 - nmf / nmf_raw
  std::optional<double> td_psnr_raw;    ///< dB
  std::optional<double> td_psnr_gain;   ///< td_psnr - td_psnr_raw, dB
  std::optional<double> peak_error_raw_px;
  std::optional<double> peak_error_ratio;  ///< peak_error_px / peak_error_raw_px
  std::optional<double> landmark_rms_raw_px;
};

}  // namespace ffbench
