// Tracks, and the plans made from them.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "core/face_plan.hpp"
#include "core/face_track.hpp"
#include "core/preset.hpp"
#include "core/warp_template.hpp"
#include "python/native/arrays.hpp"
#include "python/native/bindings.hpp"
#include "stability/planner.hpp"

namespace ffbench::python {
namespace {

using namespace nb::literals;

/// Of properties that make a new array at each call.
constexpr auto owned = nb::rv_policy::move;

template <std::size_t Count>
std::array<Point, Count> landmarks_of(const Numbers& points, const char* name) {
  if (points.shape(0) != Count || points.shape(1) != 2) {
    invalid("{}: {}x{} numbers, expected {}x2", name, points.shape(0), points.shape(1), Count);
  }
  std::array<Point, Count> result{};
  for (std::size_t i = 0; i < Count; ++i) {
    result[i] = {points(i, 0), points(i, 1)};
  }
  return result;
}

TrackedFace make_face(int id, const Numbers& landmarks5, const std::optional<Numbers>& landmarks68,
                      double score, const std::optional<std::array<double, 4>>& box) {
  TrackedFace face;
  face.id = id;
  face.score = score;
  face.landmarks5 = landmarks_of<5>(landmarks5, "landmarks5");
  if (landmarks68) {
    face.landmarks68 = landmarks_of<68>(*landmarks68, "landmarks68");
  }
  if (box) {
    face.box = {(*box)[0], (*box)[1], (*box)[2], (*box)[3]};
  }
  return face;
}

void check_track_size(int width, int height) {
  if (width < 1 || height < 1 || width > static_cast<int>(longest_side) ||
      height > static_cast<int>(longest_side)) {
    invalid("frames of {}x{} pixels; a side has 1 to {}", width, height, longest_side);
  }
}

stability::PlanOptions plan_options(const Preset& preset, int crop_size, const std::string& warp_template,
                                    bool refined) {
  if (crop_size < 1 || crop_size > 16384) {
    invalid("crop_size: {}, expected 1 to 16384", crop_size);
  }
  ffbench::warp_template(warp_template);
  stability::PlanOptions options;
  options.preset = preset;
  options.crop_size = crop_size;
  options.warp_template = warp_template;
  options.refined = refined;
  return options;
}

Affine affine_of(const AffineF& m) {
  return {m.xx, m.xy, m.xt, m.yx, m.yy, m.yt};
}

void add_track_types(nb::module_& m) {
  nb::class_<TrackedFace>(m, "Face", "A face in one frame. Landmarks are pixels of the frame, x and y.")
      .def(
          "__init__",
          [](TrackedFace* self, int id, const Numbers& five, const std::optional<Numbers>& all, double score,
             const std::optional<std::array<double, 4>>& box) {
            new (self) TrackedFace(make_face(id, five, all, score, box));
          },
          "id"_a, "landmarks5"_a, "landmarks68"_a = nb::none(), "score"_a = 1.0, "box"_a = nb::none())
      .def_ro("id", &TrackedFace::id)
      .def_ro("score", &TrackedFace::score)
      .def_prop_ro("box",
                   [](const TrackedFace& f) {
                     return std::array<double, 4>{f.box.x0, f.box.y0, f.box.x1, f.box.y1};
                   })
      .def_prop_ro(
          "landmarks5", [](const TrackedFace& f) { return new_numbers(5, 2, &f.landmarks5[0].x); }, owned)
      .def_prop_ro(
          "landmarks68",
          [](const TrackedFace& f) -> std::optional<NumbersOut> {
            return f.landmarks68 ? std::optional(new_numbers(68, 2, &(*f.landmarks68)[0].x)) : std::nullopt;
          },
          owned);
  nb::class_<TrackFrame>(m, "TrackFrame", "The faces of one frame. `cut`: a new scene begins with it.")
      .def(
          "__init__",
          [](TrackFrame* self, std::vector<TrackedFace> faces, bool cut) {
            std::stable_sort(faces.begin(), faces.end(),
                             [](const TrackedFace& a, const TrackedFace& b) { return a.id < b.id; });
            for (std::size_t i = 1; i < faces.size(); ++i) {
              if (faces[i].id == faces[i - 1].id) {
                invalid("faces: two have the id {}", faces[i].id);
              }
            }
            new (self) TrackFrame{std::move(faces), cut};
          },
          "faces"_a, "cut"_a = false)
      .def_ro("faces", &TrackFrame::faces)
      .def_ro("cut", &TrackFrame::cut);
  nb::class_<FaceTrack>(m, "FaceTrack", "All faces of a clip; width and height are those of its frames.")
      .def(
          "__init__",
          [](FaceTrack* self, int width, int height, std::vector<TrackFrame> frames, std::string detector) {
            check_track_size(width, height);
            new (self) FaceTrack{width, height, std::move(detector), std::move(frames)};
          },
          "width"_a, "height"_a, "frames"_a, "detector"_a = "")
      .def_ro("width", &FaceTrack::width)
      .def_ro("height", &FaceTrack::height)
      .def_ro("detector", &FaceTrack::detector)
      .def_ro("frames", &FaceTrack::frames)
      .def("__len__", [](const FaceTrack& t) { return t.frames.size(); });
}

void add_plan_types(nb::module_& m) {
  nb::class_<FacePlan>(m, "FacePlan", "Where a face is cut out and pasted in one frame.")
      .def_ro("face_id", &FacePlan::face_id)
      .def_ro("reset", &FacePlan::reset, "The face's temporal state starts anew.")
      .def_ro("tail", &FacePlan::tail, "The frame is within the end-of-sequence guard.")
      .def_ro("pose", &FacePlan::pose)
      .def_prop_ro(
          "matrix", [](const FacePlan& p) { return matrix_of(Affine(p.frame_to_crop)); }, owned)
      .def_prop_ro(
          "frame_to_crop", [](const FacePlan& p) { return matrix_of(affine_of(p.geometry.frame_to_crop)); },
          owned)
      .def_prop_ro(
          "crop_to_frame", [](const FacePlan& p) { return matrix_of(affine_of(p.geometry.crop_to_frame)); },
          owned)
      .def_prop_ro("region",
                   [](const FacePlan& p) {
                     const Region& r = p.geometry.region;
                     return std::array<int, 4>{r.x, r.y, r.width, r.height};
                   })
      .def_prop_ro(
          "mask_polygon",
          [](const FacePlan& p) {
            const double none = 0;
            return new_numbers(p.mask_polygon.size(), 2,
                               p.mask_polygon.empty() ? &none : &p.mask_polygon[0].x);
          },
          owned);
  nb::class_<FramePlan>(m, "FramePlan", "The faces of one frame, in the order in which they are pasted.")
      .def(nb::init<>(), "A plan without faces: the frame stays as it is.")
      .def_ro("faces", &FramePlan::faces);
  nb::class_<ClipPlan>(m, "ClipPlan", "A plan for each frame of a clip.")
      .def_ro("crop_size", &ClipPlan::crop_size)
      .def_ro("notes", &ClipPlan::notes, "Features that are on but could not act, a sentence each.")
      .def_ro("frames", &ClipPlan::frames)
      .def("__len__", [](const ClipPlan& p) { return p.frames.size(); });
}

}  // namespace

void add_tracks(nb::module_& m) {
  add_track_types(m);
  add_plan_types(m);
  m.def(
      "plan_clip",
      [](const FaceTrack& track, const Preset& preset, int crop_size, const std::string& warp_template,
         bool refined) {
        const stability::PlanOptions options = plan_options(preset, crop_size, warp_template, refined);
        const nb::gil_scoped_release released;
        return stability::plan_offline(track, options);
      },
      "track"_a, "preset"_a, "crop_size"_a, "warp_template"_a, "refined"_a);
  nb::class_<stability::CausalPlanner>(m, "CausalPlanner")
      .def(
          "__init__",
          [](stability::CausalPlanner* self, int width, int height, const Preset& preset, int crop_size,
             const std::string& warp_template, bool refined, std::optional<int> frame_count) {
            check_track_size(width, height);
            new (self) stability::CausalPlanner(plan_options(preset, crop_size, warp_template, refined),
                                                width, height, frame_count);
          },
          "width"_a, "height"_a, "preset"_a, "crop_size"_a, "warp_template"_a, "refined"_a,
          "frame_count"_a.none())
      .def("next", &stability::CausalPlanner::next, "frame"_a)
      .def("notes", &stability::CausalPlanner::notes);
  nb::class_<stability::StreamPlanner>(m, "StreamPlanner")
      .def(
          "__init__",
          [](stability::StreamPlanner* self, int width, int height, const Preset& preset, int crop_size,
             const std::string& warp_template, bool refined) {
            check_track_size(width, height);
            new (self) stability::StreamPlanner(plan_options(preset, crop_size, warp_template, refined),
                                                width, height);
          },
          "width"_a, "height"_a, "preset"_a, "crop_size"_a, "warp_template"_a, "refined"_a)
      .def_prop_ro("delay", &stability::StreamPlanner::delay)
      .def("next", &stability::StreamPlanner::next, "frame"_a)
      .def("finish", &stability::StreamPlanner::finish)
      .def("notes", &stability::StreamPlanner::notes);
}

}  // namespace ffbench::python
