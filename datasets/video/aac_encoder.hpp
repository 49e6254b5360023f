#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "datasets/video/audio_converter.hpp"
#include "datasets/video/av_support.hpp"
#include "datasets/video/sound_decoder.hpp"

struct AVStream;

namespace ffbench::av {

/// Decodes one sound stream and encodes it as AAC. The source may change its rate, channels and
/// sample format in mid-stream; what is written keeps one form and has as many seconds. A gap in
/// the source's timestamps becomes silence, so that what follows keeps its time. A step of more
/// than ten minutes is taken for another clock and not for a gap.
class AacEncoder {
 public:
  /// Writes sound of `form`, or the nearest that AAC has; `output` gets the parameters. Throws
  /// `Error` where FFmpeg has no decoder for the source or no AAC encoder.
  /// `has_times`: the source's container stores timestamps; where it does not, FFmpeg counts them
  /// with the rate of the first frame.
  AacEncoder(const AVStream& source, const SoundForm& form, bool has_times, AVStream& output,
             bool global_header);

  /// Takes a packet of the source, or null at the end.
  void send(const AVPacket* packet);
  /// The next packet, in samples; false where more input is needed.
  bool receive(AVPacket& packet);
  [[nodiscard]] int sample_rate() const;

 private:
  void take_frame(AVFrame& frame);
  void add_silence(const AVFrame& form, double seconds);
  void add(AVFrame& frame);
  void encode_blocks();
  void encode(const AVFrame* block);

  SoundDecoder decoder_;
  CodecContext encoder_;
  AudioConverter converter_;
  Frame block_;
  Packet packet_;
  std::deque<Packet> packets_;  ///< encoded, not yet received
  bool has_times_;
  std::optional<double> source_time_;  ///< seconds at which the next frame is due
  std::int64_t next_tick_ = 0;
};

}  // namespace ffbench::av
