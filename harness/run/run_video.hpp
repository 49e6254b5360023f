#pragma once

#include <filesystem>

#include "harness/run/run_options.hpp"
#include "harness/system/progress.hpp"
#include "reports/report.hpp"

namespace ffbench {

struct VideoOptions {
  std::filesystem::path video;
  std::filesystem::path source;          ///< the portrait; SwapKind::source needs one
  std::filesystem::path detector_model;  ///< a YuNet model; empty: Haar cascades
  std::filesystem::path track;           ///< a track file to use instead of detecting
  std::filesystem::path output;          ///< the swapped video; empty: none is written
  std::filesystem::path gates;           ///< empty: ci/gates.json
  std::filesystem::path out;
  int crop_size = 512;
  std::string warp_template = "arcface_128";
  std::string command_line;
  RunOptions run;
};

/// Runs the pipelines over a video and writes the report's files into `out`; with `output` also the
/// video as the last of the pipelines leaves it, every frame of it, with the original's timing and
/// sound. Throws `Error` in a build without FFmpeg.
Report run_video(const VideoOptions& options, Progress& progress);

}  // namespace ffbench
