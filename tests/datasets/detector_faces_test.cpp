#include <cmath>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/detectors/detector.hpp"
#include "datasets/image_file.hpp"
#include "tests/datasets/video_test_support.hpp"

namespace ffbench {
namespace {

using testing::HasSubstr;
using testing_support::error_of;
using testing_support::media_folder;
using testing_support::put_file;
using testing_support::TemporaryFolder;

/// $FFBENCH_DETECTOR_MODEL, or the model beside the folder of real clips; empty where neither is
/// there.
std::filesystem::path model() {
  if (const char* named = std::getenv("FFBENCH_DETECTOR_MODEL"); named != nullptr) {
    return named;
  }
  const auto beside = media_folder() / ".." / "models" / "yunet_n_640_640.onnx";
  return !media_folder().empty() && std::filesystem::exists(beside) ? beside : std::filesystem::path();
}

double distance(Point a, Point b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

/// Left before right, eyes above nose above mouth, all in the box.
void expect_face(const TrackedFace& face) {
  const auto& [left_eye, right_eye, nose, left_mouth, right_mouth] = face.landmarks5;
  EXPECT_LT(left_eye.x, right_eye.x);
  EXPECT_LT(left_mouth.x, right_mouth.x);
  EXPECT_GT(nose.y, std::max(left_eye.y, right_eye.y));
  EXPECT_LT(nose.y, std::min(left_mouth.y, right_mouth.y));
  EXPECT_LT(left_eye.x, nose.x);
  EXPECT_GT(right_eye.x, nose.x);
  for (const Point& p : face.landmarks5) {
    EXPECT_GT(p.x, face.box.x0);
    EXPECT_LT(p.x, face.box.x1);
    EXPECT_GT(p.y, face.box.y0);
    EXPECT_LT(p.y, face.box.y1);
  }
  EXPECT_GT(face.score, 0.0);
  EXPECT_LE(face.score, 1.0);
}

TEST(HaarDetector, FindsTheOneFaceOfEachPortrait) {
  if (media_folder().empty()) {
    GTEST_SKIP() << "FFBENCH_MEDIA does not name a folder with source.jpg and source-2.jpg";
  }
  const auto detector = make_haar_detector();
  for (const char* name : {"source.jpg", "source-2.jpg"}) {
    const BgrImage image = read_image(media_folder() / name);
    const auto faces = detector->detect(image.view());
    ASSERT_EQ(faces.size(), 1U) << name;
    expect_face(faces[0]);
  }
}

TEST(YunetDetector, FindsTheFaceThatHaarFinds) {
  if (media_folder().empty() || model().empty()) {
    GTEST_SKIP() << "FFBENCH_MEDIA or FFBENCH_DETECTOR_MODEL does not name portraits or a YuNet model";
  }
  const auto yunet = make_yunet_detector(model());
  const auto haar = make_haar_detector();
  EXPECT_EQ(yunet->name(), "yunet");
  for (const char* name : {"source.jpg", "source-2.jpg"}) {
    const BgrImage image = read_image(media_folder() / name);
    const auto faces = yunet->detect(image.view());
    const auto others = haar->detect(image.view());
    ASSERT_EQ(faces.size(), 1U) << name;
    ASSERT_EQ(others.size(), 1U) << name;
    expect_face(faces[0]);
    EXPECT_GT(faces[0].score, 0.9);
    const double eyes = distance(faces[0].landmarks5[0], faces[0].landmarks5[1]);
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_LT(distance(faces[0].landmarks5[i], others[0].landmarks5[i]), 0.35 * eyes)
          << name << " point " << i;
    }
  }
}

TEST(YunetDetector, PointsScaleWithThePictureAndDoNotDependOnItsStride) {
  if (media_folder().empty() || model().empty()) {
    GTEST_SKIP() << "FFBENCH_MEDIA or FFBENCH_DETECTOR_MODEL does not name portraits or a YuNet model";
  }
  const auto yunet = make_yunet_detector(model());
  const BgrImage image = read_image(media_folder() / "source.jpg");
  // Twice as large, by repetition, in the corner of a wider picture.
  const int w = image.width();
  const int h = image.height();
  BgrImage large(2 * w + 50, 2 * h);
  for (int y = 0; y < 2 * h; ++y) {
    for (int x = 0; x < 2 * w; ++x) {
      for (int c = 0; c < 3; ++c) {
        large.view().pixel(x, y)[c] = image.view().pixel(x / 2, y / 2)[c];
      }
    }
  }
  const auto small_faces = yunet->detect(image.view());
  const auto large_faces = yunet->detect(large.view().crop(0, 0, 2 * w, 2 * h));
  ASSERT_EQ(small_faces.size(), 1U);
  ASSERT_EQ(large_faces.size(), 1U);
  const double eyes = distance(small_faces[0].landmarks5[0], small_faces[0].landmarks5[1]);
  for (std::size_t i = 0; i < 5; ++i) {
    const Point p = large_faces[0].landmarks5[i];
    EXPECT_LT(distance({p.x / 2, p.y / 2}, small_faces[0].landmarks5[i]), 0.05 * eyes);
  }
}

TEST(Detectors, FindNothingInAnEmptyPicture) {
  const BgrImage gray(320, 240);
  const BgrImage dot(1, 1);
  const auto haar = make_haar_detector();
  EXPECT_TRUE(haar->detect(gray.view()).empty());
  EXPECT_TRUE(haar->detect(dot.view()).empty());
  if (model().empty()) {
    GTEST_SKIP() << "no YuNet model: neither FFBENCH_DETECTOR_MODEL nor FFBENCH_MEDIA leads to one";
  }
  const auto yunet = make_yunet_detector(model());
  EXPECT_TRUE(yunet->detect(gray.view()).empty());
  EXPECT_TRUE(yunet->detect(dot.view()).empty());
}

TEST(Detectors, SayWhatIsMissing) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of([&] { make_yunet_detector(folder / "missing.onnx"); }), HasSubstr("missing.onnx"));
  EXPECT_THAT(error_of([&] { make_yunet_detector(folder.path()); }), HasSubstr("is a folder"));
  put_file(folder / "text.onnx", "this is no model");
  const std::string message = error_of([&] { make_detector(folder / "text.onnx"); });
  EXPECT_THAT(message, HasSubstr("text.onnx"));
  EXPECT_THAT(message, HasSubstr("YuNet"));
  EXPECT_THAT(message, testing::Not(HasSubstr("\n")));
  EXPECT_THAT(error_of([&] { make_haar_detector(folder.path()); }), HasSubstr("opencv-data"));
  put_file(folder / "haarcascade_frontalface_alt2.xml", "<no cascade/>");
  put_file(folder / "haarcascade_eye.xml", "<no cascade/>");
  EXPECT_THAT(error_of([&] { make_haar_detector(folder.path()); }),
              HasSubstr("haarcascade_frontalface_alt2.xml"));
  EXPECT_EQ(make_detector({})->name(), "haar");
}

}  // namespace
}  // namespace ffbench
