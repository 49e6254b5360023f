#include "datasets/video/video_inspection.hpp"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "core/numeric/median.hpp"
#include "datasets/video/decoder.hpp"
#include "datasets/video/frame_facts.hpp"

namespace ffbench::av {
namespace {

Rational rational(AVRational r) {
  return r.num > 0 && r.den > 0 ? Rational{r.num, r.den} : Rational{0, 1};
}

bool is_mov(const AVFormatContext& format) {
  return std::string_view(format.iformat->name).starts_with("mov,");
}

/// Frames that the container promises to show, or -1 where it does not count them.
std::int64_t promised_frames(const AVFormatContext& format, AVStream& stream) {
  const int entries = avformat_index_get_entries_count(&stream);
  if (!is_mov(format) || stream.nb_frames <= 0 || entries <= 0) {
    return stream.nb_frames > 0 ? stream.nb_frames : -1;
  }
  // An edit list may hide frames; the index knows which.
  std::int64_t shown = 0;
  for (int i = 0; i < entries; ++i) {
    const AVIndexEntry* entry = avformat_index_get_entry(&stream, i);
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
  std::vector<double> steps(n - 1);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    steps[i] = static_cast<double>(timing.ticks[i + 1] - timing.ticks[i]);
  }
  const double usual = 1 / (upper_median(steps) * timing.time_base.value());
  const auto span = static_cast<double>(timing.ticks.back() - timing.ticks.front());
  const double mean = static_cast<double>(n - 1) / (span * timing.time_base.value());
  // Some containers round timestamps to milliseconds, but not the rate they declare.
  const auto is_declared = [declared](double rate) { return std::abs(rate - declared) < 0.01 * declared; };
  return declared > 0 && (is_declared(mean) || is_declared(usual)) ? declared : mean;
}

/// The first pass over a file, which finds everything in VideoFacts.
class Inspection {
 public:
  Inspection(const std::filesystem::path& path, int threads) : path_(path), decoder_(path, threads) {
    facts_.decode_threads = threads;
  }

  Inspected run() {
    AVStream& stream = decoder_.stream();
    facts_.timing.time_base = rational(stream.time_base);
    const std::int64_t promised = promised_frames(decoder_.format(), stream);
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
    f.damaged_frames += frame.decode_error_flags != 0 ? 1 : 0;
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
    // The durations in an MP4 follow the order of decoding: that of the frame shown last is in the
    // track's length.
    if (is_mov(format) && f.frames_missing == 0 && stream.duration > 0 &&
        stream.start_time != AV_NOPTS_VALUE) {
      const std::int64_t rest = stream.start_time + stream.duration - f.timing.ticks.back();
      constexpr double longest = 10;  // seconds; more is a mistake in the file
      if (rest > 0 && static_cast<double>(rest) * f.timing.time_base.value() <= longest) {
        f.timing.last_duration = rest;
      }
    }
    warn();
  }

  /// Seconds from 0 to the end that the container's header promises, or 0.
  [[nodiscard]] double promised_end() {
    const AVFormatContext& format = decoder_.format();
    if (format.duration <= 0 || format.duration_estimation_method != AVFMT_DURATION_FROM_STREAM) {
      return 0;
    }
    const double start =
        format.start_time == AV_NOPTS_VALUE ? 0.0 : static_cast<double>(format.start_time) / AV_TIME_BASE;
    return start + static_cast<double>(format.duration) / AV_TIME_BASE;
  }

  /// A transport stream states neither its number of frames nor its length, but it is made of
  /// packets of one size.
  [[nodiscard]] bool ends_inside_a_transport_packet() {
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(path_, unknown);
    constexpr std::array<std::uintmax_t, 3> packet_sizes{188, 192, 204};
    return !unknown && std::string_view(decoder_.format().iformat->name) == "mpegts" &&
           std::ranges::none_of(packet_sizes, [size](std::uintmax_t packet) { return size % packet == 0; });
  }

  void count_missing(std::int64_t promised, std::int64_t decoded) {
    VideoFacts& f = facts_;
    AVStream& stream = decoder_.stream();
    if (stream.nb_frames > 0) {
      f.claimed_frames = stream.nb_frames;
    }
    // The last packet of an intact file ends where its header says, but for rounding, whichever
    // stream it belongs to.
    const double slack = std::min(0.3, 0.75 / f.frames_per_second);  // seconds
    const bool ends_early = promised_end() > 0 && decoder_.last_packet_end() < promised_end() - slack;
    cut_off_ = decoder_.read_failed() || ends_early || ends_inside_a_transport_packet();
    if (f.damaged_packets == 0 && !cut_off_ && decoder_.packets() >= promised) {
      return;
    }
    if (promised > 0) {
      f.frames_missing = std::max<std::int64_t>(0, promised - decoded);
      return;
    }
    // No count: as many as fit into the time that the header promises and the frames do not fill.
    f.missing_is_estimate = true;
    const double tick = f.timing.time_base.value();
    const double begin = static_cast<double>(f.timing.ticks.front()) * tick;
    const double end =
        std::max(promised_end(), static_cast<double>(f.timing.ticks.back() + f.timing.last_duration) * tick);
    const auto expected = static_cast<std::int64_t>(std::round((end - begin) * f.frames_per_second));
    f.frames_missing = std::max<std::int64_t>(0, expected - decoded);
  }

  static std::string counted(std::int64_t n, std::string_view what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
  }

  void warn() {
    const VideoFacts& f = facts_;
    const std::string name = path_.string();
    const std::string because = f.last_error.empty() ? "" : " (" + f.last_error + ")";
    const auto used = static_cast<std::int64_t>(f.timing.ticks.size());
    if (f.frames_missing > 0) {
      warnings_.push_back(fmt::format(
          "{}: {}{} missing: the file is cut off or damaged{}; the {} that decode are used", name,
          f.missing_is_estimate ? "about " : "", counted(f.frames_missing, "frame"), because, used));
    } else if (cut_off_ && f.damaged_packets == 0) {
      warnings_.push_back(
          fmt::format("{}: the file is cut off{}; the number of missing frames is unknown; the {} that "
                      "decode are used",
                      name, because, used));
    } else if (f.damaged_packets > 0) {
      warnings_.push_back(
          fmt::format("{}: the file is damaged{}: {} undecodable; the {} that decode are used", name, because,
                      counted(f.damaged_packets, "packet"), counted(used, "frame")));
    }
    if (f.damaged_frames > 0) {
      warnings_.push_back(fmt::format("{}: {} damaged and partly guessed by the decoder", name,
                                      counted(f.damaged_frames, "frame")));
    }
    if (resized_ > 0) {
      warnings_.push_back(fmt::format("{}: {} of another size than the first, scaled to its {}x{}", name,
                                      counted(resized_, "frame"), coded_width_, coded_height_));
    }
    if (made_up_ > 0 && !untimed_) {
      warnings_.push_back(fmt::format("{}: {} without a usable timestamp, spaced like the frames before",
                                      name, counted(made_up_, "frame")));
    }
    constexpr int pq = 16;
    constexpr int hlg = 18;
    if (f.color.transfer == pq || f.color.transfer == hlg) {
      warnings_.push_back(fmt::format("{}: is HDR video; its samples are used without tone mapping", name));
    }
  }

  const std::filesystem::path& path_;
  Decoder decoder_;
  VideoFacts facts_;
  std::vector<std::string> warnings_;
  int coded_width_ = 0;
  int coded_height_ = 0;
  bool untimed_ = false;
  bool cut_off_ = false;
  std::int64_t last_duration_ = 1;
  std::int64_t resized_ = 0;
  std::int64_t made_up_ = 0;
};

}  // namespace

Inspected inspect_video(const std::filesystem::path& path) {
  Inspected inspected = Inspection(path, 0).run();
  if (inspected.facts.damaged_packets > 0 || inspected.facts.damaged_frames > 0) {
    inspected = Inspection(path, 1).run();
  }
  return inspected;
}

}  // namespace ffbench::av
