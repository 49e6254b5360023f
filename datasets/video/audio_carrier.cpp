#include "datasets/video/audio_carrier.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/mathematics.h>
}

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <string_view>

#include "core/error.hpp"
#include "datasets/video/aac_encoder.hpp"
#include "datasets/video/sound_decoder.hpp"

namespace ffbench::av {
namespace {

constexpr double not_reached = -std::numeric_limits<double>::infinity();

bool can_hold(const AVOutputFormat& format, AVCodecID codec) {
  return avformat_query_codec(&format, codec, FF_COMPLIANCE_NORMAL) == 1;
}

bool has_times(const AVInputFormat& format) {
  // FFmpeg finds its way in files without timestamps by an index of its own.
  return (format.flags & AVFMT_GENERIC_INDEX) == 0 || (format.flags & AVFMT_TS_DISCONT) != 0;
}

/// Errors of `action` name the file and the stream.
template <typename Action>
auto for_stream(const std::filesystem::path& source, std::size_t index, Action&& action) {
  try {
    return action();
  } catch (const Error& error) {
    fail("{}: sound stream {}: {}; convert the sound of this file, or remove it", source.string(), index,
         error.what());
  }
}

}  // namespace

/// One sound stream on its way.
class AudioCarrier::Stream {
 public:
  /// `form` is what comes out of a source that is encoded again.
  Stream(const AVStream& source, const SoundForm& form, bool has_times, double origin,
         AVFormatContext& output)
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
      encoder_ = std::make_unique<AacEncoder>(source, form, has_times, *stream_,
                                              (output.oformat->flags & AVFMT_GLOBALHEADER) != 0);
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
    put_in_order(packet);
    packet.stream_index = stream_->index;
    packet.pos = -1;
    return av_interleaved_write_frame(&output_, &packet);
  }

  /// Sources may lack the time of decoding, or have it fall or stand still, which no container
  /// takes: such a packet follows the one before it.
  void put_in_order(AVPacket& packet) {
    if (packet.dts == AV_NOPTS_VALUE) {
      packet.dts = packet.pts != AV_NOPTS_VALUE ? packet.pts : next_;
    }
    packet.dts = std::max(packet.dts, least_);
    packet.pts = packet.pts == AV_NOPTS_VALUE ? packet.dts : std::max(packet.pts, packet.dts);
    least_ = packet.dts + 1;
    next_ = packet.dts + std::max<std::int64_t>(1, packet.duration);
  }

  const AVStream& source_;
  AVFormatContext& output_;
  double origin_;
  AVStream* stream_ = nullptr;
  std::unique_ptr<AacEncoder> encoder_;
  // Time of decoding, in units of the output's stream.
  std::int64_t least_ = std::numeric_limits<std::int64_t>::min();  ///< of the next packet
  std::int64_t next_ = 0;                                          ///< where the last packet ends
};

AudioCarrier::AudioCarrier(const std::filesystem::path& source, double origin, AVFormatContext& output,
                           std::vector<std::string>& warnings)
    : source_(source),
      input_(open_input(source)),
      packet_(make_packet()),
      origin_(origin),
      reached_(not_reached) {
  streams_.resize(input_->nb_streams);
  std::vector<bool> usable(input_->nb_streams);
  std::vector<bool> encoded(input_->nb_streams);
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    AVStream& stream = *input_->streams[i];
    const AVCodecID codec = stream.codecpar->codec_id;
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) {
      stream.discard = AVDISCARD_ALL;
      continue;
    }
    const bool copied = can_hold(*output.oformat, codec);
    usable[i] = (copied || avcodec_find_decoder(codec) != nullptr) && stream.codecpar->sample_rate > 0;
    encoded[i] = usable[i] && !copied;
    if (!usable[i]) {
      warnings.push_back(
          fmt::format("{}: sound stream {} ({}) can be neither copied nor decoded and is left out",
                      source.string(), i, avcodec_get_name(codec)));
      stream.discard = AVDISCARD_ALL;
    }
  }
  const bool any_encoded = std::ranges::find(encoded, true) != encoded.end();
  const auto forms = any_encoded ? widest_forms(source, encoded) : std::vector<SoundForm>(encoded.size());
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    if (usable[i]) {
      streams_[i] = for_stream(source, i, [&] {
        return std::make_unique<Stream>(*input_->streams[i], forms[i], has_times(*input_->iformat), origin,
                                        output);
      });
    }
  }
}

AudioCarrier::~AudioCarrier() = default;

int AudioCarrier::step() {
  if (av_read_frame(input_.get(), packet_.get()) < 0) {
    ended_ = true;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      if (!streams_[i]) {
        continue;
      }
      const int written = for_stream(source_, i, [&] { return streams_[i]->take(nullptr); });
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
    written = for_stream(source_, index, [&] { return streams_[index]->take(packet_.get()); });
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
