#include "datasets/image_file.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench {
namespace {

/// OpenCV's image for pixels that OpenCV only reads.
cv::Mat mat_of(ConstBgrView view) {
  return {view.height, view.width, CV_8UC3, const_cast<std::uint8_t*>(view.data),
          static_cast<std::size_t>(view.stride_bytes)};
}

}  // namespace

BgrImage read_image(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    fail("{}: no such file; check the name", path.string());
  }
  if (std::filesystem::is_directory(path, error)) {
    fail("{}: is a folder; name a picture in it", path.string());
  }
  if (std::filesystem::file_size(path, error) == 0 && !error) {
    fail("{}: the file is empty; copy or download it again", path.string());
  }
  cv::Mat mat;
  try {
    mat = cv::imread(path.string(), cv::IMREAD_COLOR);
  } catch (const cv::Exception& e) {
    fail("{}: cannot be decoded as a picture ({}); convert it to PNG or JPEG", path.string(), e.err);
  }
  if (mat.empty()) {
    fail("{}: is not a picture that OpenCV can decode; convert it to PNG or JPEG", path.string());
  }
  if (std::int64_t{mat.cols} * mat.rows > most_frame_pixels) {
    fail("{}: has {}x{} pixels, more than the {} that are read; scale the picture down", path.string(),
         mat.cols, mat.rows, most_frame_pixels);
  }
  BgrImage image(mat.cols, mat.rows);
  copy_pixels(ConstBgrView{mat.data, mat.cols, mat.rows, static_cast<std::ptrdiff_t>(mat.step[0])},
              image.view());
  return image;
}

void write_png(const std::filesystem::path& path, ConstBgrView image) {
  if (image.empty()) {
    fail("{}: a picture of {}x{} cannot be written", path.string(), image.width, image.height);
  }
  std::vector<std::uint8_t> bytes;
  bool encoded = false;
  try {
    encoded = cv::imencode(".png", mat_of(image), bytes);
  } catch (const cv::Exception& e) {
    fail("{}: cannot be encoded as PNG ({})", path.string(), e.err);
  }
  if (!encoded) {
    fail("{}: cannot be encoded as PNG", path.string());
  }
  write_file_atomically(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace ffbench
