#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/executor.hpp"
#include "core/hash.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// Keeps every stage's image of the current frame and a digest per stage over all frames.
class StageRecorder final : public StageObserver {
 public:
  struct Key {
    Stage stage;
    int face_id;
    // The check takes the result of <=> for a pointer.
    // NOLINTNEXTLINE(modernize-use-nullptr)
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry {
    int width = 0;
    int height = 0;
    int channels = 0;
    std::vector<std::uint8_t> pixels;  ///< C order, without padding
  };

  void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
             int channels, std::ptrdiff_t stride_bytes) override;

  /// Forgets the images of the last frame; memory is kept.
  void begin_frame();

  [[nodiscard]] const std::map<Key, Entry>& images() const { return images_; }
  /// The mask after hysteresis of a face; an empty view where it has none.
  [[nodiscard]] ConstMaskView mask(int face_id) const;

  /// Digest per stage name over all frames and faces so far; a stage that made nothing is absent.
  [[nodiscard]] std::map<std::string, std::string> digests() const;

 private:
  std::map<Key, Entry> images_;
  std::map<Key, Entry> spare_;
  std::array<Hasher, stage_count> hashers_;
  std::array<bool, stage_count> used_{};
};

/// Compares an image with what is expected of it, byte by byte, and adds to `equality`. One of them
/// may be null, not both: an image that only one has counts every byte as different, and -1 stands
/// for the value that is missing.
void compare_images(int frame, const StageRecorder::Key& key, const StageRecorder::Entry* expected,
                    const StageRecorder::Entry* actual, Equality& equality);

/// Compares what two executors made of the same frame, stage by stage, face by face, byte by byte,
/// and adds to `equality`. A stage that only one of them has counts every byte of it as different.
void compare_stages(int frame, const StageRecorder& expected, const StageRecorder& actual,
                    Equality& equality);

}  // namespace ffbench
