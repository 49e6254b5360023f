#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets/video/av_support.hpp"

struct AVStream;

namespace ffbench::av {

/// Demultiplexes and decodes the video stream of a file, frame after frame, in the order in which
/// they are shown.
class Decoder {
 public:
  /// `threads` 0 takes the machine's. Throws `Error` that names the file where it holds no video or
  /// FFmpeg has no decoder for it.
  explicit Decoder(const std::filesystem::path& path, int threads = 0);

  /// Decodes the next frame into `frame`; false at the end. What cannot be decoded is skipped and
  /// counted.
  bool next(AVFrame& frame);

  /// Goes to a key frame at or before `tick` (of the stream's time base); false where the file
  /// cannot be sought in.
  bool seek(std::int64_t tick);

  [[nodiscard]] AVFormatContext& format() { return *input_; }
  [[nodiscard]] AVStream& stream() { return *stream_; }
  [[nodiscard]] const char* codec_name() const;

  /// Packets of the stream read so far.
  [[nodiscard]] std::int64_t packets() const { return packets_; }
  /// Packets that the decoder refused or the container marked as incomplete.
  [[nodiscard]] std::int64_t damaged_packets() const { return damaged_; }
  /// Whether reading ended by an error rather than at the end of the file.
  [[nodiscard]] bool read_failed() const { return read_failed_; }
  /// Seconds at which the last packet of any stream, sound included, ends; negative where no packet
  /// has a time.
  [[nodiscard]] double last_packet_end() const { return last_packet_end_; }
  /// FFmpeg's words for the last thing that went wrong.
  [[nodiscard]] const std::string& last_error() const { return last_error_; }

 private:
  void send_packet();
  void note(int code);
  void note_end(const AVPacket& packet);

  /// Seconds.
  struct StreamProgress {
    bool begun = false;
    double latest = 0;  ///< timestamp so far
    double longest_step = 0;
  };

  Input input_;
  AVStream* stream_ = nullptr;
  CodecContext codec_;
  Packet packet_;
  bool draining_ = false;
  bool read_failed_ = false;
  std::int64_t packets_ = 0;
  std::int64_t damaged_ = 0;
  double last_packet_end_ = -1;
  std::vector<StreamProgress> progress_;  ///< by stream
  std::string last_error_;
};

}  // namespace ffbench::av
