#include "datasets/video_track.hpp"

#include <fstream>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "core/clip.hpp"
#include "core/error.hpp"
#include "core/hash.hpp"
#include "datasets/detectors/detector.hpp"
#include "datasets/track_file.hpp"

namespace ffbench {
namespace {

struct Identity {
  std::uint64_t bytes = 0;
  std::string digest;
};

Identity identify(const std::filesystem::path& video) {
  std::ifstream stream(video, std::ios::binary);
  if (!stream) {
    fail("{}: cannot be opened; check the name and its permissions", video.string());
  }
  Identity result;
  Hasher hasher;
  std::vector<char> block(1 << 20);
  while (stream.read(block.data(), static_cast<std::streamsize>(block.size())) || stream.gcount() > 0) {
    hasher.update(block.data(), static_cast<std::size_t>(stream.gcount()));
    result.bytes += static_cast<std::uint64_t>(stream.gcount());
  }
  result.digest = hasher.digest().hex();
  return result;
}

/// Whether a new file may be put there. A folder whose write bits are all off is left alone even by
/// root.
bool may_write(const std::filesystem::path& folder) {
  const std::string name = folder.empty() ? "." : folder.string();
  struct stat status {};
  constexpr mode_t write_bits = S_IWUSR | S_IWGRP | S_IWOTH;
  return ::stat(name.c_str(), &status) == 0 && (status.st_mode & write_bits) != 0 &&
         ::access(name.c_str(), W_OK) == 0;
}

bool is_ours(const std::string& detector) {
  return detector == "yunet" || detector == "haar";
}

/// The cached track, if the file is there and fits video and detector.
bool load_cached(const std::filesystem::path& path, const Identity& identity, const Clip& clip,
                 const Detector* detector, const VideoTrackOptions& options, FaceTrack& track,
                 std::vector<std::string>& warnings) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return false;
  }
  TrackFileRead read = read_track_file(path);
  TrackFile& file = read.file;
  const bool same_video = file.video_digest == identity.digest;
  if (is_ours(file.observed.detector)) {
    const bool same_detector = detector == nullptr || file.detector_settings == detector->settings();
    if (!same_video || !same_detector) {
      warnings.push_back(fmt::format("{}: was made from another {}; faces are detected again", path.string(),
                                     same_video ? "detector or version of it" : "video"));
      return false;
    }
  } else if (!file.video_digest.empty() && !same_video) {
    fail("{}: is a track by \"{}\" of another video; remove it, or name the one to use with --track",
         path.string(), file.observed.detector);
  }
  fit_to_clip(file, path.string(), clip.width(), clip.height(), clip.frame_count(), options.video_truncated,
              warnings);
  warnings.insert(warnings.end(), read.warnings.begin(), read.warnings.end());
  track = std::move(file.observed);
  return true;
}

}  // namespace

std::filesystem::path track_path_beside(const std::filesystem::path& video) {
  std::filesystem::path path = video;
  path.replace_extension(".track.json");
  return path;
}

VideoTrack load_or_detect(const std::filesystem::path& video, Clip& clip, Detector* detector,
                          const VideoTrackOptions& options, std::vector<std::string>& warnings) {
  VideoTrack result;
  const Identity identity = identify(video);
  if (!options.track_file.empty()) {
    TrackFileRead read = read_track_file(options.track_file);
    const std::string name = options.track_file.string();
    fit_to_clip(read.file, name, clip.width(), clip.height(), clip.frame_count(), options.video_truncated,
                warnings);
    if (!read.file.video_digest.empty() && read.file.video_digest != identity.digest) {
      warnings.push_back(fmt::format("{}: was made for another file ({}) than {}; it is used as asked", name,
                                     read.file.video, video.string()));
    }
    warnings.insert(warnings.end(), read.warnings.begin(), read.warnings.end());
    result.track = std::move(read.file.observed);
    result.file = options.track_file;
    return result;
  }

  const std::filesystem::path beside = track_path_beside(video);
  std::vector<std::filesystem::path> places{beside};
  if (!options.fallback_folder.empty()) {
    places.push_back(options.fallback_folder / beside.filename());
  }
  for (const auto& place : places) {
    if (load_cached(place, identity, clip, detector, options, result.track, warnings)) {
      result.file = place;
      return result;
    }
  }
  if (detector == nullptr) {
    fail("{}: has no track file {} and no detector is at hand; give one with --track", video.string(),
         beside.string());
  }

  result.track = build_track(clip, *detector, options.progress);
  result.detected = true;
  TrackFile file;
  file.video = video.filename().string();
  file.video_bytes = identity.bytes;
  file.video_digest = identity.digest;
  file.detector_settings = detector->settings();
  file.observed = result.track;
  for (const auto& place : places) {
    if (!may_write(place.parent_path())) {
      continue;
    }
    try {
      write_track_file(place, file);
      result.file = place;
      return result;
    } catch (const Error&) {
      continue;  // a full or read-only disk: the next place may do
    }
  }
  warnings.push_back(
      fmt::format("{}: cannot be written, so faces are detected again next time; name a writable folder "
                  "with --out",
                  beside.string()));
  return result;
}

}  // namespace ffbench
