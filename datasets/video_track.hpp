#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/face_track.hpp"
#include "datasets/detectors/tracker.hpp"

namespace ffbench {

class Clip;
class Detector;

struct VideoTrackOptions {
  /// A track file to use as it is (--track); empty: the cached one, or a new one.
  std::filesystem::path track_file;
  /// Where the cache goes when the video's folder cannot be written to; empty: nowhere.
  std::filesystem::path fallback_folder;
  /// Frames of the video are known to be missing: a longer track is accepted.
  bool video_truncated = false;
  TrackProgress progress;
};

/// The faces of a video, and where they come from.
struct VideoTrack {
  FaceTrack track;
  std::filesystem::path
      /// The track file read or written; empty where the cache could be kept nowhere
      file;
  bool detected = false;  ///< by this call, as opposed to read from a file
};

/// The cache's name beside the video: head.mp4 -> head.track.json.
std::filesystem::path track_path_beside(const std::filesystem::path& video);

/// The track of a video: from `options.track_file`; else from the cached file, where its digest of
/// the video and its detector's settings are the ones at hand; else found by `detector` and cached.
/// A file beside the video that none of our detectors made (an annotation by hand) is used and
/// never overwritten. `detector` may be null where a file is sure to serve. Notes and warnings, one
/// line each, are appended to `warnings`. Throws `Error` for unusable files.
VideoTrack load_or_detect(const std::filesystem::path& video, Clip& clip, Detector* detector,
                          const VideoTrackOptions& options, std::vector<std::string>& warnings);

}  // namespace ffbench
