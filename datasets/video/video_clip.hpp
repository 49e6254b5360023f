#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clip.hpp"
#include "datasets/video/video_timing.hpp"

namespace ffbench {

/// What a file holds, found by decoding all of it once.
struct VideoFacts {
  int width = 0;             ///< of the upright picture
  int height = 0;            ///< of the upright picture
  std::string container;     ///< FFmpeg's name, e.g. "mov,mp4,m4a,3gp,3g2,mj2"
  std::string codec;         ///< e.g. "h264"
  std::string pixel_format;  ///< e.g. "yuv420p"
  VideoTiming timing;
  double frames_per_second = 0;
  ColorTags color;            ///< what is used: what the file says, defaults filled in
  bool matrix_given = false;  ///< whether the file itself names its matrix
  /// Degrees clockwise that the display matrix asks for: 0, 90, 180, 270; already applied
  int rotation = 0;
  bool mirrored = false;  ///< the display matrix also mirrors; already applied
  /// Of a pixel of the upright picture; 0/1 where not known. Not applied.
  Rational sample_aspect{0, 1};
  bool has_audio = false;

  /// Frames the container claims, where it says so. It may differ from the frames that decode.
  std::optional<std::int64_t> claimed_frames;
  /// Frames that should be there and are not, because the file is cut off or damaged.
  std::int64_t frames_missing = 0;
  bool missing_is_estimate = false;  ///< from the duration, where the container counts no frames
  /// Packets the decoder refused.
  std::int64_t damaged_packets = 0;
  /// Frames of which parts had to be guessed.
  std::int64_t damaged_frames = 0;
  /// Threads for decoding, 0 for the machine's. Damaged files are decoded by one, so that what is
  /// guessed in place of the damage does not depend on timing.
  int decode_threads = 0;
  std::string last_error;  ///< FFmpeg's, empty where nothing went wrong

  /// Per frame: XXH3-128's low half over the decoded planes, by which a seek is verified.
  std::vector<std::uint64_t> fingerprints;
  std::vector<bool> key_frames;
};

/// A video file, decoded frame by frame through FFmpeg's libraries into upright 8-bit BGR.
///
/// Opening decodes the whole file once, without keeping pixels, so that `frame_count()` is what
/// decodes and not what the container claims (1-2 ms per 1080p frame of H.264 on one core;
/// twenty-odd bytes of memory a frame). Reading forward is streaming; an earlier frame is reached
/// by a seek to the key frame before it, checked against the first pass (and by decoding from the
/// beginning where the check fails), so that a frame has the same bytes in whatever order frames
/// are read.
///
/// Colours: the file's matrix and range (defaults: `default_matrix`, limited), chroma sited as the
/// file says (left where it does not), bilinear chroma, exact rounding; no tone mapping. Frames of
/// another size than the first are scaled to the first's, with a warning.
class VideoClip final : public Clip {
 public:
  /// Throws `Error` that names the file where it is missing, a folder, empty, not a video (a still
  /// image, sound alone), of an unknown codec, or without any frame that decodes.
  explicit VideoClip(const std::filesystem::path& path);
  /// The same file again without the first pass: `facts` are from an earlier clip of it.
  VideoClip(const std::filesystem::path& path, std::shared_ptr<const VideoFacts> facts);
  ~VideoClip() override;
  VideoClip(const VideoClip&) = delete;
  VideoClip& operator=(const VideoClip&) = delete;

  /// The file's name without its folder.
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int width() const override { return facts_->width; }
  [[nodiscard]] int height() const override { return facts_->height; }
  [[nodiscard]] int frame_count() const override { return static_cast<int>(facts_->timing.ticks.size()); }
  [[nodiscard]] double frames_per_second() const override { return facts_->frames_per_second; }
  void read(int index, BgrView out) override;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const VideoFacts& facts() const { return *facts_; }
  [[nodiscard]] std::shared_ptr<const VideoFacts> shared_facts() const { return facts_; }
  /// One line each: frames missing, packets damaged, sizes that changed, timestamps that had to be
  /// made up.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Reader;

  void reopen();
  /// Decodes up to frame `index`.
  void go_to(int index);
  /// Decodes frame `index` from the key frame before it; false where what comes out is not what the
  /// first pass saw.
  bool seek_to(int index);
  [[nodiscard]] bool key_frame_between(int first, int last) const;

  std::filesystem::path path_;
  std::string name_;
  std::shared_ptr<const VideoFacts> facts_;
  std::vector<std::string> warnings_;
  std::unique_ptr<Reader> reader_;
};

/// The installed FFmpeg's version, e.g. "5.1.9".
std::string ffmpeg_version();

}  // namespace ffbench
