#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/image.hpp"
#include "datasets/video/video_timing.hpp"

namespace ffbench {

struct VideoFacts;

struct VideoWriterOptions {
  int width = 0;
  int height = 0;
  /// When frames are shown. Without ticks, `frame_rate` holds.
  VideoTiming timing;
  Rational frame_rate{25, 1};
  Rational sample_aspect{0, 1};
  /// Primaries and transfer of the pixels; 2 is tagged as the matrix's own. The matrix is always
  /// `default_matrix` of the size, range limited.
  ColorTags color;
  /// A file whose sound is carried over; empty for none.
  std::filesystem::path audio_from;
  /// x264's constant rate factor, 0 (lossless) to 51. 17 is about where differences stop being
  /// seen.
  double crf = 17;
  /// Encoder threads; 0 takes the machine's, at most 8. The bytes of the file may depend on it.
  int threads = 0;
};

/// What a writer needs to give a processed copy of a video the timing, shape and sound of the
/// original.
VideoWriterOptions options_like(const VideoFacts& facts, const std::filesystem::path& original);

/// Writes H.264 into .mp4, .m4v, .mov or .mkv, by the name's extension. As many frames come out as
/// go in, each with its own timestamp. Chroma is 4:2:0; where width or height is odd it is 4:4:4,
/// as H.264 can state an odd size in no other way (not every player shows 4:4:4). Sound is copied
/// packet by packet; what the container cannot hold becomes AAC.
///
/// The file appears under its name in `finish()`, whole, or not at all: until then the data is in a
/// temporary file in the same folder, which the destructor removes.
class VideoWriter {
 public:
  /// Throws `Error` that names the file: unknown extension, folder missing or not writable, no
  /// H.264 encoder.
  VideoWriter(const std::filesystem::path& path, const VideoWriterOptions& options);
  ~VideoWriter();
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// Appends a frame of the size in the options.
  void write(ConstBgrView frame);
  /// Ends the file and puts it in place. At least one frame must have been written.
  void finish();

  [[nodiscard]] int frames_written() const;
  /// One line each: sound that could not be carried over.
  [[nodiscard]] const std::vector<std::string>& warnings() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ffbench
