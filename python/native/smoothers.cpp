// Smoothers of landmarks and poses, and the refinement of landmarks from frames.
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/vector.h>

#include "core/numeric/math.hpp"
#include "core/preset.hpp"
#include "kernels/cpu/cut_landmark.hpp"
#include "kernels/cpu/refine_landmark.hpp"
#include "python/native/arrays.hpp"
#include "python/native/bindings.hpp"
#include "stability/clip_smoother.hpp"
#include "stability/eos_guard.hpp"
#include "stability/gaps.hpp"
#include "stability/one_euro.hpp"
#include "stability/pose.hpp"
#include "stability/pose_filter.hpp"
#include "stability/refinement.hpp"
#include "stability/similarity_fit.hpp"
#include "stability/stream_smoother.hpp"

namespace ffbench::python {
namespace {

using namespace nb::literals;

constexpr double degree = math::pi / 180;
/// What angles are wrapped over is limited.
constexpr double most_turns = 100;

/// An angle of a pose as Python sees it: degrees.
template <double Pose::*Member>
void add_angle(nb::class_<Pose>& type, const char* name) {
  type.def_prop_ro(name, [](const Pose& pose) { return pose.*Member / degree; });
}

Landmarks5 five_of(const Numbers& points) {
  if (points.shape(0) != 5 || points.shape(1) != 2) {
    invalid("landmarks: {}x{} numbers, expected 5x2", points.shape(0), points.shape(1));
  }
  Landmarks5 five{};
  for (std::size_t i = 0; i < five.size(); ++i) {
    five[i] = {points(i, 0), points(i, 1)};
  }
  return five;
}

Similarity fit(const Landmarks5& from, const Landmarks5& to) {
  const std::optional<Similarity> found = stability::fit_similarity(from, to);
  if (!found) {
    invalid("landmarks: they determine no similarity (a number that is not finite, or all in one place)");
  }
  return *found;
}

/// The similarity of a 2x3 matrix.
Similarity similarity_from(const Numbers& matrix) {
  const Affine m = affine_of(matrix, "matrix");
  const double size = std::abs(m.xx) + std::abs(m.yx);
  if (std::abs(m.xx - m.yy) > 1e-6 * size || std::abs(m.xy + m.yx) > 1e-6 * size) {
    invalid("matrix: not a similarity (a rotation with one scale, and a shift)");
  }
  if (!(m.xx * m.xx + m.yx * m.yx > 1e-12)) {
    invalid("matrix: cannot be inverted");
  }
  return {m.xx, m.yx, m.xt, m.yt};
}

/// The refinement of a clip's landmarks, frame by frame.
class LandmarkRefiner {
 public:
  LandmarkRefiner(const FaceTrack& track, int window)
      : refinement_(track, window), width_(track.width), height_(track.height), left_(track.frames.size()) {}

  void next(const Pixels& frame) {
    const ConstBgrView view = pixels_of(frame, "frame");
    if (view.width != width_ || view.height != height_) {
      invalid("frame: {}x{} pixels, the track says {}x{}", view.width, view.height, width_, height_);
    }
    if (left_ == 0) {
      invalid("frame: the track has no more frames");
    }
    --left_;
    const nb::gil_scoped_release released;
    refinement_.next([&](const AffineF& map) { return cpu::cut_landmark(view, map, tables_); });
  }

  FaceTrack refined() const {
    if (left_ != 0) {
      invalid("{} frames of the track are missing", left_);
    }
    const nb::gil_scoped_release released;
    const RefinementNetworks& networks = stability::shipped_refinement_networks();
    const std::vector<cpu::PackedNetwork> packed(networks.begin(), networks.end());
    return refinement_.refined([&](std::span<const stability::RefinementJob> jobs) {
      std::vector<PatchOffset> offsets;
      offsets.reserve(jobs.size());
      for (const stability::RefinementJob& job : jobs) {
        offsets.push_back(
            cpu::refine_landmark(*job.view, job.reference, packed[static_cast<std::size_t>(job.kind)]));
      }
      return offsets;
    });
  }

 private:
  stability::TrackRefinement refinement_;
  cpu::AntialiasTables tables_;  ///< of the patches, kept from landmark to landmark
  int width_;
  int height_;
  std::size_t left_;
};

void check_pose(const Pose& pose) {
  for (const double number : {pose.yaw, pose.pitch, pose.roll, pose.centre.x, pose.centre.y}) {
    if (!std::isfinite(number)) {
      invalid("pose: holds a number that is not finite");
    }
  }
  for (const double angle : {pose.yaw, pose.pitch, pose.roll}) {
    if (!(std::abs(angle) <= most_turns * 360 * degree)) {
      invalid("pose: an angle of {} degrees, expected at most {}", angle / degree, most_turns * 360);
    }
  }
  if (!(pose.scale > 0) || !std::isfinite(pose.scale)) {
    invalid("pose: scale {}, expected more than 0", pose.scale);
  }
}

void add_poses(nb::module_& m) {
  nb::class_<Pose> pose(
      m, "Pose",
      "A face's pose: yaw, pitch and roll in degrees, scale in crop pixels per frame pixel, "
      "the face's centre in frame pixels.");
  pose.def(
      "__init__",
      [](Pose* self, double yaw, double pitch, double roll, double scale,
         const std::array<double, 2>& centre) {
        const Pose made{yaw * degree, pitch * degree, roll * degree, scale, {centre[0], centre[1]}};
        check_pose(made);
        new (self) Pose(made);
      },
      "yaw"_a, "pitch"_a, "roll"_a, "scale"_a, "centre"_a = std::array<double, 2>{0, 0});
  add_angle<&Pose::yaw>(pose, "yaw");
  add_angle<&Pose::pitch>(pose, "pitch");
  add_angle<&Pose::roll>(pose, "roll");
  pose.def_ro("scale", &Pose::scale)
      .def_prop_ro("centre",
                   [](const Pose& p) {
                     return std::array<double, 2>{p.centre.x, p.centre.y};
                   })
      .def(
          "__eq__", [](const Pose& a, const Pose& b) { return a == b; }, nb::is_operator(),
          nb::sig("def __eq__(self, other: object, /) -> bool"));

  m.def(
      "fit_similarity",
      [](const Numbers& from, const Numbers& to) {
        return matrix_of(Affine(fit(five_of(from), five_of(to))));
      },
      "from_points"_a, "to_points"_a);
  m.def(
      "pose_of",
      [](const Numbers& landmarks, const Numbers& template_points) {
        const Landmarks5 five = five_of(landmarks);
        const Landmarks5 to = five_of(template_points);
        return stability::pose_of(fit(five, to), stability::centroid(to), five);
      },
      "landmarks"_a, "template_points"_a);
  m.def(
      "matrix_of_pose",
      [](const Pose& wanted, const Numbers& template_points) {
        check_pose(wanted);
        return matrix_of(
            Affine(stability::similarity_of(wanted, stability::centroid(five_of(template_points)))));
      },
      "pose"_a, "template_points"_a);

  nb::class_<stability::PoseFilter>(m, "PoseFilter")
      .def(nb::init<const Preset&>(), "preset"_a)
      .def(
          "update",
          [](stability::PoseFilter& filter, const Pose& measured) {
            check_pose(measured);
            return filter.filter(measured);
          },
          "pose"_a);
  nb::class_<stability::EosGuard>(m, "EosGuard")
      .def(nb::init<const Preset&>(), "preset"_a)
      .def(
          "before_tail",
          [](stability::EosGuard& guard, const Numbers& matrix, const Numbers& template_points) {
            guard.before_tail(stability::pose_of(similarity_from(matrix),
                                                 stability::centroid(five_of(template_points)), {}));
          },
          "matrix"_a, "template_points"_a)
      .def(
          "in_tail",
          [](stability::EosGuard& guard, const Numbers& matrix, const Numbers& template_points) {
            const Point anchor = stability::centroid(five_of(template_points));
            const Pose held = guard.in_tail(stability::pose_of(similarity_from(matrix), anchor, {}));
            return matrix_of(Affine(stability::similarity_of(held, anchor)));
          },
          "matrix"_a, "template_points"_a);
}

}  // namespace

void add_smoothers(nb::module_& m) {
  add_poses(m);
  m.def(
      "smooth_clip",
      [](const FaceTrack& track) {
        const nb::gil_scoped_release released;
        return stability::smooth_clip(stability::without_unusable_faces(track));
      },
      "track"_a);
  nb::class_<stability::StreamSmoother>(m, "StreamSmoother")
      .def("__init__", [](stability::StreamSmoother* self) { new (self) stability::StreamSmoother(); })
      .def_prop_ro("delay",
                   [](const stability::StreamSmoother&) { return stability::StreamSmoothing{}.look_ahead; })
      .def("push", &stability::StreamSmoother::push, "frame"_a)
      .def("finish", &stability::StreamSmoother::finish);
  nb::class_<stability::FaceOneEuro>(m, "OneEuro")
      .def(nb::init<>())
      .def(
          "update",
          [](stability::FaceOneEuro& filter, const TrackedFace& face) {
            if (!stability::usable(face, longest_side, longest_side)) {
              invalid("face: its landmarks are not finite, out of reach or all in one place");
            }
            return filter.filter(face);
          },
          "face"_a);
  nb::class_<LandmarkRefiner>(m, "LandmarkRefiner")
      .def(nb::init<const FaceTrack&, int>(), "track"_a, "window"_a)
      .def("next", &LandmarkRefiner::next, "frame"_a.noconvert())
      .def("refined", &LandmarkRefiner::refined);
}

}  // namespace ffbench::python
