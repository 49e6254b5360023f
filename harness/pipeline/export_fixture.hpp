#pragma once

#include <filesystem>
#include <functional>

#include "datasets/fixture.hpp"

namespace ffbench {

struct ExportedFixture {
  std::filesystem::path video;   ///< NAME.mp4
  std::filesystem::path track;   ///< NAME.track.json with the observed and the true faces
  std::filesystem::path source;  ///< NAME.source.png
};

/// Writes a fixture as a video that other programs can be fed with, its track beside it. Throws
/// `Error` in a build without FFmpeg and where the folder cannot be written.
ExportedFixture export_fixture(Fixture& fixture, const std::filesystem::path& folder,
                               const std::function<void()>& frame_done);

}  // namespace ffbench
