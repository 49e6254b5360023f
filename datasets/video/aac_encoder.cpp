#include "datasets/video/aac_encoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mathematics.h>
#include <libavutil/samplefmt.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <utility>

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

AacEncoder::AacEncoder(const AVStream& source, const SoundForm& form, bool has_times, AVStream& output,
                       bool global_header)
    : decoder_(source),
      encoder_(open_encoder(form, global_header)),
      converter_(*encoder_),
      block_(make_frame()),
      packet_(make_packet()),
      has_times_(has_times) {
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
    encode_blocks();
    encode(nullptr);
  }
}

void AacEncoder::take_frame(AVFrame& frame) {
  const std::int64_t tick = frame.best_effort_timestamp;
  const bool timed = tick != AV_NOPTS_VALUE;
  const double time = timed ? static_cast<double>(tick) * av_q2d(decoder_.time_base()) : 0;
  if (!source_time_) {
    source_time_ = time;
    next_tick_ = timed ? av_rescale_q(tick, decoder_.time_base(), encoder_->time_base) : 0;
  } else if (has_times_ && timed) {
    // Containers round timestamps, and some clocks drift: less than the least gap is not one.
    constexpr double least_gap = 0.1;
    constexpr double another_clock = 600;
    const double gap = time - *source_time_;
    if (std::abs(gap) > another_clock) {
      source_time_ = time;
    } else if (gap > least_gap) {
      add_silence(frame, gap);
    }
  }
  add(frame);
}

void AacEncoder::add_silence(const AVFrame& form, double seconds) {
  auto left = static_cast<std::int64_t>(std::llround(seconds * form.sample_rate));
  while (left > 0) {
    const Frame silence = make_frame();
    silence->format = form.format;
    silence->sample_rate = form.sample_rate;
    silence->nb_samples = static_cast<int>(std::min<std::int64_t>(left, form.sample_rate));
    if (av_channel_layout_copy(&silence->ch_layout, &form.ch_layout) < 0 ||
        av_frame_get_buffer(silence.get(), 0) < 0) {
      throw std::bad_alloc();
    }
    av_samples_set_silence(silence->extended_data, 0, silence->nb_samples, silence->ch_layout.nb_channels,
                           static_cast<AVSampleFormat>(silence->format));
    left -= silence->nb_samples;
    add(*silence);
  }
}

void AacEncoder::add(AVFrame& frame) {
  *source_time_ += static_cast<double>(frame.nb_samples) / frame.sample_rate;
  converter_.add(frame);
  encode_blocks();
}

void AacEncoder::encode_blocks() {
  while (converter_.next(*block_)) {
    block_->pts = next_tick_;
    next_tick_ += block_->nb_samples;
    encode(block_.get());
    av_frame_unref(block_.get());
  }
}

void AacEncoder::encode(const AVFrame* block) {
  // What cannot be encoded (samples that are not numbers) is left out and keeps its time.
  avcodec_send_frame(encoder_.get(), block);
  while (avcodec_receive_packet(encoder_.get(), packet_.get()) == 0) {
    packets_.push_back(std::exchange(packet_, make_packet()));
  }
}

bool AacEncoder::receive(AVPacket& packet) {
  if (packets_.empty()) {
    return false;
  }
  av_packet_move_ref(&packet, packets_.front().get());
  packets_.pop_front();
  return true;
}

}  // namespace ffbench::av
