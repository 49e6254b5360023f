#include "datasets/picture_encoder.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/error.hpp"

namespace ffbench {

std::string encode_webp(ConstBgrView image, int width, int quality) {
  const cv::Mat whole(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.data),
                      static_cast<std::size_t>(image.stride_bytes));
  const int height = std::max(1, width * image.height / image.width);
  cv::Mat scaled;
  std::vector<std::uint8_t> bytes;
  bool encoded = false;
  try {
    // OpenCV makes its table of codecs on first use; here lanes wait for the one that does.
    static const bool known = cv::haveImageWriter(".webp");
    cv::resize(whole, scaled, {width, height}, 0, 0,
               width < image.width ? cv::INTER_AREA : cv::INTER_NEAREST);
    encoded = known && cv::imencode(".webp", scaled, bytes, {cv::IMWRITE_WEBP_QUALITY, quality});
  } catch (const cv::Exception& e) {
    fail("a picture cannot be encoded as WebP ({}); install an OpenCV with WebP", e.err);
  }
  if (!encoded) {
    fail("a picture cannot be encoded as WebP; install an OpenCV with WebP");
  }
  return {bytes.begin(), bytes.end()};
}

}  // namespace ffbench
