#include <cmath>
#include <vector>

#include <opencv2/calib3d.hpp>
#include <opencv2/core.hpp>

#include "core/error.hpp"
#include "core/numeric/math.hpp"
#include "core/warp_template.hpp"
#include "reference/facefusion_3_5_0/baseline.hpp"

namespace ffbench {
namespace {

std::vector<cv::Point2f> as_binary32(const Landmarks5& points) {
  std::vector<cv::Point2f> result;
  for (const Point& p : points) {
    result.emplace_back(static_cast<float>(p.x), static_cast<float>(p.y));
  }
  return result;
}

bool all_finite(const Landmarks5& points) {
  for (const Point& p : points) {
    if (!std::isfinite(static_cast<float>(p.x)) || !std::isfinite(static_cast<float>(p.y))) {
      return false;
    }
  }
  return true;
}

FacePlan plan_face(const TrackedFace& face, const Similarity& transform, Point template_centre) {
  FacePlan plan;
  plan.face_id = face.id;
  plan.frame_to_crop = transform;
  plan.pose.scale = std::sqrt(transform.a * transform.a + transform.b * transform.b);
  plan.pose.roll = math::atan2(transform.b, transform.a);
  plan.pose.centre = transform.inverse().apply(template_centre);
  return plan;
}

Point mean_of(const Landmarks5& points) {
  Point mean;
  for (const Point& p : points) {
    mean.x += p.x / 5;
    mean.y += p.y / 5;
  }
  return mean;
}

}  // namespace

std::optional<Similarity> estimate_baseline_transform(const Landmarks5& landmarks, const Landmarks5& target) {
  if (!all_finite(landmarks)) {
    return std::nullopt;
  }
  const cv::Mat m = cv::estimateAffinePartial2D(as_binary32(landmarks), as_binary32(target), cv::noArray(),
                                                cv::RANSAC, 100);
  if (m.empty()) {
    return std::nullopt;
  }
  // OpenCV fits four parameters and writes them as [a -b tx; b a ty], so these four are the whole
  // matrix.
  const Similarity s{m.at<double>(0, 0), m.at<double>(1, 0), m.at<double>(0, 2), m.at<double>(1, 2)};
  const double determinant = s.a * s.a + s.b * s.b;
  const bool usable = std::isfinite(determinant) && determinant > 0 && std::isfinite(1 / determinant) &&
                      std::isfinite(s.tx) && std::isfinite(s.ty);
  return usable ? std::optional(s) : std::nullopt;
}

ClipPlan plan_baseline(const FaceTrack& observed, int crop_size, std::string_view template_name) {
  if (crop_size < 1) {
    fail("crop size {} is not positive; FaceFusion's sizes are 128, 256 and 512", crop_size);
  }
  const Landmarks5 target = warp_template(template_name).scaled(crop_size);
  ClipPlan plan;
  plan.crop_size = crop_size;
  for (const TrackFrame& frame : observed.frames) {
    FramePlan& faces = plan.frames.emplace_back();
    for (const TrackedFace& face : frame.faces) {
      if (const auto transform = estimate_baseline_transform(face.landmarks5, target)) {
        faces.faces.push_back(plan_face(face, *transform, mean_of(target)));
      }
    }
  }
  return plan;
}

}  // namespace ffbench
