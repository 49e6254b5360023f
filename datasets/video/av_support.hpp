#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

// Declared here rather than included, so that these headers do not need FFmpeg's.
struct AVCodecContext;
struct AVFilterGraph;
struct AVFormatContext;
struct AVFrame;
struct AVPacket;
struct AVStream;
struct SwsContext;

namespace ffbench::av {

struct Delete {
  void operator()(AVCodecContext* p) const noexcept;
  void operator()(AVFilterGraph* p) const noexcept;
  void operator()(AVFrame* p) const noexcept;
  void operator()(AVPacket* p) const noexcept;
  void operator()(SwsContext* p) const noexcept;
};
struct CloseInput {
  void operator()(AVFormatContext* p) const noexcept;
};
/// Closes the file of an output context as well.
struct CloseOutput {
  void operator()(AVFormatContext* p) const noexcept;
};

using CodecContext = std::unique_ptr<AVCodecContext, Delete>;
using FilterGraph = std::unique_ptr<AVFilterGraph, Delete>;
using Frame = std::unique_ptr<AVFrame, Delete>;
using Packet = std::unique_ptr<AVPacket, Delete>;
using Scaler = std::unique_ptr<SwsContext, Delete>;
using Input = std::unique_ptr<AVFormatContext, CloseInput>;
using Output = std::unique_ptr<AVFormatContext, CloseOutput>;

/// Empty ones; throw std::bad_alloc.
Frame make_frame();
Packet make_packet();

/// What an FFmpeg error code means.
std::string text_of(int code);

/// Keeps FFmpeg from printing; from then on the last line it logged as an error is kept for
/// `last_log_line`.
void silence_log();
/// The last error line logged in this process since the last call, or empty. Only good for adding
/// to a message: with several files open at a time it may be about another one.
std::string take_last_log_line();

/// Opens a local file for reading and finds its streams. No other protocol is followed, whatever
/// the name or the file says. Throws `Error` that names the file: missing, a folder, empty, not a
/// media file.
Input open_input(const std::filesystem::path& path);

/// Throws `Error` where the frames of a video stream have more pixels than `most_frame_pixels`.
void check_frame_size(const std::filesystem::path& path, const AVStream& stream);

/// Threads of a decoder or encoder: `wanted`, or one a core up to eight where that is 0. One under
/// ThreadSanitizer.
int codec_threads(int wanted);

}  // namespace ffbench::av
