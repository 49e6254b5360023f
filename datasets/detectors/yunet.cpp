#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/detectors/detector.hpp"
#include "datasets/detectors/opencv_threads.hpp"
#include "datasets/detectors/overlap.hpp"

namespace ffbench {
namespace {

constexpr int side = 640;  // of the network's input
constexpr std::array strides{8, 16, 32};
constexpr double score_threshold = 0.6;
constexpr double overlap_threshold = 0.3;
constexpr int version = 1;  // counted up when the results change

/// YuNet (Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", 2023) as libfacedetection
/// exports it. Per stride s and cell (column, row) of the (640/s)^2 grid: score = sqrt(cls obj);
/// points = (kps + cell) s; the box has its centre at (bbox.xy + cell) s and the size exp(bbox.wh)
/// s.
class Yunet final : public Detector {
 public:
  explicit Yunet(const std::filesystem::path& model) {
    const std::string bytes = read_file(model);
    digest_ = digest_of(bytes.data(), bytes.size()).hex();
    try {
      net_ = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
    } catch (const cv::Exception& e) {
      fail("{}: OpenCV cannot load it as an ONNX model ({}); name a YuNet model such as yunet_n_640_640.onnx",
           model.string(), first_line(e.err));
    }
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    use_threads_that_are_seen();
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    for (const int stride : strides) {
      for (const char* part : {"cls_", "obj_", "bbox_", "kps_"}) {
        names_.push_back(part + std::to_string(stride));
      }
    }
    const std::vector<std::string> given = net_.getUnconnectedOutLayersNames();
    for (const std::string& name : names_) {
      if (std::find(given.begin(), given.end(), name) == given.end()) {
        fail("{}: has no output {}, so it is not a YuNet model; name one such as yunet_n_640_640.onnx",
             model.string(), name);
      }
    }
    // A model whose outputs have other shapes is refused here rather than at the first frame.
    try {
      forward(cv::Mat::zeros(side, side, CV_8UC3));
    } catch (const cv::Exception& e) {
      fail("{}: does not run on a {}x{} picture ({}); name a YuNet model such as yunet_n_640_640.onnx",
           model.string(), side, side, first_line(e.err));
    }
    check_shapes(model);
  }

  [[nodiscard]] std::string name() const override { return "yunet"; }
  [[nodiscard]] std::string settings() const override {
    return fmt::format("yunet version {} model {} score {} overlap {}", version, digest_, score_threshold,
                       overlap_threshold);
  }
  [[nodiscard]] int minimum_track_length() const override { return 3; }
  /// Faces are found with 0.9 and more nearly always; hands and folds of cloth reach 0.75.
  [[nodiscard]] double minimum_best_score() const override { return 0.8; }

  std::vector<TrackedFace> detect(ConstBgrView frame) override {
    if (frame.empty()) {
      return {};
    }
    // Fitted into the top left corner, never enlarged.
    const double scale =
        std::min(1.0, static_cast<double>(side) / static_cast<double>(std::max(frame.width, frame.height)));
    const int width = std::max(1, static_cast<int>(std::lround(frame.width * scale)));
    const int height = std::max(1, static_cast<int>(std::lround(frame.height * scale)));
    const cv::Mat whole(frame.height, frame.width, CV_8UC3, const_cast<std::uint8_t*>(frame.data),
                        static_cast<std::size_t>(frame.stride_bytes));
    cv::Mat input = cv::Mat::zeros(side, side, CV_8UC3);
    cv::Mat corner = input(cv::Rect(0, 0, width, height));
    cv::resize(whole, corner, corner.size(), 0, 0, cv::INTER_AREA);
    forward(input);
    return decode(static_cast<double>(frame.width) / width, static_cast<double>(frame.height) / height);
  }

 private:
  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  void forward(const cv::Mat& input) {
    net_.setInput(cv::dnn::blobFromImage(input));
    net_.forward(outputs_, names_);
  }

  void check_shapes(const std::filesystem::path& model) const {
    constexpr std::array<std::size_t, 4> numbers{1, 1, 4, 10};  // per cell, in the order of names_
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const auto cells = static_cast<std::size_t>(side / strides[i / 4]);
      if (outputs_[i].total() != cells * cells * numbers[i % 4] || outputs_[i].type() != CV_32F) {
        fail("{}: output {} has {} numbers instead of {}, so it is not a YuNet model for {}x{}",
             model.string(), names_[i], outputs_[i].total(), cells * cells * numbers[i % 4], side, side);
      }
    }
  }

  [[nodiscard]] std::vector<TrackedFace> decode(double to_frame_x, double to_frame_y) const {
    std::vector<TrackedFace> faces;
    for (std::size_t s = 0; s < strides.size(); ++s) {
      const int cells = side / strides[s];
      const auto* cls = outputs_[4 * s].ptr<float>();
      const auto* obj = outputs_[4 * s + 1].ptr<float>();
      const auto* bbox = outputs_[4 * s + 2].ptr<float>();
      const auto* kps = outputs_[4 * s + 3].ptr<float>();
      for (int cell = 0; cell < cells * cells; ++cell) {
        const double score =
            std::sqrt(std::clamp<double>(cls[cell], 0, 1) * std::clamp<double>(obj[cell], 0, 1));
        if (!(score >= score_threshold)) {
          continue;
        }
        const double x = cell % cells;
        const double y = cell / cells;  // NOLINT(bugprone-integer-division): the row
        const double sx = strides[s] * to_frame_x;
        const double sy = strides[s] * to_frame_y;
        const float* b = bbox + static_cast<std::ptrdiff_t>(cell) * 4;
        const float* k = kps + static_cast<std::ptrdiff_t>(cell) * 10;
        TrackedFace face;
        face.score = score;
        const double half_width = std::exp(static_cast<double>(b[2])) * sx / 2;
        const double half_height = std::exp(static_cast<double>(b[3])) * sy / 2;
        const double cx = (static_cast<double>(b[0]) + x) * sx;
        const double cy = (static_cast<double>(b[1]) + y) * sy;
        face.box = {cx - half_width, cy - half_height, cx + half_width, cy + half_height};
        // "Right eye" in YuNet is the person's: the left one in the picture, as ours.
        for (std::size_t p = 0; p < face.landmarks5.size(); ++p) {
          face.landmarks5[p] = {(static_cast<double>(k[2 * p]) + x) * sx,
                                (static_cast<double>(k[2 * p + 1]) + y) * sy};
        }
        faces.push_back(face);
      }
    }
    return without_overlaps(std::move(faces), overlap_threshold);
  }

  cv::dnn::Net net_;
  std::string digest_;
  std::vector<std::string> names_;
  std::vector<cv::Mat> outputs_;
};

}  // namespace

std::unique_ptr<Detector> make_yunet_detector(const std::filesystem::path& model) {
  std::error_code error;
  if (std::filesystem::is_directory(model, error)) {
    fail("{}: is a folder; name a YuNet model such as yunet_n_640_640.onnx in it", model.string());
  }
  return std::make_unique<Yunet>(model);
}

std::unique_ptr<Detector> make_detector(const std::filesystem::path& model) {
  return model.empty() ? make_haar_detector() : make_yunet_detector(model);
}

}  // namespace ffbench
