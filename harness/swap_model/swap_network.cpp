#include "harness/swap_model/swap_network.hpp"

#include <chrono>
#include <cmath>

#include <fmt/format.h>
#include <opencv2/dnn.hpp>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/seconds_since.hpp"
#include "core/warp_template.hpp"
#include "reference/warp.hpp"
#include "stability/similarity_fit.hpp"

namespace ffbench {
namespace {

/// OpenCV's messages have several lines; the first says what is wrong.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

cv::Mat planes_matrix(int size, const float* data) {
  const int shape[] = {1, 3, size, size};
  // OpenCV's matrices have no constant form; the network reads its inputs alone.
  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  return {4, shape, CV_32F, const_cast<float*>(data)};
}

std::size_t plane_count(int size) {
  return static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
}

}  // namespace

struct SwapNetwork::Net {
  cv::dnn::Net net;
};

void to_planes(ConstBgrView image, const NetworkPicture& picture, int stride, int offset_x, int offset_y,
               float* planes) {
  for (int c = 0; c < 3; ++c) {
    const auto channel = static_cast<std::size_t>(c);
    const double mean = picture.mean[channel];
    const double deviation = picture.standard_deviation[channel];
    const int from = picture.rgb ? 2 - c : c;
    float* out = planes + channel * plane_count(picture.size);
    for (int y = 0; y < picture.size; ++y) {
      for (int x = 0; x < picture.size; ++x) {
        const double value = image.pixel(x * stride + offset_x, y * stride + offset_y)[from];
        *out++ = static_cast<float>((value / 255 - mean) / deviation);
      }
    }
  }
}

SwapNetwork::SwapNetwork(const std::filesystem::path& model, ConstBgrView source,
                         const Landmarks5& source_landmarks)
    : model_(model), net_(std::make_unique<Net>()) {
  const std::filesystem::path path = description_path(model);
  description_ = parse_swap_description(read_file(path), path.string());
  read_file(model);  // a missing file gets our message, not OpenCV's
  try {
    net_->net = cv::dnn::readNetFromONNX(model.string());
    if (description_.source_kind == SourceInput::image) {
      const NetworkPicture& picture = description_.source;
      const auto fit = stability::fit_similarity(source_landmarks,
                                                 warp_template(picture.warp_template).scaled(picture.size));
      if (source.empty() || !fit) {
        fail("{}: the network wants a source portrait with a face; give one with --source", model.string());
      }
      BgrImage aligned(picture.size, picture.size);
      reference::warp(source, AffineF(Affine(fit->inverse())), aligned.view());
      std::vector<float> planes(3 * plane_count(picture.size));
      to_planes(aligned.view(), picture, 1, 0, 0, planes.data());
      net_->net.setInput(planes_matrix(picture.size, planes.data()).clone(), picture.input);
    } else if (description_.source_kind == SourceInput::vector) {
      const cv::Mat values(1, static_cast<int>(description_.source_vector.size()), CV_32F,
                           description_.source_vector.data());
      net_->net.setInput(values.clone(), description_.source.input);
    }
  } catch (const cv::Exception& error) {
    fail("{}: OpenCV {} cannot load the network: {}", model.string(), CV_VERSION, first_line(error.err));
  }
  std::vector<float> probe(3 * plane_count(description_.target.size));
  std::vector<float> answer(probe.size());
  run(probe.data(), answer.data());
  seconds_ = 0;
}

SwapNetwork::~SwapNetwork() = default;

void SwapNetwork::run(const float* input, float* output) {
  const auto started = std::chrono::steady_clock::now();
  const int size = description_.target.size;
  try {
    net_->net.setInput(planes_matrix(size, input), description_.target.input);
    const cv::Mat result = net_->net.forward(description_.output);
    const bool fits = result.type() == CV_32F && result.isContinuous() &&
                      result.total() == 3 * plane_count(size) && result.dims >= 2 &&
                      result.size[result.dims - 1] == size && result.size[result.dims - 2] == size;
    if (!fits) {
      const std::vector<int> shape(result.size.p, result.size.p + result.dims);
      fail("{}: output '{}' has the shape {}, expected 1x3x{}x{}; correct 'size' in {}", model_.string(),
           description_.output, fmt::join(shape, "x"), size, size, description_path(model_).string());
    }
    std::copy_n(result.ptr<float>(), result.total(), output);
  } catch (const cv::Exception& error) {
    fail("{}: the network does not run with the inputs and outputs that {} names: {}", model_.string(),
         description_path(model_).string(), first_line(error.err));
  }
  seconds_ += seconds_since(started);
}

namespace {

class NetworkSwap final : public SwapModel {
 public:
  NetworkSwap(std::shared_ptr<SwapNetwork> network, int crop_size)
      : network_(std::move(network)), stride_(crop_size / network_->description().target.size) {
    const int size = network_->description().target.size;
    if (crop_size % size != 0) {
      fail(
          "swap model: crop size {} is not a multiple of the network's size {}; choose another with "
          "--crop-size",
          crop_size, size);
    }
    input_.resize(3 * plane_count(size));
    output_.resize(input_.size());
  }

  void swap(ConstBgrView crop, BgrView swapped) override {
    for (int offset_y = 0; offset_y < stride_; ++offset_y) {
      for (int offset_x = 0; offset_x < stride_; ++offset_x) {
        to_planes(crop, network_->description().target, stride_, offset_x, offset_y, input_.data());
        network_->run(input_.data(), output_.data());
        from_planes(offset_x, offset_y, swapped);
      }
    }
  }

 private:
  void from_planes(int offset_x, int offset_y, BgrView swapped) const {
    const SwapDescription& description = network_->description();
    const NetworkPicture& picture = description.target;
    for (int c = 0; c < 3; ++c) {
      const auto channel = static_cast<std::size_t>(c);
      const double scale = description.denormalise ? picture.standard_deviation[channel] : 1;
      const double shift = description.denormalise ? picture.mean[channel] : 0;
      const int to = picture.rgb ? 2 - c : c;
      const float* plane = output_.data() + channel * plane_count(picture.size);
      for (int y = 0; y < picture.size; ++y) {
        for (int x = 0; x < picture.size; ++x) {
          const double value = double{*plane++} * scale + shift;
          // Ordered comparisons: NaN becomes 0.
          const double limited = value > 0 ? (value < 1 ? value : 1) : 0;
          swapped.pixel(x * stride_ + offset_x, y * stride_ + offset_y)[to] =
              static_cast<std::uint8_t>(std::nearbyint(limited * 255));
        }
      }
    }
  }

  std::shared_ptr<SwapNetwork> network_;
  int stride_;
  std::vector<float> input_;
  std::vector<float> output_;
};

}  // namespace

std::shared_ptr<SwapModel> make_swap_model(std::shared_ptr<SwapNetwork> network, int crop_size) {
  return std::make_shared<NetworkSwap>(std::move(network), crop_size);
}

}  // namespace ffbench
