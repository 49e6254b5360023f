#include "datasets/video/av_support.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <mutex>
#include <new>
#include <vector>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "core/system/parallel.hpp"

namespace ffbench::av {
namespace {

std::mutex log_mutex;
std::string last_line;  // NOLINT(cert-err58-cpp): the empty string does not throw

void keep_error_lines(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR) {
    return;
  }
  std::array<char, 512> line{};
  int prefix = 0;  // without FFmpeg's "[mov @ 0x...]"
  av_log_format_line2(context, level, format, arguments, line.data(), static_cast<int>(line.size()), &prefix);
  std::string text = line.data();
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  if (const auto end = text.find("] "); text.starts_with('[') && end != std::string::npos) {
    text.erase(0, end + 2);
  }
  while (text.ends_with(' ') || text.ends_with('.')) {
    text.pop_back();
  }
  if (!text.empty()) {
    const std::lock_guard lock(log_mutex);
    last_line = std::move(text);
  }
}

/// Probes the streams; a frame that is too large is not decoded for it.
int find_streams(AVFormatContext& input) {
  std::vector<AVDictionary*> options(std::max(1U, input.nb_streams));
  for (AVDictionary*& option : options) {
    av_dict_set_int(&option, "max_pixels", most_frame_pixels, 0);
  }
  const int found = avformat_find_stream_info(&input, options.data());
  for (AVDictionary*& option : options) {
    av_dict_free(&option);
  }
  return found;
}

}  // namespace

void Delete::operator()(AVCodecContext* p) const noexcept {
  avcodec_free_context(&p);
}
void Delete::operator()(AVFilterGraph* p) const noexcept {
  avfilter_graph_free(&p);
}
void Delete::operator()(AVFrame* p) const noexcept {
  av_frame_free(&p);
}
void Delete::operator()(AVPacket* p) const noexcept {
  av_packet_free(&p);
}
void Delete::operator()(SwsContext* p) const noexcept {
  sws_freeContext(p);
}
void CloseInput::operator()(AVFormatContext* p) const noexcept {
  avformat_close_input(&p);
}
void CloseOutput::operator()(AVFormatContext* p) const noexcept {
  if (p != nullptr) {
    avio_closep(&p->pb);
  }
  avformat_free_context(p);
}

Frame make_frame() {
  Frame frame(av_frame_alloc());
  if (!frame) {
    throw std::bad_alloc();
  }
  return frame;
}

Packet make_packet() {
  Packet packet(av_packet_alloc());
  if (!packet) {
    throw std::bad_alloc();
  }
  return packet;
}

std::string text_of(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

void silence_log() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(keep_error_lines); });
}

std::string take_last_log_line() {
  const std::lock_guard lock(log_mutex);
  std::string line;
  line.swap(last_line);
  return line;
}

Input open_input(const std::filesystem::path& path) {
  silence_log();
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    fail("{}: no such file; check the name", path.string());
  }
  if (std::filesystem::is_directory(status)) {
    fail("{}: is a folder; name a video file in it", path.string());
  }
  if (!std::filesystem::is_regular_file(status)) {
    fail("{}: is not a regular file; videos are read more than once, so write it to a file first",
         path.string());
  }
  if (std::filesystem::file_size(path, error) == 0) {
    fail("{}: the file is empty; copy or download it again", path.string());
  }

  take_last_log_line();
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  AVFormatContext* raw = nullptr;
  const int opened = avformat_open_input(&raw, ("file:" + path.string()).c_str(), nullptr, &options);
  av_dict_free(&options);
  if (opened < 0) {
    if (opened == AVERROR(EACCES) || opened == AVERROR(EPERM)) {
      fail("{}: cannot be read: {}; check its permissions", path.string(), text_of(opened));
    }
    const std::string line = take_last_log_line();
    fail("{}: is not a video, or is cut off at its beginning or end ({}); check the file or copy it again",
         path.string(), line.empty() ? text_of(opened) : line);
  }
  Input input(raw);
  for (unsigned i = 0; i < raw->nb_streams; ++i) {
    // What the header says: probing forgets a size that it refuses.
    check_frame_size(path, *raw->streams[i]);
  }
  if (const int found = find_streams(*input); found < 0) {
    fail("{}: its streams cannot be read ({}); check the file or copy it again", path.string(),
         text_of(found));
  }
  return input;
}

void check_frame_size(const std::filesystem::path& path, const AVStream& stream) {
  const AVCodecParameters& parameters = *stream.codecpar;
  const std::int64_t pixels = std::int64_t{parameters.width} * parameters.height;
  if (pixels > most_frame_pixels && (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) {
    fail("{}: its frames are {}x{} pixels, more than the {} that are read; scale the video down",
         path.string(), parameters.width, parameters.height, most_frame_pixels);
  }
}

int codec_threads(int wanted) {
#ifdef __SANITIZE_THREAD__
  // The packaged FFmpeg is not instrumented: what its threads hand each other under its locks would
  // look like a race.
  static_cast<void>(wanted);
  return 1;
#else
  return wanted > 0 ? wanted : std::min(hardware_threads(), 8);
#endif
}

}  // namespace ffbench::av
