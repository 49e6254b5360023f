#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "datasets/video/av_support.hpp"

struct AVRational;
struct AVStream;

namespace ffbench::av {

/// Decodes one sound stream.
class SoundDecoder {
 public:
  /// Throws `Error` where FFmpeg has no decoder for the stream.
  explicit SoundDecoder(const AVStream& source);

  /// Takes a packet of the stream, or null at its end, and calls `take` with every frame that comes
  /// out. A packet that cannot be decoded is left out, as a player would.
  void decode(const AVPacket* packet, const std::function<void(AVFrame&)>& take);
  /// Unit of the frames' timestamps, seconds.
  [[nodiscard]] AVRational time_base() const;

 private:
  CodecContext context_;
  Frame frame_;
};

struct SoundForm {
  int sample_rate = 0;  ///< Hz
  int channels = 0;
};

/// The highest rate and the most channels in each stream of `path` that `wanted` names by its
/// index; a stream may change both in the middle, and only decoding shows it. Reads the whole file
/// once. Streams from which nothing is decoded have the form that the file's header says.
std::vector<SoundForm> widest_forms(const std::filesystem::path& path, const std::vector<bool>& wanted);

}  // namespace ffbench::av
