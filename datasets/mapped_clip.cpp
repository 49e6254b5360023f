#include "datasets/mapped_clip.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/system/mapped_file.hpp"
#include "core/system/parallel.hpp"
#include "core/system/temporary_file.hpp"

namespace ffbench {
namespace {

constexpr const char* remedy = "set FFBENCH_CACHE to a folder that can be written and has space";
constexpr std::string_view mark = "FFBFRAM1";
using Trailer = std::array<char, 40>;

std::size_t frame_bytes(const Clip& clip) {
  return static_cast<std::size_t>(clip.width()) * static_cast<std::size_t>(clip.height()) * 3;
}

std::uint64_t pixel_bytes(const Clip& clip) {
  return static_cast<std::uint64_t>(frame_bytes(clip)) * static_cast<std::uint64_t>(clip.frame_count());
}

Trailer trailer_of(const ClipFile& clip) {
  const std::array<std::uint32_t, 4> numbers{static_cast<std::uint32_t>(clip.width()),
                                             static_cast<std::uint32_t>(clip.height()),
                                             static_cast<std::uint32_t>(clip.frame_count()), 0};
  const Digest digest = clip.clip_digest();
  Trailer trailer{};
  std::memcpy(trailer.data(), mark.data(), mark.size());
  std::memcpy(trailer.data() + 8, numbers.data(), sizeof numbers);
  std::memcpy(trailer.data() + 24, &digest.high, 8);
  std::memcpy(trailer.data() + 32, &digest.low, 8);
  return trailer;
}

void write_frames(ClipFile& clip, const std::filesystem::path& path) {
  // Not flushed to disk: every byte is checked when the file is opened.
  TemporaryFile file(path, remedy);
  BgrImage frame(clip.width(), clip.height());
  for (int i = 0; i < clip.frame_count(); ++i) {
    clip.read(i, frame.view());
    file.write(frame.data(), frame.size_bytes());
  }
  const Trailer trailer = trailer_of(clip);
  file.write(trailer.data(), trailer.size());
  file.put_in_place();
}

class MappedClip : public Clip {
 public:
  MappedClip(std::unique_ptr<ClipFile> clip, std::unique_ptr<MappedFile> file)
      : clip_(std::move(clip)), file_(std::move(file)) {}

  [[nodiscard]] const std::string& name() const override { return clip_->name(); }
  [[nodiscard]] int width() const override { return clip_->width(); }
  [[nodiscard]] int height() const override { return clip_->height(); }
  [[nodiscard]] int frame_count() const override { return clip_->frame_count(); }
  [[nodiscard]] double frames_per_second() const override { return clip_->frames_per_second(); }
  void read(int index, BgrView out) override {
    if (index < 0 || index >= frame_count() || out.width != width() || out.height != height()) {
      fail("{}: no frame {} of {}x{}", name(), index, out.width, out.height);
    }
    const std::uint8_t* from = file_->bytes().data() + static_cast<std::size_t>(index) * frame_bytes(*this);
    copy_pixels(ConstBgrView{from, out.width, out.height, static_cast<std::ptrdiff_t>(out.row_bytes())}, out);
  }

 private:
  std::unique_ptr<ClipFile> clip_;
  std::unique_ptr<MappedFile> file_;
};

/// Nothing where there is no file; throws `Error` where it is not of this clip.
std::unique_ptr<MappedFile> open_checked(const ClipFile& clip, const std::filesystem::path& path,
                                         int threads) {
  const std::uint64_t pixels = pixel_bytes(clip);
  std::unique_ptr<MappedFile> file = MappedFile::open(path, pixels + sizeof(Trailer));
  if (file == nullptr) {
    return nullptr;
  }
  const Trailer trailer = trailer_of(clip);
  if (std::memcmp(file->bytes().data() + pixels, trailer.data(), trailer.size()) != 0) {
    fail("{}: is of another clip", path.string());
  }
  std::atomic<int> damaged = -1;
  parallel_for(clip.frame_count(), threads, [&](int i) {
    const std::size_t bytes = frame_bytes(clip);
    if (digest_of(file->bytes().data() + static_cast<std::size_t>(i) * bytes, bytes) !=
        clip.frame_digest(i)) {
      damaged = i;
    }
  });
  if (damaged >= 0) {
    fail("{}: frame {} is damaged", path.string(), damaged.load());
  }
  return file;
}

}  // namespace

std::unique_ptr<Clip> map_frames(std::unique_ptr<ClipFile> clip, const std::filesystem::path& folder,
                                 int threads, const std::function<void(const std::string&)>& message) {
  if (pixel_bytes(*clip) > most_mapped_bytes) {
    return clip;
  }
  const std::filesystem::path path = folder / (clip->clip_digest().hex() + ".frames");
  try {
    if (std::unique_ptr<MappedFile> file = open_checked(*clip, path, threads)) {
      return std::make_unique<MappedClip>(std::move(clip), std::move(file));
    }
  } catch (const Error& error) {
    if (message) {
      message(fmt::format("{}; decoding the clip again", error.what()));
    }
  }
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) {
    fail("{}: the folder of decoded frames cannot be made: {}; {}", folder.string(), problem.message(),
         remedy);
  }
  write_frames(*clip, path);
  std::unique_ptr<MappedFile> file = open_checked(*clip, path, threads);
  if (file == nullptr) {
    fail("{}: disappeared while it was being used; run again", path.string());
  }
  return std::make_unique<MappedClip>(std::move(clip), std::move(file));
}

}  // namespace ffbench
