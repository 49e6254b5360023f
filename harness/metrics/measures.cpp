#include <array>

#include "harness/metrics/measure.hpp"

namespace ffbench::metrics {

// One function a measure, each in the file of its name.
std::unique_ptr<Measure> tpsnr_measure(const MeterConfig& config);
std::unique_ptr<Measure> motion_energy_measure(const MeterConfig& config);
std::unique_ptr<Measure> temporal_flickering_measure(const MeterConfig& config);
std::unique_ptr<Measure> landmark_jitter_measure(const MeterConfig& config);
std::unique_ptr<Measure> optical_flow_measure(const MeterConfig& config);
std::unique_ptr<Measure> truth_pixels_measure(const MeterConfig& config);
std::unique_ptr<Measure> truth_warp_error_measure(const MeterConfig& config);
std::unique_ptr<Measure> mask_stability_measure(const MeterConfig& config);
std::unique_ptr<Measure> truth_plan_measure(const MeterConfig& config);
std::unique_ptr<Measure> truth_tpsnr_measure(const MeterConfig& config);

std::span<const MakeMeasure> measures() {
  static constexpr std::array<MakeMeasure, 10> table{
      tpsnr_measure,        motion_energy_measure, temporal_flickering_measure, landmark_jitter_measure,
      optical_flow_measure, truth_pixels_measure,  truth_warp_error_measure,    mask_stability_measure,
      truth_plan_measure,   truth_tpsnr_measure,  // reads the figures of tpsnr
  };
  return table;
}

}  // namespace ffbench::metrics
