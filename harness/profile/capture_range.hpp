#pragma once

namespace ffbench {

/// While it lives, profilers that wait for it collect: `nsys --capture-range=cudaProfilerApi` and
/// `ncu --profile-from-start off` through the CUDA driver where one is loaded, `perf --control
/// fifo:CONTROL,ACK` where the environment variable FFBENCH_PERF_CONTROL names these two, separated
/// by a comma. Throws `Error` where perf does not answer.
class CaptureRange {
 public:
  CaptureRange();
  ~CaptureRange();
  CaptureRange(const CaptureRange&) = delete;
  CaptureRange& operator=(const CaptureRange&) = delete;
};

}  // namespace ffbench
