#include "datasets/video/aac_encoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mathematics.h>
}

#include <algorithm>
#include <array>
#include <new>

#include "core/error.hpp"

namespace ffbench::av {
namespace {

/// The rate among those of AAC that is the source's, or the nearest above it.
int aac_rate(int source) {
  constexpr std::array rates{7350,  8000,  11025, 12000, 16000, 22050, 24000,
                             32000, 44100, 48000, 64000, 88200, 96000};
  const auto* const found = std::find_if(rates.begin(), rates.end(), [source](int r) { return r >= source; });
  return found == rates.end() ? rates.back() : *found;
}

CodecContext open_encoder(const SoundForm& form, bool global_header) {
  const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) {
    fail("the installed FFmpeg has no AAC encoder");
  }
  CodecContext encoder(avcodec_alloc_context3(codec));
  if (!encoder) {
    throw std::bad_alloc();
  }
  encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
  encoder->sample_rate = aac_rate(form.sample_rate);
  constexpr int most_channels = 8;
  const int channels = std::clamp(form.channels, 1, most_channels);
  av_channel_layout_default(&encoder->ch_layout, channels);
  encoder->bit_rate = 96000LL * channels;
  encoder->time_base = {1, encoder->sample_rate};
  if (global_header) {
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  if (const int opened = avcodec_open2(encoder.get(), codec, nullptr); opened < 0) {
    fail("AAC encoder: {}", text_of(opened));
  }
  return encoder;
}

}  // namespace

AacEncoder::AacEncoder(const AVStream& source, const SoundForm& form, AVStream& output, bool global_header)
    : decoder_(source),
      encoder_(open_encoder(form, global_header)),
      converter_(*encoder_),
      block_(make_frame()),
      next_tick_(AV_NOPTS_VALUE) {
  avcodec_parameters_from_context(output.codecpar, encoder_.get());
  output.time_base = encoder_->time_base;
}

int AacEncoder::sample_rate() const {
  return encoder_->sample_rate;
}

void AacEncoder::send(const AVPacket* packet) {
  decoder_.decode(packet, [this](AVFrame& frame) { take_frame(frame); });
  if (packet == nullptr) {
    converter_.finish();
    ended_ = true;
  }
}

void AacEncoder::take_frame(AVFrame& frame) {
  if (next_tick_ == AV_NOPTS_VALUE) {
    const std::int64_t tick = frame.best_effort_timestamp;
    next_tick_ = tick == AV_NOPTS_VALUE ? 0 : av_rescale_q(tick, decoder_.time_base(), encoder_->time_base);
  }
  converter_.add(frame);
}

bool AacEncoder::receive(AVPacket& packet) {
  while (avcodec_receive_packet(encoder_.get(), &packet) != 0) {
    if (converter_.next(*block_)) {
      block_->pts = next_tick_;
      next_tick_ += block_->nb_samples;
      // What cannot be encoded (samples that are no numbers) is left out and keeps its time.
      avcodec_send_frame(encoder_.get(), block_.get());
      av_frame_unref(block_.get());
    } else if (ended_ && !flushed_) {
      flushed_ = true;
      avcodec_send_frame(encoder_.get(), nullptr);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace ffbench::av
