#pragma once

#include <cstdint>

#include "datasets/video/audio_converter.hpp"
#include "datasets/video/av_support.hpp"
#include "datasets/video/sound_decoder.hpp"

struct AVStream;

namespace ffbench::av {

/// Decodes one sound stream and encodes it as AAC. The source may change its rate, channels and
/// sample format in mid-stream; what is written keeps one form and has as many seconds.
class AacEncoder {
 public:
  /// Writes sound of `form`, or the nearest that AAC has; `output` gets the parameters. Throws
  /// `Error` where FFmpeg has no decoder for the source or no AAC encoder.
  AacEncoder(const AVStream& source, const SoundForm& form, AVStream& output, bool global_header);

  /// Takes a packet of the source, or null at the end.
  void send(const AVPacket* packet);
  /// The next packet, in samples; false where more input is needed.
  bool receive(AVPacket& packet);
  [[nodiscard]] int sample_rate() const;

 private:
  void take_frame(AVFrame& frame);

  SoundDecoder decoder_;
  CodecContext encoder_;
  AudioConverter converter_;
  Frame block_;
  std::int64_t next_tick_;
  bool ended_ = false;
  bool flushed_ = false;
};

}  // namespace ffbench::av
