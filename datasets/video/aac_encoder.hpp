#pragma once

#include <cstdint>
#include <memory>

#include "datasets/video/av_support.hpp"

struct AVAudioFifo;
struct AVStream;
struct SwrContext;

namespace ffbench::av {

/// Decodes one sound stream and encodes it as AAC.
class AacEncoder {
 public:
  /// Takes the form of `source` (rate and channels); `output` gets the parameters. Throws `Error` where FFmpeg has no
  /// decoder for the source or no AAC encoder.
  AacEncoder(const AVStream& source, AVStream& output, bool global_header);
  ~AacEncoder();
  AacEncoder(const AacEncoder&) = delete;
  AacEncoder& operator=(const AacEncoder&) = delete;

  /// Takes a packet of the source, or null at the end.
  void send(const AVPacket* packet);
  /// The next packet, in samples; false where more input is needed.
  bool receive(AVPacket& packet);
  [[nodiscard]] int sample_rate() const;

 private:
  struct Free {
    void operator()(AVAudioFifo* p) const noexcept;
    void operator()(SwrContext* p) const noexcept;
  };
  void take_frame(const AVFrame& frame);
  void resample(const AVFrame* frame);
  bool encode_block(bool last);

  CodecContext decoder_;
  CodecContext encoder_;
  std::unique_ptr<SwrContext, Free> resampler_;
  std::unique_ptr<AVAudioFifo, Free> samples_;
  Frame decoded_;
  std::int64_t next_tick_;
  bool ended_ = false;
  bool flushed_ = false;
};

}  // namespace ffbench::av
