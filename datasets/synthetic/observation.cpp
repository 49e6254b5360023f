#include "datasets/synthetic/observation.hpp"

#include <cmath>
#include <map>
#include <vector>

#include "datasets/synthetic/arithmetic.hpp"
#include "datasets/synthetic/random.hpp"

namespace ffbench::synthetic {
namespace {

constexpr std::size_t point_count = 68 + 5;

/// The noise of one face over time.
class FaceNoise {
 public:
  FaceNoise(std::uint64_t key, int face)
      : stream_(RandomStream(key).substream(static_cast<std::uint64_t>(face))) {}

  /// Advances the correlated noise to the next frame; also where the face is not seen.
  void advance(int frame) {
    frame_ = stream_.substream(static_cast<std::uint64_t>(frame));
    using namespace detector_model;
    const double fresh = std::sqrt(1 - correlation * correlation);
    for (std::size_t i = 0; i < state_.size(); ++i) {
      const double draw = frame_.gaussian(i);
      state_[i] = first_ ? draw : correlation * state_[i] + fresh * draw;
    }
    first_ = false;
  }

  [[nodiscard]] double uniform(std::uint64_t i) const { return frame_.substream(1).uniform(i); }
  [[nodiscard]] double shared(std::uint64_t i) const { return frame_.substream(2).gaussian(i); }

  [[nodiscard]] Point of(std::size_t point, double factor) const {
    using namespace detector_model;
    const RandomStream whites = frame_.substream(3);
    Point e{factor * (white * whites.gaussian(2 * point) + correlated * state_[2 * point]),
            factor * (white * whites.gaussian(2 * point + 1) + correlated * state_[2 * point + 1])};
    if (uniform(100 + 2 * point) < outlier) {
      const double angle = 2 * pi * uniform(101 + 2 * point);
      const double length = factor * outlier_sigmas * std::sqrt(white * white + correlated * correlated);
      e.x += length * cosine(angle);
      e.y += length * sine(angle);
    }
    return e;
  }

 private:
  RandomStream stream_;
  RandomStream frame_{0};
  std::array<double, 2 * point_count> state_{};
  bool first_ = true;
};

double rounded(double x) {
  return x < 0 ? -std::floor(0.5 - x) : std::floor(x + 0.5);
}

}  // namespace

FaceTrack observe(const FaceTrack& truth, const Scenario& scenario, std::string_view fixture) {
  FaceTrack track;
  track.width = truth.width;
  track.height = truth.height;
  track.detector = "synthetic";
  const std::uint64_t key = key_of(fixture);
  std::map<int, FaceNoise> noises;
  for (std::size_t i = 0; i < scenario.cast.size(); ++i) {
    noises.emplace(static_cast<int>(i), FaceNoise(key, static_cast<int>(i)));
  }
  const int frames = static_cast<int>(truth.frames.size());
  for (int index = 0; index < frames; ++index) {
    const TrackFrame& seen = truth.frames[static_cast<std::size_t>(index)];
    const DetectionQuality quality =
        scenario.detection != nullptr ? scenario.detection(index, frames) : DetectionQuality{};
    TrackFrame out;
    out.cut = seen.cut;
    for (auto& [id, noise] : noises) {
      noise.advance(index);
    }
    for (const TrackedFace& face : seen.faces) {
      const FaceNoise& noise = noises.at(face.id);
      if (face.score < detector_model::least_visible || noise.uniform(0) < quality.dropout) {
        continue;
      }
      const Point centre{(face.box.x0 + face.box.x1) / 2, (face.box.y0 + face.box.y1) / 2};
      const double size = std::sqrt(face.box.width() * face.box.height());
      const double jitter = quality.noise * detector_model::similarity;
      const double scale = 1 + jitter * noise.shared(0);
      const double turn = jitter * noise.shared(1);
      const Point shift{jitter * size * noise.shared(2), jitter * size * noise.shared(3)};
      const auto observed = [&](Point p, std::size_t number) {
        const double dx = p.x - centre.x;
        const double dy = p.y - centre.y;
        const Point e = noise.of(number, quality.noise);
        return Point{rounded(centre.x + scale * dx - turn * dy + shift.x + e.x),
                     rounded(centre.y + turn * dx + scale * dy + shift.y + e.y)};
      };
      TrackedFace found;
      found.id = face.id;
      Landmarks68 points{};
      for (std::size_t k = 0; k < points.size(); ++k) {
        points[k] = observed((*face.landmarks68)[k], k);
      }
      for (std::size_t k = 0; k < found.landmarks5.size(); ++k) {
        found.landmarks5[k] = observed(face.landmarks5[k], 68 + k);
      }
      found.landmarks68 = points;
      found.box = bounding_box(points);
      found.score =
          clamp(0.55 + 0.40 * face.score - 0.03 * noise.uniform(1) - 0.05 * (quality.noise - 1), 0, 1);
      out.faces.push_back(found);
    }
    track.frames.push_back(std::move(out));
  }
  return track;
}

}  // namespace ffbench::synthetic
