#include "datasets/video/video_clip.hpp"

extern "C" {
#include <libavutil/avutil.h>
#include <libavutil/frame.h>
}

#include <utility>

#include "core/error.hpp"
#include "datasets/video/decoder.hpp"
#include "datasets/video/frame_converter.hpp"
#include "datasets/video/frame_facts.hpp"
#include "datasets/video/video_inspection.hpp"

namespace ffbench {

/// A decoder in the middle of the file.
struct VideoClip::Reader {
  Reader(const std::filesystem::path& path, const VideoFacts& facts)
      : decoder(path, facts.decode_threads),
        converter(facts.rotation % 180 == 0 ? facts.width : facts.height,
                  facts.rotation % 180 == 0 ? facts.height : facts.width,
                  av::Orientation::of(facts.rotation, facts.mirrored)),
        frame(av::make_frame()) {}

  bool advance() {
    if (!decoder.next(*frame)) {
      return false;
    }
    ++position;
    return true;
  }

  av::Decoder decoder;
  av::FrameConverter converter;
  av::Frame frame;
  int position = -1;  ///< index of the frame in `frame`, -1 before the first
};

VideoClip::VideoClip(const std::filesystem::path& path) : path_(path), name_(path.filename().string()) {
  av::Inspected inspected = av::inspect_video(path_);
  facts_ = std::make_shared<const VideoFacts>(std::move(inspected.facts));
  warnings_ = std::move(inspected.warnings);
}

VideoClip::VideoClip(const std::filesystem::path& path, std::shared_ptr<const VideoFacts> facts)
    : path_(path), name_(path.filename().string()), facts_(std::move(facts)) {}

VideoClip::~VideoClip() = default;

void VideoClip::reopen() {
  reader_.reset();
  reader_ = std::make_unique<Reader>(path_, *facts_);
}

bool VideoClip::key_frame_between(int first, int last) const {
  for (int i = last; i >= first; --i) {
    if (facts_->key_frames[static_cast<std::size_t>(i)]) {
      return true;
    }
  }
  return false;
}

bool VideoClip::seek_to(int index) {
  const auto i = static_cast<std::size_t>(index);
  const std::int64_t tick = facts_->timing.ticks[i];
  if (!reader_->decoder.seek(tick)) {
    return false;
  }
  AVFrame& frame = *reader_->frame;
  while (reader_->decoder.next(frame)) {
    if (frame.best_effort_timestamp == AV_NOPTS_VALUE || frame.best_effort_timestamp > tick) {
      return false;
    }
    if (frame.best_effort_timestamp == tick) {
      reader_->position = index;
      return av::fingerprint_of(frame) == facts_->fingerprints[i];
    }
  }
  return false;
}

void VideoClip::go_to(int index) {
  if (!reader_) {
    reopen();
  }
  if (index == reader_->position) {
    return;
  }
  constexpr int worth_a_seek = 16;
  const int ahead = index - reader_->position;
  const bool decode_on =
      ahead > 0 && (ahead < worth_a_seek || !key_frame_between(reader_->position + 1, index));
  // Nothing is gained by a seek to where no key frame but the first precedes.
  const bool from_start = !decode_on && !key_frame_between(1, index);
  if (!decode_on && (from_start || !seek_to(index))) {
    reopen();
  }
  while (reader_->position < index) {
    if (!reader_->advance()) {
      fail("{}: ends after {} frames where {} were found before; it was changed while in use, so run again",
           path_.string(), reader_->position + 1, frame_count());
    }
  }
}

void VideoClip::read(int index, BgrView out) {
  if (index < 0 || index >= frame_count()) {
    fail("{}: has no frame {}; it has {}", path_.string(), index, frame_count());
  }
  if (out.width != width() || out.height != height()) {
    fail("{}: frames are {}x{}, not {}x{}", path_.string(), width(), height(), out.width, out.height);
  }
  go_to(index);
  reader_->converter.convert(*reader_->frame, out);
}

}  // namespace ffbench
