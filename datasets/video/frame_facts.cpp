#include "datasets/video/frame_facts.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

#include <array>
#include <cstdlib>
#include <cstring>

#include "core/hash.hpp"

namespace ffbench::av {
namespace {

bool is_jpeg_style(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ411P:
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ444P:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_rgb(int format) {
  const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
  return d != nullptr && (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

int Orientation::rotation() const {
  // After undoing the mirror (which flips the coded x axis), a rotation flips x and y by quarter
  // turns.
  const bool fx = flip_x != mirrored();
  if (!transpose) {
    return fx ? 180 : 0;
  }
  return fx ? 270 : 90;
}

Orientation Orientation::of(int rotation, bool mirrored) {
  Orientation o;
  o.transpose = rotation == 90 || rotation == 270;
  o.flip_x = (rotation == 180 || rotation == 270) != mirrored;
  o.flip_y = o.flip_x != (o.transpose != mirrored);
  return o;
}

Orientation orientation_of(std::span<const std::int32_t, 9> m) {
  // Coded (x, y) is shown at (m0 x + m3 y, m1 x + m4 y), up to a shift.
  Orientation o;
  const auto size = [](std::int32_t v) { return std::llabs(static_cast<long long>(v)); };
  o.transpose = size(m[1]) + size(m[3]) > size(m[0]) + size(m[4]);
  o.flip_x = (o.transpose ? m[1] : m[0]) < 0;
  o.flip_y = (o.transpose ? m[3] : m[4]) < 0;
  return o;
}

ColorTags color_of(const AVFrame& frame, bool& matrix_given) {
  const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  const bool rgb = is_rgb(frame.format);
  const bool gray = d != nullptr && d->nb_components <= 2;
  ColorTags tags;
  tags.primaries = frame.color_primaries;
  tags.transfer = frame.color_trc;
  matrix_given = rgb || (frame.colorspace != AVCOL_SPC_UNSPECIFIED &&
                         frame.colorspace != AVCOL_SPC_RESERVED && frame.colorspace != AVCOL_SPC_RGB);
  if (rgb) {
    tags.matrix = AVCOL_SPC_RGB;
  } else {
    tags.matrix =
        matrix_given ? static_cast<int>(frame.colorspace) : default_matrix(frame.width, frame.height);
  }
  if (frame.color_range == AVCOL_RANGE_UNSPECIFIED) {
    tags.full_range = rgb || gray || is_jpeg_style(frame.format);
  } else {
    tags.full_range = frame.color_range == AVCOL_RANGE_JPEG || is_jpeg_style(frame.format);
  }
  return tags;
}

Orientation orientation_of(const AVStream& stream, const AVFrame& frame) {
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 100)
  if (const AVPacketSideData* data = av_packet_side_data_get(
          stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX)) {
    bytes = data->data;
    size = data->size;
  }
#else
  bytes = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
#endif
  if (bytes == nullptr) {
    if (const AVFrameSideData* data = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX)) {
      bytes = data->data;
      size = data->size;
    }
  }
  std::array<std::int32_t, 9> matrix{};
  if (bytes == nullptr || size < sizeof(matrix)) {
    return {};
  }
  std::memcpy(matrix.data(), bytes, sizeof(matrix));
  return orientation_of(matrix);
}

std::uint64_t fingerprint_of(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
  Hasher hasher;
  const int planes = av_pix_fmt_count_planes(format);
  for (int p = 0; p < planes; ++p) {
    const int bytes = av_image_get_linesize(format, frame.width, p);
    const bool is_chroma = p == 1 || p == 2;
    const int rows = is_chroma ? AV_CEIL_RSHIFT(frame.height, d->log2_chroma_h) : frame.height;
    for (int y = 0; y < rows && bytes > 0; ++y) {
      hasher.update(frame.data[p] + static_cast<std::ptrdiff_t>(y) * frame.linesize[p],
                    static_cast<std::size_t>(bytes));
    }
  }
  return hasher.digest().low;
}

bool is_key(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_KEY
  return (frame.flags & AV_FRAME_FLAG_KEY) != 0;
#else
  return frame.key_frame != 0;
#endif
}

std::int64_t duration_of(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame.duration;
#else
  return frame.pkt_duration;
#endif
}

}  // namespace ffbench::av
