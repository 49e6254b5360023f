#include "kernels/cuda/host_images.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/composite.hpp"
#include "kernels/cuda/composite_tiles.hpp"
#include "kernels/cuda/device.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/packed_crop.hpp"
#include "kernels/cuda/preset_parameters.hpp"
#include "kernels/cuda/resources.hpp"
#include "kernels/cuda/warp.hpp"

namespace ffbench::cuda {
namespace {

/// Kernels read whole words about a pixel, and 16 bytes behind a frame that is warped.
constexpr std::size_t alignment = 256;

std::size_t aligned(std::size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// Rows [begin, end) of an image.
struct Rows {
  int begin = 0;
  int end = 0;
};

/// The rows of the frame that the taps of a warp lie in.
Rows rows_of_warp(const AffineF& map, ConstBgrView frame, BgrView crop) {
  const double right = crop.width - 1;
  const double bottom = crop.height - 1;
  const double across = static_cast<double>(map.yx) * right;
  const double down = static_cast<double>(map.yy) * bottom;
  const double start = static_cast<double>(map.yt);
  const double least = start + std::min(across, 0.0) + std::min(down, 0.0);
  const double most = start + std::max(across, 0.0) + std::max(down, 0.0);
  const double last = frame.height - 1;
  // Two rows to spare: positions are rounded to binary32.
  const int begin = static_cast<int>(std::clamp(std::floor(least) - 2, 0.0, last));
  const int end = static_cast<int>(std::clamp(std::ceil(most) + 3, 0.0, last)) + 1;
  return {begin, end};
}

}  // namespace

struct HostImages::State {
  explicit State(int device_) : device(device_) {}

  int device;
  Stream stream;
  DeviceBuffer memory;

  /// Where the pieces of a call lie in `memory`.
  struct Piece {
    std::size_t offset = 0;
    std::size_t pitch = 0;
  };

  /// Room for rows of that many bytes behind what there is; there is a gap between pieces.
  static Piece add(std::size_t& used, std::size_t row_bytes, int rows) {
    const Piece piece{used, aligned(row_bytes + 16)};
    used += piece.pitch * static_cast<std::size_t>(rows) + alignment;
    return piece;
  }

  template <typename T, int Channels>
  void upload(const Piece& piece, ImageView<const T, Channels> from) {
    check(cudaMemcpy2DAsync(memory.data() + piece.offset, piece.pitch, from.data,
                            static_cast<std::size_t>(from.stride_bytes), from.row_bytes(),
                            static_cast<std::size_t>(from.height), cudaMemcpyHostToDevice, stream.get()),
          "copying an image to the device");
  }

  void download(const Piece& piece, BgrView to) {
    check(cudaMemcpy2DAsync(to.data, static_cast<std::size_t>(to.stride_bytes), memory.data() + piece.offset,
                            piece.pitch, to.row_bytes(), static_cast<std::size_t>(to.height),
                            cudaMemcpyDeviceToHost, stream.get()),
          "copying an image from the device");
  }

  template <typename Item>
  const Item* put(std::size_t offset, const Item& item) {
    check(cudaMemcpyAsync(memory.data() + offset, &item, sizeof(Item), cudaMemcpyHostToDevice, stream.get()),
          "copying parameters to the device");
    return reinterpret_cast<const Item*>(memory.data() + offset);
  }

  template <typename Item>
  const Item* put(std::size_t offset, const Item* items, std::size_t count) {
    check(cudaMemcpyAsync(memory.data() + offset, items, count * sizeof(Item), cudaMemcpyHostToDevice,
                          stream.get()),
          "copying an image to the device");
    return reinterpret_cast<const Item*>(memory.data() + offset);
  }

  /// An image whose row `first` is the first of a piece.
  [[nodiscard]] Pixels pixels(const Piece& piece, int width, int height, int first = 0) const {
    const auto pitch = static_cast<std::int64_t>(piece.pitch);
    return {memory.data() + piece.offset - first * pitch, width, height, pitch};
  }
};

HostImages::HostImages(int device) {
  const DeviceScope scope(device);
  state_ = std::make_unique<State>(device);
}

HostImages::~HostImages() = default;

void HostImages::warp(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop) {
  const DeviceScope scope(state_->device);
  const Rows rows = rows_of_warp(crop_to_frame, frame, crop);
  const ConstBgrView part = frame.crop(0, rows.begin, frame.width, rows.end - rows.begin);
  std::size_t used = alignment;
  const State::Piece in = State::add(used, part.row_bytes(), part.height);
  const State::Piece out = State::add(used, crop.row_bytes(), crop.height);
  const std::size_t parameters = aligned(used);
  state_->memory.grow(parameters + sizeof(WarpItem));
  state_->upload(in, part);
  const WarpItem* item =
      state_->put(parameters, WarpItem{state_->pixels(in, frame.width, frame.height, rows.begin),
                                       to_map(crop_to_frame),
                                       state_->pixels(out, crop.width, crop.height),
                                       nullptr,
                                       {},
                                       {}});
  cuda::warp(item, 1, crop.width, crop.height, false, {}, state_->stream.get());
  state_->download(out, crop);
  state_->stream.synchronize();
}

void HostImages::paste(ConstBgrView frame, ConstBgrView crop, ConstMaskView mask,
                       const AffineF& frame_to_crop, const Region& region, const Preset& preset,
                       BgrView output) {
  const auto copy_rows = [&](int begin, int end) {
    if (frame.data != output.data && begin < end) {
      copy_pixels(frame.crop(0, begin, frame.width, end - begin),
                  output.crop(0, begin, frame.width, end - begin));
    }
  };
  if (region.empty()) {
    copy_rows(0, frame.height);
    return;
  }
  const DeviceScope scope(state_->device);
  const int end = region.y + region.height;
  std::size_t used = alignment;
  const State::Piece whole = State::add(used, frame.row_bytes(), region.height);
  std::vector<std::uint32_t> words(packed_words(crop.width, crop.height));
  pack_crop(crop, mask, words.data());
  const std::size_t packed = aligned(used);
  const std::size_t parameters = aligned(packed + words.size() * sizeof(std::uint32_t));
  using Item = CompositeItem<PackedCrop>;
  state_->memory.grow(parameters + sizeof(Item));
  state_->upload(whole, frame.crop(0, region.y, frame.width, region.height));
  const std::uint32_t* on_device = state_->put(packed, words.data(), words.size());
  const Item* item =
      state_->put(parameters, Item{{on_device + packed_origin(crop.width), crop.width, crop.height},
                                   to_map(frame_to_crop),
                                   region,
                                   state_->pixels(whole, frame.width, frame.height, region.y)});
  composite(item, 1, composite_tiles(region.width, region.height), seam_band(preset), state_->stream.get());
  state_->download(whole, output.crop(0, region.y, frame.width, region.height));
  copy_rows(0, region.y);
  copy_rows(end, frame.height);
  state_->stream.synchronize();
}

}  // namespace ffbench::cuda
