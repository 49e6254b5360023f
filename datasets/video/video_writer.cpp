#include "datasets/video/video_writer.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/mathematics.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <new>
#include <optional>

#include "core/error.hpp"
#include "core/system/temporary_file.hpp"
#include "datasets/video/audio_carrier.hpp"
#include "datasets/video/av_support.hpp"
#include "datasets/video/video_clip.hpp"

namespace ffbench {
namespace {

constexpr int unspecified = 2;

/// FFmpeg's multiplexer for the name's extension.
const char* muxer_of(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (extension == ".mp4" || extension == ".m4v") {
    return "mp4";
  }
  if (extension == ".mov") {
    return "mov";
  }
  if (extension == ".mkv") {
    return "matroska";
  }
  fail("{}: videos are written as .mp4, .m4v, .mov or .mkv; choose such a name", path.string());
}

const AVCodec* find_encoder() {
  for (const char* name : {"libx264", "libopenh264"}) {
    if (const AVCodec* codec = avcodec_find_encoder_by_name(name)) {
      return codec;
    }
  }
  return avcodec_find_encoder(AV_CODEC_ID_H264);
}

void check(const std::filesystem::path& path, const VideoWriterOptions& o) {
  if (o.width <= 0 || o.height <= 0) {
    fail("{}: a video cannot be {}x{}", path.string(), o.width, o.height);
  }
  const Rational unit = o.timing.ticks.empty() ? o.frame_rate : o.timing.time_base;
  if (unit.numerator <= 0 || unit.denominator <= 0) {
    fail("{}: a frame rate or time base of {}/{} is not possible", path.string(), unit.numerator,
         unit.denominator);
  }
  for (std::size_t i = 1; i < o.timing.ticks.size(); ++i) {
    if (o.timing.ticks[i] <= o.timing.ticks[i - 1]) {
      fail("{}: frame {} is not shown later than the one before it; correct the timestamps", path.string(),
           i);
    }
  }
}

}  // namespace

VideoWriterOptions options_like(const VideoFacts& facts, const std::filesystem::path& original) {
  VideoWriterOptions o;
  o.width = facts.width;
  o.height = facts.height;
  o.timing = facts.timing;
  o.sample_aspect = facts.sample_aspect;
  o.color = facts.color;
  if (facts.has_audio) {
    o.audio_from = original;
  }
  return o;
}

struct VideoWriter::Impl {
  Impl(const std::filesystem::path& path_, const VideoWriterOptions& options_)
      : path(path_), options(options_) {
    check(path, options);
    av::silence_log();
    open_file();
    try {
      open_encoder();
      open_scaler();
      begin();
    } catch (...) {
      discard();
      throw;
    }
  }
  ~Impl() { discard(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void open_file();
  void open_encoder();
  void open_scaler();
  void begin();
  void discard() noexcept;
  void add(ConstBgrView view);
  void encode(const AVFrame* frame);
  void finish();
  [[noreturn]] void fail_to(const char* what, int code) const {
    const bool refused = code == AVERROR(EINVAL) || code == AVERROR_INVALIDDATA;
    fail("{}: cannot {}: {}; {}", path.string(), what, av::text_of(code),
         refused
             ? "the container does not take these packets: choose another extension, or leave out the sound"
             : "check the folder, its permissions and the free space");
  }
  [[nodiscard]] std::int64_t tick_of(std::int64_t frame) const {
    const VideoTiming& t = options.timing;
    return t.ticks.empty() ? frame : t.ticks[static_cast<std::size_t>(frame)] - t.origin;
  }
  [[nodiscard]] std::int64_t duration_of(std::int64_t frame) const {
    const auto count = static_cast<std::int64_t>(options.timing.ticks.size());
    if (count == 0) {
      return 1;
    }
    return frame + 1 < count ? tick_of(frame + 1) - tick_of(frame)
                             : std::max<std::int64_t>(1, options.timing.last_duration);
  }

  std::filesystem::path path;
  VideoWriterOptions options;
  std::optional<TemporaryFile> file;
  std::vector<std::string> warnings;
  av::Output output;
  av::CodecContext encoder;
  av::Scaler scaler;
  av::Frame picture;
  av::Packet packet;
  AVStream* stream = nullptr;
  std::optional<av::AudioCarrier> audio;
  std::vector<std::uint8_t> padded;
  std::map<std::int64_t, std::int64_t> durations;  // of frames inside the encoder, by tick
  std::int64_t frames = 0;
  bool finished = false;
};

void VideoWriter::Impl::open_file() {
  const char* const muxer = muxer_of(path);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    fail("{}: is a folder; name the video file to write", path.string());
  }
  file.emplace(path);
  AVFormatContext* raw = nullptr;
  const std::string url = "file:" + file->path().string();
  if (const int made = avformat_alloc_output_context2(&raw, nullptr, muxer, url.c_str()); made < 0) {
    fail("{}: the installed FFmpeg cannot write {}; choose another extension", path.string(), muxer);
  }
  output.reset(raw);
  if (const int opened = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); opened < 0) {
    fail_to("be created", opened);
  }
}

void VideoWriter::Impl::open_encoder() {
  const AVCodec* const codec = find_encoder();
  if (codec == nullptr) {
    fail("{}: the installed FFmpeg has no H.264 encoder; install one with libx264", path.string());
  }
  const bool is_x264 = std::strcmp(codec->name, "libx264") == 0;
  const bool odd = options.width % 2 != 0 || options.height % 2 != 0;
  if (odd && !is_x264) {
    fail("{}: {} cannot encode the odd size {}x{}; install an FFmpeg with libx264", path.string(),
         codec->name, options.width, options.height);
  }
  encoder.reset(avcodec_alloc_context3(codec));
  if (!encoder) {
    throw std::bad_alloc();
  }
  AVCodecContext& c = *encoder;
  const VideoTiming& t = options.timing;
  c.width = options.width;
  c.height = options.height;
  c.pix_fmt = odd ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P;
  c.sample_aspect_ratio = {options.sample_aspect.numerator, options.sample_aspect.denominator};
  c.time_base = t.ticks.empty() ? AVRational{options.frame_rate.denominator, options.frame_rate.numerator}
                                : AVRational{t.time_base.numerator, t.time_base.denominator};
  if (t.ticks.empty()) {
    c.framerate = {options.frame_rate.numerator, options.frame_rate.denominator};
  }
  const int matrix = default_matrix(options.width, options.height);
  c.colorspace = static_cast<AVColorSpace>(matrix);
  c.color_primaries = static_cast<AVColorPrimaries>(
      options.color.primaries == unspecified ? matrix : options.color.primaries);
  c.color_trc = static_cast<AVColorTransferCharacteristic>(
      options.color.transfer == unspecified ? matrix : options.color.transfer);
  c.color_range = AVCOL_RANGE_MPEG;
  c.chroma_sample_location = odd ? AVCHROMA_LOC_UNSPECIFIED : AVCHROMA_LOC_LEFT;
  constexpr int frames_between_key_frames = 60;  // so that players and readers can seek
  c.gop_size = frames_between_key_frames;
  c.thread_count = av::codec_threads(options.threads);
  if ((output->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    c.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  if (is_x264) {
    av_opt_set(c.priv_data, "preset", "fast", 0);
    av_opt_set_double(c.priv_data, "crf", options.crf, 0);
  } else {
    constexpr double bits_per_pixel = 0.2;
    constexpr double frames_per_second = 30;
    c.bit_rate = static_cast<std::int64_t>(bits_per_pixel * frames_per_second * c.width * c.height);
  }
  if (const int opened = avcodec_open2(&c, codec, nullptr); opened < 0) {
    const std::string line = av::take_last_log_line();
    fail("{}: the H.264 encoder {} refuses {}x{}: {}; choose another size", path.string(), codec->name,
         options.width, options.height, line.empty() ? av::text_of(opened) : line);
  }
}

void VideoWriter::Impl::open_scaler() {
  scaler.reset(sws_alloc_context());
  if (!scaler) {
    throw std::bad_alloc();
  }
  SwsContext* const s = scaler.get();
  for (const char* name : {"srcw", "dstw"}) {
    av_opt_set_int(s, name, options.width, 0);
  }
  for (const char* name : {"srch", "dsth"}) {
    av_opt_set_int(s, name, options.height, 0);
  }
  av_opt_set_int(s, "src_format", AV_PIX_FMT_BGR24, 0);
  av_opt_set_int(s, "dst_format", encoder->pix_fmt, 0);
  av_opt_set_int(s, "sws_flags",
                 SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP, 0);
  av_opt_set(s, "sws_dither", "none", 0);
  if (encoder->pix_fmt == AV_PIX_FMT_YUV420P) {
    constexpr int half_a_sample = 128;
    av_opt_set_int(s, "dst_h_chr_pos", 0, 0);
    av_opt_set_int(s, "dst_v_chr_pos", half_a_sample, 0);
  }
  if (const int ready = sws_init_context(s, nullptr, nullptr); ready < 0) {
    fail("{}: {}x{} cannot be converted to {} ({}); choose another size", path.string(), options.width,
         options.height, encoder->pix_fmt == AV_PIX_FMT_YUV420P ? "4:2:0" : "4:4:4", av::text_of(ready));
  }
  const int* const matrix = sws_getCoefficients(encoder->colorspace);
  constexpr int one = 1 << 16;
  sws_setColorspaceDetails(s, matrix, 1, matrix, 0, 0, one, one);

  picture = av::make_frame();
  picture->format = encoder->pix_fmt;
  picture->width = options.width;
  picture->height = options.height;
  if (av_frame_get_buffer(picture.get(), 0) < 0) {
    throw std::bad_alloc();
  }
  packet = av::make_packet();
  // swscale's vector code reads past the end of rows.
  padded.resize(static_cast<std::size_t>(options.width) * 3 * static_cast<std::size_t>(options.height) + 64);
}

void VideoWriter::Impl::begin() {
  stream = avformat_new_stream(output.get(), nullptr);
  if (stream == nullptr) {
    throw std::bad_alloc();
  }
  avcodec_parameters_from_context(stream->codecpar, encoder.get());
  stream->time_base = encoder->time_base;
  stream->sample_aspect_ratio = encoder->sample_aspect_ratio;
  stream->avg_frame_rate = encoder->framerate;
  if (!options.audio_from.empty()) {
    const double origin = static_cast<double>(options.timing.origin) * options.timing.time_base.value();
    audio.emplace(options.audio_from, origin, *output, warnings);
  }
  AVDictionary* muxing = nullptr;
  if (std::strcmp(output->oformat->name, "matroska") != 0) {
    av_dict_set(&muxing, "movflags", "+faststart", 0);
    // The default of 1000 would round the moment at which the first frame is shown to milliseconds.
    constexpr int finest = 1000000;
    if (const int den = encoder->time_base.den; den > 1000 && den <= finest) {
      av_dict_set_int(&muxing, "movie_timescale", den, 0);
    }
  }
  const int begun = avformat_write_header(output.get(), &muxing);
  av_dict_free(&muxing);
  if (begun < 0) {
    fail_to("begin the file", begun);
  }
}

void VideoWriter::Impl::discard() noexcept {
  if (!finished && output) {
    audio.reset();
    output.reset();
    file.reset();
  }
}

void VideoWriter::Impl::add(ConstBgrView view) {
  if (finished) {
    fail("{}: is finished; open another writer for more frames", path.string());
  }
  if (view.width != options.width || view.height != options.height) {
    fail("{}: frame {} is {}x{}, the video {}x{}", path.string(), frames, view.width, view.height,
         options.width, options.height);
  }
  if (!options.timing.ticks.empty() && frames >= static_cast<std::int64_t>(options.timing.ticks.size())) {
    fail("{}: a frame more than the {} timestamps given", path.string(), options.timing.ticks.size());
  }
  const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(options.width) * 3;
  copy_pixels(view, BgrView{padded.data(), options.width, options.height, stride});
  if (av_frame_make_writable(picture.get()) < 0) {
    throw std::bad_alloc();
  }
  const std::uint8_t* planes[4] = {padded.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {static_cast<int>(stride), 0, 0, 0};
  sws_scale(scaler.get(), planes, strides, 0, options.height, picture->data, picture->linesize);
  picture->pts = tick_of(frames);
  picture->pict_type = AV_PICTURE_TYPE_NONE;
  durations[picture->pts] = duration_of(frames);
  encode(picture.get());
  ++frames;
}

void VideoWriter::Impl::encode(const AVFrame* frame) {
  if (const int sent = avcodec_send_frame(encoder.get(), frame); sent < 0) {
    fail("{}: frame {} cannot be encoded: {}", path.string(), frames, av::text_of(sent));
  }
  while (true) {
    const int received = avcodec_receive_packet(encoder.get(), packet.get());
    if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) {
      return;
    }
    if (received < 0) {
      fail("{}: cannot be encoded: {}", path.string(), av::text_of(received));
    }
    if (const auto found = durations.find(packet->pts); found != durations.end()) {
      packet->duration = found->second;
      durations.erase(found);
    }
    const double seconds = static_cast<double>(packet->dts) * av_q2d(encoder->time_base);
    av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
    packet->stream_index = stream->index;
    int written = av_interleaved_write_frame(output.get(), packet.get());
    if (written >= 0 && audio) {
      written = audio->write_until(seconds);
    }
    if (written < 0) {
      fail_to("be written", written);
    }
  }
}

void VideoWriter::Impl::finish() {
  if (finished) {
    return;
  }
  if (frames == 0) {
    fail("{}: no frame was written, so there is no video", path.string());
  }
  encode(nullptr);
  int code = audio ? audio->finish() : 0;
  code = code < 0 ? code : av_write_trailer(output.get());
  if (code >= 0) {
    avio_flush(output->pb);
    code = output->pb->error;
  }
  code = code < 0 ? code : avio_closep(&output->pb);
  if (code < 0) {
    fail_to("be written", code);
  }
  file->flush();
  file->put_in_place();
  finished = true;
}

VideoWriter::VideoWriter(const std::filesystem::path& path, const VideoWriterOptions& options)
    : impl_(std::make_unique<Impl>(path, options)) {}

VideoWriter::~VideoWriter() = default;

void VideoWriter::write(ConstBgrView frame) {
  impl_->add(frame);
}

void VideoWriter::finish() {
  impl_->finish();
}

int VideoWriter::frames_written() const {
  return static_cast<int>(impl_->frames);
}

const std::vector<std::string>& VideoWriter::warnings() const {
  return impl_->warnings;
}

}  // namespace ffbench
