#include "datasets/video/frame_converter.hpp"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <new>

#include "core/error.hpp"

namespace ffbench::av {
namespace {

const AVPixFmtDescriptor* descriptor_of(const AVFrame& frame) {
  return av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
}

/// Where chroma samples lie between luma samples, in 1/256 of a luma sample, as swscale wants it.
struct ChromaPosition {
  int horizontal;
  int vertical;
};

ChromaPosition chroma_position(int location) {
  switch (location) {
    case AVCHROMA_LOC_CENTER:
      return {128, 128};
    case AVCHROMA_LOC_TOPLEFT:
      return {0, 0};
    case AVCHROMA_LOC_TOP:
      return {128, 0};
    case AVCHROMA_LOC_BOTTOMLEFT:
      return {0, 256};
    case AVCHROMA_LOC_BOTTOM:
      return {128, 256};
    default:  // H.264, H.265, MPEG-2: left unless stated otherwise
      return {0, 128};
  }
}

}  // namespace

FrameConverter::FrameConverter(int coded_width, int coded_height, Orientation orientation)
    : width_(coded_width),
      height_(coded_height),
      orientation_(orientation),
      // swscale's vector code writes past the end of rows.
      stride_((static_cast<std::ptrdiff_t>(coded_width) * 3 + 127) / 64 * 64),
      buffer_(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(coded_height) + 64) {}

void FrameConverter::prepare(const AVFrame& frame, const Key& key) {
  scaler_.reset(sws_alloc_context());
  if (!scaler_) {
    throw std::bad_alloc();
  }
  const AVPixFmtDescriptor* d = descriptor_of(frame);
  SwsContext* const s = scaler_.get();
  av_opt_set_int(s, "srcw", frame.width, 0);
  av_opt_set_int(s, "srch", frame.height, 0);
  av_opt_set_int(s, "src_format", frame.format, 0);
  av_opt_set_int(s, "dstw", width_, 0);
  av_opt_set_int(s, "dsth", height_, 0);
  av_opt_set_int(s, "dst_format", AV_PIX_FMT_BGR24, 0);
  av_opt_set_int(s, "sws_flags",
                 SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP, 0);
  av_opt_set(s, "sws_dither", "none", 0);
  if (d != nullptr && !is_rgb(frame.format)) {
    const ChromaPosition position = chroma_position(key.chroma_location);
    if (d->log2_chroma_w > 0) {
      av_opt_set_int(s, "src_h_chr_pos", position.horizontal, 0);
    }
    if (d->log2_chroma_h > 0) {
      av_opt_set_int(s, "src_v_chr_pos", position.vertical, 0);
    }
  }
  if (const int ready = sws_init_context(s, nullptr, nullptr); ready < 0) {
    fail("pixel format {} at {}x{} cannot be converted ({}); convert the video to H.264 first",
         d == nullptr ? "?" : d->name, frame.width, frame.height, text_of(ready));
  }
  if (d != nullptr && !is_rgb(frame.format)) {
    switch (key.color.matrix) {
      case AVCOL_SPC_BT709:
      case AVCOL_SPC_FCC:
      case AVCOL_SPC_BT470BG:
      case AVCOL_SPC_SMPTE170M:
      case AVCOL_SPC_SMPTE240M:
      case AVCOL_SPC_BT2020_NCL:
      case AVCOL_SPC_BT2020_CL:
        break;
      default:
        fail("colour matrix {} is not supported; convert the video to BT.709 first",
             av_color_space_name(static_cast<AVColorSpace>(key.color.matrix)));
    }
    const int* const matrix = sws_getCoefficients(key.color.matrix);
    constexpr int one = 1 << 16;
    sws_setColorspaceDetails(s, matrix, key.color.full_range ? 1 : 0, matrix, 1, 0, one, one);
  }
  key_ = key;
}

void FrameConverter::convert(const AVFrame& frame, BgrView out) {
  Key key;
  key.width = frame.width;
  key.height = frame.height;
  key.format = frame.format;
  key.chroma_location = frame.chroma_location;
  bool matrix_given = false;
  key.color = color_of(frame, matrix_given);
  if (!scaler_ || !(key == key_)) {
    prepare(frame, key);
  }
  std::uint8_t* planes[4] = {buffer_.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {static_cast<int>(stride_), 0, 0, 0};
  sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes, strides);

  const ConstBgrView coded{buffer_.data(), width_, height_, stride_};
  if (orientation_.is_identity()) {
    copy_pixels(coded, out);
    return;
  }
  for (int y = 0; y < out.height; ++y) {
    std::uint8_t* to = out.row(y);
    for (int x = 0; x < out.width; ++x, to += 3) {
      const int u = orientation_.transpose ? y : x;
      const int v = orientation_.transpose ? x : y;
      const std::uint8_t* from =
          coded.pixel(orientation_.flip_x ? width_ - 1 - u : u, orientation_.flip_y ? height_ - 1 - v : v);
      to[0] = from[0];
      to[1] = from[1];
      to[2] = from[2];
    }
  }
}

}  // namespace ffbench::av
