#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/video/video_clip.hpp"

namespace ffbench::av {

struct Inspected {
  VideoFacts facts;
  std::vector<std::string> warnings;
};

/// Decodes the whole file once. Throws `Error` as VideoClip's constructor does.
Inspected inspect_video(const std::filesystem::path& path);

}  // namespace ffbench::av
