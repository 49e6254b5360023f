#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/video/av_support.hpp"
#include "datasets/video/video_timing.hpp"

namespace ffbench::av {

/// Carries the sound of one file over into another that is being written: packets are copied where
/// the container can hold the codec, else decoded and encoded again as AAC. A source that changes
/// its rate or channels in the middle becomes AAC of the highest rate and the most channels that it
/// has anywhere.
class AudioCarrier {
 public:
  /// Adds a stream to `output`, whose header is not written yet, for every sound stream of
  /// `source`; `origin` seconds of the source become 0. Streams that can be neither copied nor
  /// decoded are left out and named in `warnings`.
  AudioCarrier(const std::filesystem::path& source, double origin, AVFormatContext& output,
               std::vector<std::string>& warnings);
  ~AudioCarrier();
  AudioCarrier(const AudioCarrier&) = delete;
  AudioCarrier& operator=(const AudioCarrier&) = delete;

  /// Writes sound up to `seconds` of the output's time, or (somewhat) more. Returns FFmpeg's code
  /// of a failed write, or 0.
  int write_until(double seconds);
  /// Writes the rest.
  int finish();

 private:
  class Stream;

  int step();

  std::filesystem::path source_;
  Input input_;
  Packet packet_;
  /// By index of the source's streams; null for other than sound.
  std::vector<std::unique_ptr<Stream>> streams_;
  double origin_;
  double reached_;
  bool ended_ = false;
};

}  // namespace ffbench::av
