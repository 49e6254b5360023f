#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <opencv2/core/version.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "core/error.hpp"
#include "datasets/detectors/detector.hpp"
#include "datasets/detectors/opencv_threads.hpp"
#include "datasets/detectors/overlap.hpp"

namespace ffbench {
namespace {

constexpr int version = 1;  // counted up when the results change
// frames are reduced to it: the cascades gain nothing from more
constexpr int longest_side = 640;
constexpr double smallest_face = 1. / 14;  // of the frame's shorter side
constexpr int neighbours = 4;
constexpr double overlap_threshold = 0.3;

// Where the eyes lie in the cascade's box, in units of its side: means over frames of talking
// heads.
constexpr double mean_eye_y = 0.39;
constexpr double mean_left_eye_x = 0.31;
constexpr double mean_right_eye_x = 0.67;

// Nose and mouth of a mean face, in eye distances from the point between the eyes: along the line
// of the eyes, and at a right angle to it. Those of the template arcface_112_v2, made symmetric.
constexpr Point mean_nose{0.0, 0.571};
constexpr double mean_mouth_x = 0.414;
constexpr double mean_mouth_y = 1.156;

constexpr const char* face_file = "haarcascade_frontalface_alt2.xml";
constexpr const char* eye_file = "haarcascade_eye.xml";

std::filesystem::path find_cascades(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> places;
  if (!folder.empty()) {
    places.push_back(folder);
  } else {
    if (const char* named = std::getenv("FFBENCH_HAARCASCADES"); named != nullptr && *named != '\0') {
      places.emplace_back(named);
    }
    for (const char* place : {"/usr/share/opencv4/haarcascades", "/usr/local/share/opencv4/haarcascades",
                              "/usr/share/opencv/haarcascades", "/usr/share/OpenCV/haarcascades",
                              "/opt/homebrew/share/opencv4/haarcascades"}) {
      places.emplace_back(place);
    }
  }
  std::string listed;
  for (const auto& place : places) {
    std::error_code error;
    if (std::filesystem::exists(place / face_file, error) &&
        std::filesystem::exists(place / eye_file, error)) {
      return place;
    }
    listed += listed.empty() ? place.string() : ", " + place.string();
  }
  fail(
      "{} and {} are in none of: {}; install the package opencv-data, set FFBENCH_HAARCASCADES to their "
      "folder, or "
      "give a YuNet model with --detector-model",
      face_file, eye_file, listed);
}

cv::CascadeClassifier load(const std::filesystem::path& file) {
  cv::CascadeClassifier cascade;
  bool loaded = false;
  try {
    loaded = cascade.load(file.string());
  } catch (const cv::Exception&) {
    loaded = false;
  }
  if (!loaded) {
    fail("{}: OpenCV cannot load it as a cascade; install the package opencv-data again", file.string());
  }
  return cascade;
}

Point centre_of(const cv::Rect& r) {
  return {r.x + (r.width - 1) / 2., r.y + (r.height - 1) / 2.};
}

Landmarks5 points_from_eyes(Point left, Point right) {
  const Point middle{(left.x + right.x) / 2, (left.y + right.y) / 2};
  const Point along{right.x - left.x, right.y - left.y};
  const auto at = [&](double x, double y) {
    return Point{middle.x + x * along.x - y * along.y, middle.y + x * along.y + y * along.x};
  };
  return {left, right, at(mean_nose.x, mean_nose.y), at(-mean_mouth_x, mean_mouth_y),
          at(mean_mouth_x, mean_mouth_y)};
}

class Haar final : public Detector {
 public:
  explicit Haar(const std::filesystem::path& folder)
      : folder_(find_cascades(folder)), faces_(load(folder_ / face_file)), eyes_(load(folder_ / eye_file)) {
    use_threads_that_are_seen();
  }

  [[nodiscard]] std::string name() const override { return "haar"; }
  [[nodiscard]] std::string settings() const override {
    return fmt::format("haar version {} {} {} OpenCV {}", version, face_file, eye_file, CV_VERSION);
  }
  /// The cascades see faces in patterns, but seldom twice in the same place.
  [[nodiscard]] int minimum_track_length() const override { return 5; }
  [[nodiscard]] double minimum_best_score() const override { return 0; }

  std::vector<TrackedFace> detect(ConstBgrView frame) override {
    if (frame.empty()) {
      return {};
    }
    const cv::Mat whole(frame.height, frame.width, CV_8UC3, const_cast<std::uint8_t*>(frame.data),
                        static_cast<std::size_t>(frame.stride_bytes));
    cv::Mat gray;
    cv::cvtColor(whole, gray, cv::COLOR_BGR2GRAY);
    const double scale =
        std::min(1.0, static_cast<double>(longest_side) / std::max(frame.width, frame.height));
    if (scale < 1) {
      cv::Mat reduced;
      const cv::Size size(std::max(1, static_cast<int>(std::lround(frame.width * scale))),
                          std::max(1, static_cast<int>(std::lround(frame.height * scale))));
      cv::resize(gray, reduced, size, 0, 0, cv::INTER_AREA);
      gray = reduced;
    }
    cv::equalizeHist(gray, gray);

    const int least =
        std::max(20, static_cast<int>(std::lround(std::min(gray.cols, gray.rows) * smallest_face)));
    std::vector<cv::Rect> boxes;
    std::vector<int> votes;
    faces_.detectMultiScale(gray, boxes, votes, 1.1, neighbours, 0, cv::Size(least, least));
    std::vector<TrackedFace> found;
    const double to_frame_x = static_cast<double>(frame.width) / gray.cols;
    const double to_frame_y = static_cast<double>(frame.height) / gray.rows;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      TrackedFace face = describe(gray, boxes[i]);
      // A pixel of the reduced picture covers several of the frame; centres lie at whole numbers in
      // both.
      const auto to_frame = [&](Point p) {
        return Point{(p.x + 0.5) * to_frame_x - 0.5, (p.y + 0.5) * to_frame_y - 0.5};
      };
      for (Point& p : face.landmarks5) {
        p = to_frame(p);
      }
      const cv::Rect& b = boxes[i];
      face.box = {b.x * to_frame_x, b.y * to_frame_y, (b.x + b.width) * to_frame_x,
                  (b.y + b.height) * to_frame_y};
      face.score = static_cast<double>(votes[i]) / (votes[i] + neighbours);
      found.push_back(face);
    }
    return without_overlaps(std::move(found), overlap_threshold);
  }

 private:
  /// The eye in a part of the face nearest to where the mean face has it, if any.
  std::optional<Point> find_eye(const cv::Mat& gray, const cv::Rect& part, Point expected, int face_side) {
    const cv::Rect inside = part & cv::Rect(0, 0, gray.cols, gray.rows);
    const int least = face_side / 8;
    if (inside.width < least || inside.height < least) {
      return std::nullopt;
    }
    // Below the cascade's own window of 20 pixels nothing can be found: small faces are enlarged.
    const double scale = std::max(1.0, 30.0 / std::max(1, face_side / 5));
    cv::Mat patch;
    cv::resize(gray(inside), patch, cv::Size(), scale, scale, cv::INTER_LINEAR);
    std::vector<cv::Rect> eyes;
    const int window = std::max(15, static_cast<int>(least * scale));
    eyes_.detectMultiScale(patch, eyes, 1.05, 3, 0, cv::Size(window, window));
    std::optional<Point> best;
    double best_distance = 0.14 * face_side;  // further away it is a brow, a nostril or hair
    for (const cv::Rect& eye : eyes) {
      const Point c = centre_of(eye);
      const Point p{inside.x + (c.x + 0.5) / scale - 0.5, inside.y + (c.y + 0.5) / scale - 0.5};
      const double distance = std::hypot(p.x - expected.x, p.y - expected.y);
      if (distance < best_distance) {
        best = p;
        best_distance = distance;
      }
    }
    return best;
  }

  TrackedFace describe(const cv::Mat& gray, const cv::Rect& box) {
    const double s = box.width;
    const Point mean_left{box.x + mean_left_eye_x * s, box.y + mean_eye_y * s};
    const Point mean_right{box.x + mean_right_eye_x * s, box.y + mean_eye_y * s};
    const int top = box.y + static_cast<int>(0.15 * s);
    const int height = static_cast<int>(0.45 * s);
    const int half = static_cast<int>(0.55 * s);
    auto left = find_eye(gray, cv::Rect(box.x, top, half, height), mean_left, box.width);
    auto right = find_eye(gray, cv::Rect(box.x + box.width - half, top, half, height), mean_right, box.width);
    const double distance = mean_right.x - mean_left.x;
    if (left && right) {
      const double dx = right->x - left->x;
      const double dy = right->y - left->y;
      const bool plausible = dx > 0.6 * distance && dx < 1.4 * distance && std::abs(dy) < 0.45 * dx;
      if (!plausible) {
        left.reset();
        right.reset();
      }
    }
    // What was not found is where the mean face has it beside what was.
    if (left && !right) {
      right = Point{left->x + distance, left->y};
    } else if (right && !left) {
      left = Point{right->x - distance, right->y};
    } else if (!left) {
      left = mean_left;
      right = mean_right;
    }
    TrackedFace face;
    face.landmarks5 = points_from_eyes(*left, *right);
    return face;
  }

  std::filesystem::path folder_;
  cv::CascadeClassifier faces_;
  cv::CascadeClassifier eyes_;
};

}  // namespace

std::unique_ptr<Detector> make_haar_detector(const std::filesystem::path& folder) {
  return std::make_unique<Haar>(folder);
}

}  // namespace ffbench
