#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clip.hpp"
#include "core/hash.hpp"
#include "core/image.hpp"
#include "core/system/file_descriptor.hpp"

namespace ffbench {

/// What a cached clip is: its name in the cache and its size.
struct ClipKey {
  std::string name;  ///< of the file, without folder and ending; names the clip and the renderer
  int width = 0;
  int height = 0;
  int frames = 0;
  double frames_per_second = 25;
};

/// A clip in a file of its own: frames without loss, each with its digest. A frame is kept as
/// differences from the row above (the first row from the pixel on its left), compressed by zstd at
/// level 1.
///
///     offset            content, little-endian
///     0                 "FFBCLIP1"
///     8                 frames, one after the other
///     table             per frame: offset u64, bytes u64, XXH3-128 of these bytes (high u64, low
/// u64), XXH3-128 of the pixels
///     table + 48 n      width u32, height u32, frames u32, 0 u32, table u64, XXH3-128 from the
/// table to here
///     ... + 40          "FFBCEND1"
class ClipFile : public Clip {
 public:
  /// Opens and checks a file; nothing where there is none. Throws `Error` that says what is wrong
  /// with it where it is damaged or of another size. Every byte is read and checked.
  static std::unique_ptr<ClipFile> open(const std::filesystem::path& path, const ClipKey& key);
  ~ClipFile() override;

  [[nodiscard]] const std::string& name() const override { return key_.name; }
  [[nodiscard]] int width() const override { return key_.width; }
  [[nodiscard]] int height() const override { return key_.height; }
  [[nodiscard]] int frame_count() const override { return key_.frames; }
  [[nodiscard]] double frames_per_second() const override { return key_.frames_per_second; }
  void read(int index, BgrView out) override;

  /// XXH3-128 over the digests of all frames' pixels: the clip's entry in the manifest.
  [[nodiscard]] Digest clip_digest() const;
  /// XXH3-128 of the pixels of frame `index`, 0 <= index < frame_count().
  [[nodiscard]] Digest frame_digest(int index) const {
    return entries_[static_cast<std::size_t>(index)].pixels;
  }

 private:
  struct Entry {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    Digest compressed;
    Digest pixels;
  };
  ClipFile() = default;
  void load_table(std::uint64_t file_bytes);
  void check_frames();
  void read_at(std::uint64_t offset, void* to, std::size_t bytes) const;

  std::filesystem::path path_;
  ClipKey key_;
  FileDescriptor file_;
  std::vector<Entry> entries_;
  std::vector<char> compressed_;
  struct Decoder;
  std::unique_ptr<Decoder> decoder_;
};

/// Draws frame `index` of a clip; called from several threads at once.
using RenderFrame = std::function<void(int index, BgrView out)>;
/// `done` of all frames are in the file. Called from the calling thread.
using ClipProgress = std::function<void(int done)>;

/// Renders a clip into `path`, whole or not at all: to a temporary name, then renamed, so that
/// readers and other writers never meet half a file. Returns the clip's digest.
Digest write_clip(const std::filesystem::path& path, const ClipKey& key, int threads,
                  const RenderFrame& render, const ClipProgress& progress);

/// Opens the clip in `folder`, or renders it there where it is missing, damaged or not what
/// `expected` says. `message` hears why a file that is there is not used. Throws `Error` with exit
/// code 4 where a freshly rendered clip has another digest than `expected`.
std::unique_ptr<ClipFile> open_or_render(const std::filesystem::path& folder, const ClipKey& key,
                                         const std::optional<Digest>& expected, int threads,
                                         const RenderFrame& render, const ClipProgress& progress,
                                         const std::function<void(const std::string&)>& message);

}  // namespace ffbench
