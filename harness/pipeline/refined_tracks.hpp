#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/face_track.hpp"
#include "core/hash.hpp"

namespace ffbench {

/// Refined tracks in files of a folder, for processes that refine the same clip again and again. A
/// track is named by a digest of all that it follows from: the program's bytes, the clip's and the
/// observed track's digests and the words of `settings`. So another program refines anew. A file
/// that is not whole, damaged or of another track is refined again; of two writers the last one
/// wins, with the same bytes.
class RefinedTracks {
 public:
  /// `program`: digest of the program's file.
  RefinedTracks(std::filesystem::path folder, std::string program);

  /// The observed track with its five landmarks as kept, or as `refine` gives them, which are kept
  /// then. Throws `Error` where the folder cannot be written.
  [[nodiscard]] FaceTrack get(const FaceTrack& observed, const Digest& clip, const std::string& settings,
                              const std::function<FaceTrack()>& refine) const;

 private:
  std::filesystem::path folder_;
  std::string program_;
};

/// A digest of all numbers of a track.
Digest digest_of(const FaceTrack& track);

}  // namespace ffbench
