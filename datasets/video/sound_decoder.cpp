#include "datasets/video/sound_decoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <algorithm>
#include <new>
#include <optional>

#include "core/error.hpp"

namespace ffbench::av {

SoundDecoder::SoundDecoder(const AVStream& source) : frame_(make_frame()) {
  const AVCodec* const codec = avcodec_find_decoder(source.codecpar->codec_id);
  if (codec == nullptr) {
    fail("no decoder for {}", avcodec_get_name(source.codecpar->codec_id));
  }
  context_.reset(avcodec_alloc_context3(codec));
  if (!context_) {
    throw std::bad_alloc();
  }
  avcodec_parameters_to_context(context_.get(), source.codecpar);
  context_->pkt_timebase = source.time_base;
  if (const int opened = avcodec_open2(context_.get(), codec, nullptr); opened < 0) {
    fail("{}: {}", codec->name, text_of(opened));
  }
}

AVRational SoundDecoder::time_base() const {
  return context_->pkt_timebase;
}

void SoundDecoder::decode(const AVPacket* packet, const std::function<void(AVFrame&)>& take) {
  if (avcodec_send_packet(context_.get(), packet) < 0 && packet != nullptr) {
    return;
  }
  while (avcodec_receive_frame(context_.get(), frame_.get()) == 0) {
    take(*frame_);
    av_frame_unref(frame_.get());
  }
}

std::vector<SoundForm> widest_forms(const std::filesystem::path& path, const std::vector<bool>& wanted) {
  const Input input = open_input(path);
  const std::size_t count = std::min<std::size_t>(wanted.size(), input->nb_streams);
  std::vector<SoundForm> forms(wanted.size());
  std::vector<std::optional<SoundDecoder>> decoders(count);
  for (std::size_t i = 0; i < input->nb_streams; ++i) {
    const AVCodecParameters& header = *input->streams[i]->codecpar;
    input->streams[i]->discard = AVDISCARD_ALL;
    if (i < count && wanted[i]) {
      forms[i] = {header.sample_rate, header.ch_layout.nb_channels};
      try {
        decoders[i].emplace(*input->streams[i]);
        input->streams[i]->discard = AVDISCARD_DEFAULT;
      } catch (const Error&) {
        // The encoder opens the same decoder and reports it with the stream's number.
      }
    }
  }
  std::vector<bool> decoded(count);
  const auto decode = [&](std::size_t i, const AVPacket* packet) {
    decoders[i]->decode(packet, [&](const AVFrame& frame) {
      SoundForm& form = forms[i];
      form = decoded[i] ? form : SoundForm{};
      decoded[i] = true;
      form.sample_rate = std::max(form.sample_rate, frame.sample_rate);
      form.channels = std::max(form.channels, frame.ch_layout.nb_channels);
    });
  };
  const Packet packet = make_packet();
  while (av_read_frame(input.get(), packet.get()) >= 0) {
    const auto index = static_cast<std::size_t>(packet->stream_index);
    if (index < count && decoders[index]) {
      decode(index, packet.get());
    }
    av_packet_unref(packet.get());
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (decoders[i]) {
      decode(i, nullptr);
    }
  }
  return forms;
}

}  // namespace ffbench::av
