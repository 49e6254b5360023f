#include "datasets/video/aac_encoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mathematics.h>
#include <libswresample/swresample.h>
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

template <typename T>
T* allocated(T* p) {
  if (p == nullptr) {
    throw std::bad_alloc();
  }
  return p;
}

CodecContext open_decoder(const AVStream& source) {
  const AVCodec* const codec = avcodec_find_decoder(source.codecpar->codec_id);
  if (codec == nullptr) {
    fail("no decoder for {}", avcodec_get_name(source.codecpar->codec_id));
  }
  CodecContext context(allocated(avcodec_alloc_context3(codec)));
  avcodec_parameters_to_context(context.get(), source.codecpar);
  context->pkt_timebase = source.time_base;
  if (const int opened = avcodec_open2(context.get(), codec, nullptr); opened < 0) {
    fail("{}: {}", codec->name, text_of(opened));
  }
  return context;
}

}  // namespace

void AacEncoder::Free::operator()(AVAudioFifo* p) const noexcept {
  av_audio_fifo_free(p);
}
void AacEncoder::Free::operator()(SwrContext* p) const noexcept {
  swr_free(&p);
}

AacEncoder::AacEncoder(const AVStream& source, AVStream& output, bool global_header)
    : decoder_(open_decoder(source)), decoded_(make_frame()), next_tick_(AV_NOPTS_VALUE) {
  const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) {
    fail("the installed FFmpeg has no AAC encoder");
  }
  encoder_.reset(allocated(avcodec_alloc_context3(codec)));
  encoder_->sample_fmt = AV_SAMPLE_FMT_FLTP;
  encoder_->sample_rate = aac_rate(decoder_->sample_rate);
  constexpr int most_channels = 8;
  const int channels = std::clamp(decoder_->ch_layout.nb_channels, 1, most_channels);
  av_channel_layout_default(&encoder_->ch_layout, channels);
  encoder_->bit_rate = 96000LL * channels;
  encoder_->time_base = {1, encoder_->sample_rate};
  if (global_header) {
    encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  if (const int opened = avcodec_open2(encoder_.get(), codec, nullptr); opened < 0) {
    fail("AAC encoder: {}", text_of(opened));
  }
  avcodec_parameters_from_context(output.codecpar, encoder_.get());
  output.time_base = encoder_->time_base;
  samples_.reset(allocated(av_audio_fifo_alloc(encoder_->sample_fmt, channels, encoder_->frame_size)));
}

AacEncoder::~AacEncoder() = default;

int AacEncoder::sample_rate() const {
  return encoder_->sample_rate;
}

void AacEncoder::send(const AVPacket* packet) {
  // What cannot be decoded is left out, as a player would; later packets bring their own timestamps.
  if (avcodec_send_packet(decoder_.get(), packet) < 0 && packet != nullptr) {
    return;
  }
  while (avcodec_receive_frame(decoder_.get(), decoded_.get()) == 0) {
    take_frame(*decoded_);
    av_frame_unref(decoded_.get());
  }
  if (packet == nullptr) {
    if (resampler_) {
      resample(nullptr);
    }
    ended_ = true;
  }
}

void AacEncoder::take_frame(const AVFrame& frame) {
  if (next_tick_ == AV_NOPTS_VALUE) {
    const std::int64_t tick = frame.best_effort_timestamp;
    next_tick_ = tick == AV_NOPTS_VALUE ? 0 : av_rescale_q(tick, decoder_->pkt_timebase, encoder_->time_base);
  }
  if (!resampler_) {
    AVChannelLayout layout{};
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
      av_channel_layout_default(&layout, frame.ch_layout.nb_channels);
    } else {
      av_channel_layout_copy(&layout, &frame.ch_layout);
    }
    SwrContext* raw = nullptr;
    const int set =
        swr_alloc_set_opts2(&raw, &encoder_->ch_layout, encoder_->sample_fmt, encoder_->sample_rate, &layout,
                            static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    av_channel_layout_uninit(&layout);
    resampler_.reset(raw);
    if (set < 0 || swr_init(resampler_.get()) < 0) {
      fail("its sound format cannot be converted for AAC");
    }
  }
  resample(&frame);
}

void AacEncoder::resample(const AVFrame* frame) {
  const int incoming = frame == nullptr ? 0 : frame->nb_samples;
  const int room = swr_get_out_samples(resampler_.get(), incoming);
  if (room <= 0) {
    return;
  }
  const Frame block = make_frame();
  block->format = encoder_->sample_fmt;
  block->nb_samples = room;
  block->sample_rate = encoder_->sample_rate;
  av_channel_layout_copy(&block->ch_layout, &encoder_->ch_layout);
  if (av_frame_get_buffer(block.get(), 0) < 0) {
    throw std::bad_alloc();
  }
  const auto* const in =
      frame == nullptr ? nullptr : const_cast<const std::uint8_t**>(frame->extended_data);  // only read
  const int made = swr_convert(resampler_.get(), block->extended_data, room,
                               const_cast<const std::uint8_t**>(in), incoming);
  if (made > 0) {
    av_audio_fifo_write(samples_.get(), reinterpret_cast<void**>(block->extended_data), made);
  }
}

bool AacEncoder::encode_block(bool last) {
  const int have = av_audio_fifo_size(samples_.get());
  if (have == 0 || (have < encoder_->frame_size && !last)) {
    return false;
  }
  const Frame block = make_frame();
  block->format = encoder_->sample_fmt;
  block->nb_samples = std::min(have, encoder_->frame_size);
  block->sample_rate = encoder_->sample_rate;
  av_channel_layout_copy(&block->ch_layout, &encoder_->ch_layout);
  if (av_frame_get_buffer(block.get(), 0) < 0) {
    throw std::bad_alloc();
  }
  av_audio_fifo_read(samples_.get(), reinterpret_cast<void**>(block->extended_data), block->nb_samples);
  block->pts = next_tick_;
  next_tick_ += block->nb_samples;
  return avcodec_send_frame(encoder_.get(), block.get()) >= 0;
}

bool AacEncoder::receive(AVPacket& packet) {
  while (true) {
    if (avcodec_receive_packet(encoder_.get(), &packet) == 0) {
      return true;
    }
    if (encode_block(ended_)) {
      continue;
    }
    if (!ended_ || flushed_) {
      return false;
    }
    flushed_ = true;
    avcodec_send_frame(encoder_.get(), nullptr);
  }
}

}  // namespace ffbench::av
