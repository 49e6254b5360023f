#include "datasets/video/audio_carrier.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/mathematics.h>
}

#include <cmath>
#include <limits>
#include <new>
#include <string_view>

#include "core/error.hpp"
#include "datasets/video/aac_encoder.hpp"

namespace ffbench::av {
namespace {

constexpr double not_reached = -std::numeric_limits<double>::infinity();

bool can_hold(const AVOutputFormat& format, AVCodecID codec) {
  return avformat_query_codec(&format, codec, FF_COMPLIANCE_NORMAL) == 1;
}

}  // namespace

/// One sound stream on its way.
class AudioCarrier::Stream {
 public:
  Stream(const AVStream& source, double origin, AVFormatContext& output)
      : source_(source), output_(output), origin_(origin) {
    const AVCodecID codec = source.codecpar->codec_id;
    stream_ = avformat_new_stream(&output, nullptr);
    if (stream_ == nullptr) {
      throw std::bad_alloc();
    }
    if (can_hold(*output.oformat, codec)) {
      avcodec_parameters_copy(stream_->codecpar, source.codecpar);
      stream_->codecpar->codec_tag = 0;  // tags of one container mean something else in another
      stream_->time_base = source.time_base;
    } else {
      encoder_ =
          std::make_unique<AacEncoder>(source, *stream_, (output.oformat->flags & AVFMT_GLOBALHEADER) != 0);
    }
    av_dict_copy(&stream_->metadata, source.metadata, 0);
    stream_->disposition = source.disposition;
  }

  /// Takes a packet of the source, or null at the end.
  int take(AVPacket* packet) {
    if (!encoder_) {
      return packet == nullptr ? 0 : write(*packet, source_.time_base);
    }
    encoder_->send(packet);
    const Packet encoded = make_packet();
    while (encoder_->receive(*encoded)) {
      if (const int written = write(*encoded, {1, encoder_->sample_rate()}); written < 0) {
        return written;
      }
    }
    return 0;
  }

 private:
  int write(AVPacket& packet, AVRational time_base) {
    const auto shift = static_cast<std::int64_t>(std::llround(origin_ / av_q2d(time_base)));
    if (packet.pts != AV_NOPTS_VALUE) {
      packet.pts -= shift;
    }
    if (packet.dts != AV_NOPTS_VALUE) {
      packet.dts -= shift;
    }
    // Matroska has no time before 0 and would move the picture instead.
    const bool before_zero = packet.pts != AV_NOPTS_VALUE && packet.pts < 0;
    if (before_zero && std::string_view(output_.oformat->name) == "matroska") {
      av_packet_unref(&packet);
      return 0;
    }
    av_packet_rescale_ts(&packet, time_base, stream_->time_base);
    packet.stream_index = stream_->index;
    packet.pos = -1;
    return av_interleaved_write_frame(&output_, &packet);
  }

  const AVStream& source_;
  AVFormatContext& output_;
  double origin_;
  AVStream* stream_ = nullptr;
  std::unique_ptr<AacEncoder> encoder_;
};

AudioCarrier::AudioCarrier(const std::filesystem::path& source, double origin, AVFormatContext& output,
                           std::vector<std::string>& warnings)
    : input_(open_input(source)), packet_(make_packet()), origin_(origin), reached_(not_reached) {
  streams_.resize(input_->nb_streams);
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    AVStream& stream = *input_->streams[i];
    const AVCodecID codec = stream.codecpar->codec_id;
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) {
      stream.discard = AVDISCARD_ALL;
      continue;
    }
    const bool usable = can_hold(*output.oformat, codec) || avcodec_find_decoder(codec) != nullptr;
    if (!usable || stream.codecpar->sample_rate <= 0) {
      warnings.push_back(
          fmt::format("{}: sound stream {} ({}) can be neither copied nor decoded and is left out",
                      source.string(), i, avcodec_get_name(codec)));
      stream.discard = AVDISCARD_ALL;
      continue;
    }
    streams_[i] = std::make_unique<Stream>(stream, origin, output);
  }
}

AudioCarrier::~AudioCarrier() = default;

int AudioCarrier::step() {
  if (av_read_frame(input_.get(), packet_.get()) < 0) {
    ended_ = true;
    for (const auto& stream : streams_) {
      const int written = stream ? stream->take(nullptr) : 0;
      if (written < 0) {
        return written;
      }
    }
    return 0;
  }
  const auto index = static_cast<std::size_t>(packet_->stream_index);
  int written = 0;
  if (index < streams_.size() && streams_[index]) {
    if (packet_->pts != AV_NOPTS_VALUE) {
      reached_ = static_cast<double>(packet_->pts) * av_q2d(input_->streams[index]->time_base) - origin_;
    }
    written = streams_[index]->take(packet_.get());
  }
  av_packet_unref(packet_.get());
  return written;
}

int AudioCarrier::write_until(double seconds) {
  while (!ended_ && reached_ < seconds) {
    if (const int written = step(); written < 0) {
      return written;
    }
  }
  return 0;
}

int AudioCarrier::finish() {
  return write_until(std::numeric_limits<double>::infinity());
}

}  // namespace ffbench::av
