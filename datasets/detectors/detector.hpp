#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/face_track.hpp"
#include "core/image.hpp"

namespace ffbench {

/// Finds faces in single frames.
class Detector {
 public:
  virtual ~Detector() = default;

  /// "yunet" or "haar".
  [[nodiscard]] virtual std::string name() const = 0;
  /// Everything that changes the result: model digest, thresholds, version. A cached track with
  /// another one is stale.
  [[nodiscard]] virtual std::string settings() const = 0;
  /// The shortest track, in frames in which the face was found, that is believed.
  [[nodiscard]] virtual int minimum_track_length() const = 0;
  /// A track is believed only if its best detection scores at least this.
  [[nodiscard]] virtual double minimum_best_score() const = 0;
  /// Faces of the frame in pixels, best score (0 to 1) first; their ids are 0.
  virtual std::vector<TrackedFace> detect(ConstBgrView frame) = 0;

 protected:
  Detector() = default;
  Detector(const Detector&) = default;
  Detector& operator=(const Detector&) = default;
};

/// YuNet from an ONNX file through OpenCV's DNN module. Throws `Error` that names the file where it
/// is missing or not a YuNet model (outputs cls, obj, bbox and kps at strides 8, 16 and 32).
std::unique_ptr<Detector> make_yunet_detector(const std::filesystem::path& model);

/// OpenCV's Haar cascades for faces and eyes. `folder` empty: $FFBENCH_HAARCASCADES, then where
/// distributions put them. Throws `Error` that lists the places where none has them.
std::unique_ptr<Detector> make_haar_detector(const std::filesystem::path& folder = {});

/// YuNet where a model is given, else Haar.
std::unique_ptr<Detector> make_detector(const std::filesystem::path& model);

}  // namespace ffbench
