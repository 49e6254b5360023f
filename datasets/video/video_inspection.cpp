#include "datasets/video/video_inspection.hpp"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "datasets/video/decoder.hpp"
#include "datasets/video/frame_facts.hpp"

namespace ffbench::av {
namespace {

Rational rational(AVRational r) {
  return r.num > 0 && r.den > 0 ? Rational{r.num, r.den} : Rational{0, 1};
}

/// Frames that the container's index promises to show, or -1 where it has no complete index.
std::int64_t indexed_frames(const AVStream& stream) {
  const int entries = avformat_index_get_entries_count(&stream);
  if (stream.nb_frames <= 0 || entries <= 0) {
    return -1;
  }
  std::int64_t shown = 0;
  for (int i = 0; i < entries; ++i) {
    // The function's parameter is not const, though it only reads.
    const AVIndexEntry* entry = avformat_index_get_entry(const_cast<AVStream*>(&stream), i);
    shown += (entry->flags & AVINDEX_DISCARD_FRAME) == 0 ? 1 : 0;
  }
  return shown;
}

double rate_of(const VideoTiming& timing, AVStream& stream) {
  const double declared = rational(stream.avg_frame_rate).value();
  const std::size_t n = timing.ticks.size();
  if (n < 2) {
    return declared > 0 ? declared : 25.0;
  }
  const auto span = static_cast<double>(timing.ticks.back() - timing.ticks.front());
  const double measured = static_cast<double>(n - 1) / (span * timing.time_base.value());
  // The timestamps of some containers are rounded to milliseconds; the declared rate is not.
  return declared > 0 && std::abs(measured - declared) < 0.01 * declared ? declared : measured;
}

/// The first pass over a file: everything that VideoFacts tells.
class Inspection {
 public:
  explicit Inspection(const std::filesystem::path& path) : path_(path), decoder_(path) {}

  Inspected run() {
    AVStream& stream = decoder_.stream();
    facts_.timing.time_base = rational(stream.time_base);
    const std::int64_t promised = indexed_frames(stream);
    const Frame frame = make_frame();
    while (decoder_.next(*frame)) {
      take(*frame);
    }
    finish(promised);
    return {std::move(facts_), std::move(warnings_)};
  }

 private:
  void take(const AVFrame& frame) {
    VideoFacts& f = facts_;
    if (f.timing.ticks.empty()) {
      first_frame(frame);
    } else if (frame.width != coded_width_ || frame.height != coded_height_) {
      ++resized_;
    }
    if (f.timing.ticks.size() >= static_cast<std::size_t>(std::numeric_limits<int>::max())) {
      fail("{}: has more frames than can be counted; cut it into pieces", path_.string());
    }
    std::int64_t tick = frame.best_effort_timestamp;
    untimed_ |= f.timing.ticks.empty() && tick == AV_NOPTS_VALUE;
    if (tick == AV_NOPTS_VALUE || (!f.timing.ticks.empty() && tick <= f.timing.ticks.back())) {
      made_up_ += f.timing.ticks.empty() ? 0 : 1;
      tick = f.timing.ticks.empty() ? 0 : f.timing.ticks.back() + std::max<std::int64_t>(1, last_duration_);
    }
    if (const std::int64_t duration = duration_of(frame); duration > 0) {
      last_duration_ = duration;
    } else if (!f.timing.ticks.empty()) {
      last_duration_ = tick - f.timing.ticks.back();
    }
    f.timing.ticks.push_back(tick);
    f.fingerprints.push_back(fingerprint_of(frame));
    f.key_frames.push_back(is_key(frame));
  }

  void first_frame(const AVFrame& frame) {
    AVStream& stream = decoder_.stream();
    coded_width_ = frame.width;
    coded_height_ = frame.height;
    const Orientation orientation = orientation_of(stream, frame);
    VideoFacts& f = facts_;
    f.width = orientation.transpose ? frame.height : frame.width;
    f.height = orientation.transpose ? frame.width : frame.height;
    f.rotation = orientation.rotation();
    f.mirrored = orientation.mirrored();
    f.color = color_of(frame, f.matrix_given);
    const char* const format = av_get_pix_fmt_name(static_cast<AVPixelFormat>(frame.format));
    f.pixel_format = format == nullptr ? "?" : format;
    f.sample_aspect =
        rational(frame.sample_aspect_ratio.num > 0 ? frame.sample_aspect_ratio : stream.sample_aspect_ratio);
    if (orientation.transpose && f.sample_aspect.numerator > 0) {
      std::swap(f.sample_aspect.numerator, f.sample_aspect.denominator);
    }
    // Raw streams carry no timestamps; their frames last what the stream's rate says.
    const AVRational rate = stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
    last_duration_ =
        rate.num > 0 ? std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(rate), stream.time_base)) : 1;
  }

  void finish(std::int64_t promised) {
    AVStream& stream = decoder_.stream();
    VideoFacts& f = facts_;
    f.damaged_packets = decoder_.damaged_packets();
    f.last_error = decoder_.last_error();
    const auto decoded = static_cast<std::int64_t>(f.timing.ticks.size());
    if (decoded == 0) {
      fail("{}: no frame of its video ({}) can be decoded{}{}; check the file or copy it again",
           path_.string(), decoder_.codec_name(), f.last_error.empty() ? "" : ": ", f.last_error);
    }
    const AVFormatContext& format = decoder_.format();
    f.container = format.iformat->name;
    f.codec = decoder_.codec_name();
    for (unsigned i = 0; i < format.nb_streams; ++i) {
      f.has_audio |= format.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    }
    f.timing.last_duration = std::max<std::int64_t>(1, last_duration_);
    f.timing.origin = f.timing.ticks.front();
    if (format.start_time != AV_NOPTS_VALUE) {
      f.timing.origin =
          std::min(f.timing.origin, av_rescale_q(format.start_time, AV_TIME_BASE_Q, stream.time_base));
    }
    f.frames_per_second = rate_of(f.timing, stream);
    count_missing(promised, decoded);
    warn();
  }

  void count_missing(std::int64_t promised, std::int64_t decoded) {
    AVStream& stream = decoder_.stream();
    VideoFacts& f = facts_;
    if (stream.nb_frames > 0) {
      f.claimed_frames = stream.nb_frames;
    }
    if (promised > 0) {
      f.frames_missing = std::max<std::int64_t>(0, promised - decoded);
      // Edit lists and dropped frames leave an intact file with fewer frames than its index has.
      if (f.damaged_packets == 0 && !decoder_.read_failed() && decoder_.packets() >= promised) {
        f.frames_missing = 0;
      }
      return;
    }
    if (f.damaged_packets == 0 && !decoder_.read_failed()) {
      return;
    }
    // No index: as many as fit into the time that the header promises and the frames do not fill.
    f.missing_is_estimate = true;
    const AVFormatContext& format = decoder_.format();
    const double tick = f.timing.time_base.value();
    const double begin = static_cast<double>(f.timing.ticks.front()) * tick;
    double length = 0;
    if (stream.duration > 0) {
      length = static_cast<double>(stream.duration) * tick;
    } else if (format.duration > 0 && format.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE) {
      length = static_cast<double>(format.duration) / AV_TIME_BASE;
    }
    const double rate = rational(stream.avg_frame_rate).value() > 0 ? rational(stream.avg_frame_rate).value()
                                                                    : f.frames_per_second;
    const double end = static_cast<double>(f.timing.ticks.back() + f.timing.last_duration) * tick;
    const double expected = std::round((length > 0 ? length : end - begin) * rate);
    f.frames_missing = std::max<std::int64_t>(0, static_cast<std::int64_t>(expected) - decoded);
  }

  void warn() {
    const VideoFacts& f = facts_;
    const auto count = f.timing.ticks.size();
    const std::string because = f.last_error.empty() ? "" : " (" + f.last_error + ")";
    if (f.frames_missing > 0) {
      warnings_.push_back(fmt::format(
          "{}: {}{} frames are missing: the file is cut off or damaged{}; the {} that decode are used",
          path_.string(), f.missing_is_estimate ? "about " : "", f.frames_missing, because, count));
    } else if (f.damaged_packets > 0 || decoder_.read_failed()) {
      warnings_.push_back(
          fmt::format("{}: damaged{}: {} packets could not be decoded; the {} frames that decode are used",
                      path_.string(), because, f.damaged_packets, count));
    }
    if (resized_ > 0) {
      warnings_.push_back(
          fmt::format("{}: {} frames are of another size than the first and are scaled to its {}x{}",
                      path_.string(), resized_, coded_width_, coded_height_));
    }
    if (made_up_ > 0 && !untimed_) {
      warnings_.push_back(
          fmt::format("{}: {} frames have no usable timestamp; they are spaced like their neighbours",
                      path_.string(), made_up_));
    }
    constexpr int pq = 16;
    constexpr int hlg = 18;
    if (f.color.transfer == pq || f.color.transfer == hlg) {
      warnings_.push_back(
          fmt::format("{}: is HDR video; its samples are used without tone mapping", path_.string()));
    }
  }

  const std::filesystem::path& path_;
  Decoder decoder_;
  VideoFacts facts_;
  std::vector<std::string> warnings_;
  int coded_width_ = 0;
  int coded_height_ = 0;
  bool untimed_ = false;
  std::int64_t last_duration_ = 1;
  std::int64_t resized_ = 0;
  std::int64_t made_up_ = 0;
};

}  // namespace

Inspected inspect_video(const std::filesystem::path& path) {
  return Inspection(path).run();
}

}  // namespace ffbench::av
