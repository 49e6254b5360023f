#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/face_track.hpp"

namespace ffbench {

/// The contents of a NAME.track.json (docs/track-files.md, datasets/track.schema.json).
struct TrackFile {
  std::string video;              ///< file name of the video, without its folder
  std::uint64_t video_bytes = 0;  ///< its size; 0 where not known
  /// XXH3-128 of the file in 32 hexadecimal digits; empty where not known
  std::string video_digest;
  std::string detector_settings;   ///< Detector::settings; empty where not known
  FaceTrack observed;              ///< width, height, detector and frames
  std::optional<FaceTrack> truth;  ///< of a synthetic fixture
};

/// A file and what had to be left out of it.
struct TrackFileRead {
  TrackFile file;
  std::vector<std::string> warnings;  ///< one line each
};

/// Reads a track file. A face with a number that is null, NaN or infinite, with landmarks more than
/// 10 frame sizes away from the origin or all in one place, or with an empty box, is left out of
/// that frame and counted in a warning. Everything else that does not follow the schema throws
/// `Error` naming file and place: broken JSON by line and column, a wrong value by its path, a
/// wrong number of frames by both numbers.
TrackFileRead read_track_file(const std::filesystem::path& path);

/// The same from text; `name` is what messages call it.
TrackFileRead parse_track_file(std::string_view text, const std::string& name);

/// Writes the file whole or not at all, one frame a line. Non-finite numbers are written as null.
/// The same contents give the same bytes; reading gives back the same numbers to the last bit.
void write_track_file(const std::filesystem::path& path, const TrackFile& file);
std::string format_track_file(const TrackFile& file);

/// Fits the track to a clip: throws `Error` that names the numbers where size or frame count
/// differ. Where the video itself is cut off (`video_truncated`), the frames it lacks are removed
/// from the track, with a warning.
void fit_to_clip(TrackFile& file, const std::string& name, int width, int height, int frame_count,
                 bool video_truncated, std::vector<std::string>& warnings);

}  // namespace ffbench
