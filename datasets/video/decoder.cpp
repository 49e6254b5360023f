#include "datasets/video/decoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
}

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

#include "core/error.hpp"
#include "core/limits.hpp"

namespace ffbench::av {
namespace {

bool is_still_image(const AVFormatContext& format) {
  const std::string_view name = format.iformat->name;
  if (name.ends_with("_pipe") || name == "image2" || name == "ico") {
    return true;
  }
  const AVDictionaryEntry* brand = av_dict_get(format.metadata, "major_brand", nullptr, 0);
  const std::string_view value = brand == nullptr ? "" : brand->value;
  return value == "avif" || value == "heic" || value == "mif1";
}

/// The video stream that FFmpeg likes best, cover pictures of music aside; null where there is
/// none.
AVStream* find_video(AVFormatContext& format) {
  const int best = av_find_best_stream(&format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const auto is_picture_stream = [](const AVStream& s) {
    return s.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && (s.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
  };
  if (best >= 0 && is_picture_stream(*format.streams[best])) {
    return format.streams[best];
  }
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    if (is_picture_stream(*format.streams[i])) {
      return format.streams[i];
    }
  }
  return nullptr;
}

bool has_audio(const AVFormatContext& format) {
  return std::any_of(format.streams, format.streams + format.nb_streams,
                     [](const AVStream* s) { return s->codecpar->codec_type == AVMEDIA_TYPE_AUDIO; });
}

}  // namespace

Decoder::Decoder(const std::filesystem::path& path, int threads)
    : input_(open_input(path)), packet_(make_packet()) {
  stream_ = find_video(*input_);
  if (stream_ == nullptr) {
    fail("{}: holds {}; name a file with a video stream", path.string(),
         has_audio(*input_) ? "sound but no video" : "no video");
  }
  const char* const codec_text = avcodec_get_name(stream_->codecpar->codec_id);
  if (is_still_image(*input_)) {
    fail("{}: is a still image ({}), not a video; name a video file", path.string(), codec_text);
  }
  if (std::string_view(input_->iformat->name) == "tty") {
    fail("{}: is a text file, not a video; name a video file", path.string());
  }
  const AVCodec* const decoder = avcodec_find_decoder(stream_->codecpar->codec_id);
  if (decoder == nullptr) {
    fail("{}: the installed FFmpeg cannot decode its video ({}); convert it to H.264", path.string(),
         codec_text);
  }
  codec_.reset(avcodec_alloc_context3(decoder));
  if (!codec_) {
    throw std::bad_alloc();
  }
  check_frame_size(path, *stream_);
  avcodec_parameters_to_context(codec_.get(), stream_->codecpar);
  codec_->max_pixels = most_frame_pixels;
  codec_->pkt_timebase = stream_->time_base;
  codec_->thread_count = codec_threads(threads);
  // Without it, cropping at the left edge is rounded to the alignment of the planes and the picture
  // gets wider.
  codec_->flags |= AV_CODEC_FLAG_UNALIGNED;
  if (const int opened = avcodec_open2(codec_.get(), decoder, nullptr); opened < 0) {
    const std::string line = take_last_log_line();
    fail("{}: its video ({}) cannot be decoded ({}); check the file or convert it to H.264", path.string(),
         codec_text, line.empty() ? text_of(opened) : line);
  }
}

const char* Decoder::codec_name() const {
  return avcodec_get_name(stream_->codecpar->codec_id);
}

void Decoder::note(int code) {
  const std::string line = take_last_log_line();
  last_error_ = line.empty() ? text_of(code) : line;
}

void Decoder::note_end(const AVPacket& packet) {
  if (packet.pts == AV_NOPTS_VALUE) {
    return;
  }
  const auto index = static_cast<std::size_t>(packet.stream_index);
  if (index >= progress_.size()) {
    progress_.resize(index + 1);
  }
  const double unit = av_q2d(input_->streams[packet.stream_index]->time_base);
  const double begin = static_cast<double>(packet.pts) * unit;
  StreamProgress& stream = progress_[index];
  if (!stream.begun || begin > stream.latest) {
    stream.longest_step = stream.begun ? std::max(stream.longest_step, begin - stream.latest) : 0;
    stream.latest = begin;
    stream.begun = true;
  }
  // A packet without a duration may last as long as any before it.
  const double length =
      packet.duration > 0 ? static_cast<double>(packet.duration) * unit : stream.longest_step;
  last_packet_end_ = std::max(last_packet_end_, begin + length);
}

void Decoder::send_packet() {
  while (true) {
    const int read = av_read_frame(input_.get(), packet_.get());
    if (read == AVERROR(EAGAIN)) {
      continue;
    }
    if (read < 0) {
      if (read != AVERROR_EOF || (input_->pb != nullptr && input_->pb->error < 0)) {
        read_failed_ = true;
        note(read);
      }
      draining_ = true;
      avcodec_send_packet(codec_.get(), nullptr);
      return;
    }
    note_end(*packet_);
    if (packet_->stream_index == stream_->index) {
      break;
    }
    av_packet_unref(packet_.get());
  }
  ++packets_;
  const bool incomplete = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
  const int sent = avcodec_send_packet(codec_.get(), packet_.get());
  av_packet_unref(packet_.get());
  if (sent < 0 || incomplete) {
    ++damaged_;
    note(sent < 0 ? sent : AVERROR_INVALIDDATA);
  }
}

bool Decoder::next(AVFrame& frame) {
  int failures_in_a_row = 0;
  while (true) {
    const int received = avcodec_receive_frame(codec_.get(), &frame);
    if (received == 0) {
      return true;
    }
    if (received == AVERROR_EOF) {
      return false;
    }
    if (received != AVERROR(EAGAIN)) {
      ++damaged_;
      note(received);
      constexpr int patience = 1000;  // while draining, where no packet marks progress
      if (draining_ && ++failures_in_a_row > patience) {
        return false;
      }
    } else if (draining_) {
      return false;
    }
    if (!draining_) {
      send_packet();
    }
  }
}

bool Decoder::seek(std::int64_t tick) {
  if (av_seek_frame(input_.get(), stream_->index, tick, AVSEEK_FLAG_BACKWARD) < 0) {
    return false;
  }
  avcodec_flush_buffers(codec_.get());
  draining_ = false;
  return true;
}

}  // namespace ffbench::av
