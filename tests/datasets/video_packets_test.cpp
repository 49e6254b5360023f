// Files whose packets have sizes, times and durations that a careful program would not write.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/video/av_support.hpp"
#include "datasets/video/video_clip.hpp"
#include "datasets/video/video_writer.hpp"
#include "tests/datasets/video_test_support.hpp"

#if FFBENCH_WITH_FFMPEG

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mem.h>
}

namespace ffbench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::error_of;
using testing_support::put_file;
using testing_support::TemporaryFolder;
using testing_support::test_picture;

int must(int code, const char* what) {
  if (code < 0) {
    throw std::runtime_error(std::string(what) + ": " + av::text_of(code));
  }
  return code;
}

/// A Matroska file of one stream, written packet by packet; times in milliseconds.
class PacketFile {
 public:
  explicit PacketFile(const std::filesystem::path& path) : path_(path) {
    av::silence_log();
    AVFormatContext* raw = nullptr;
    must(avformat_alloc_output_context2(&raw, nullptr, "matroska", path.c_str()), "matroska");
    output_.reset(raw);
    must(avio_open(&raw->pb, path.c_str(), AVIO_FLAG_WRITE), "open");
    stream_ = avformat_new_stream(raw, nullptr);
    stream_->time_base = {1, 1000};
  }

  [[nodiscard]] AVCodecParameters& parameters() { return *stream_->codecpar; }
  void begin() { must(avformat_write_header(output_.get(), nullptr), "header"); }
  void add(const std::string& bytes, std::int64_t time, std::int64_t duration) {
    const av::Packet packet = av::make_packet();
    must(av_new_packet(packet.get(), static_cast<int>(bytes.size())), "packet");
    std::copy(bytes.begin(), bytes.end(), packet->data);
    packet->pts = packet->dts = time;
    packet->duration = duration;
    packet->flags = AV_PKT_FLAG_KEY;
    must(av_write_frame(output_.get(), packet.get()), "write");
  }
  void end() {
    must(av_write_trailer(output_.get()), "trailer");
    output_.reset();
  }

 private:
  std::filesystem::path path_;
  av::Output output_;
  AVStream* stream_ = nullptr;
};

/// Everything that an encoder makes of frames, packet by packet.
std::vector<std::string> encoded(AVCodecContext& encoder, const std::vector<av::Frame>& frames) {
  std::vector<std::string> packets;
  const av::Packet packet = av::make_packet();
  for (std::size_t i = 0; i <= frames.size(); ++i) {
    must(avcodec_send_frame(&encoder, i < frames.size() ? frames[i].get() : nullptr), "encode");
    while (avcodec_receive_packet(&encoder, packet.get()) == 0) {
      packets.emplace_back(reinterpret_cast<const char*>(packet->data), packet->size);
      av_packet_unref(packet.get());
    }
  }
  return packets;
}

std::vector<std::string> pictures(int count) {
  const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  const av::CodecContext encoder(avcodec_alloc_context3(codec));
  encoder->width = 64;
  encoder->height = 48;
  encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
  encoder->time_base = {1, 25};
  encoder->thread_count = 1;
  must(avcodec_open2(encoder.get(), codec, nullptr), "MJPEG");
  std::vector<av::Frame> frames;
  for (int i = 0; i < count; ++i) {
    av::Frame& frame = frames.emplace_back(av::make_frame());
    frame->width = 64;
    frame->height = 48;
    frame->format = AV_PIX_FMT_YUVJ420P;
    frame->pts = i;
    must(av_frame_get_buffer(frame.get(), 0), "buffer");
    for (int plane = 0; plane < 3; ++plane) {
      std::fill_n(frame->data[plane], frame->linesize[plane] * (plane == 0 ? 48 : 24),
                  static_cast<std::uint8_t>(40 + 20 * i));
    }
  }
  return encoded(*encoder, frames);
}

/// Pictures shown at these times; the last one until `end`, which only the file's header says.
void put_slides(const std::filesystem::path& path, const std::vector<std::int64_t>& times, std::int64_t end) {
  PacketFile file(path);
  file.parameters().codec_type = AVMEDIA_TYPE_VIDEO;
  file.parameters().codec_id = AV_CODEC_ID_MJPEG;
  file.parameters().width = 64;
  file.parameters().height = 48;
  file.parameters().format = AV_PIX_FMT_YUVJ420P;
  file.begin();
  const std::vector<std::string> bytes = pictures(static_cast<int>(times.size()));
  for (std::size_t i = 0; i < times.size(); ++i) {
    file.add(bytes.at(i), times[i], i + 1 == times.size() ? end - times[i] : 0);
  }
  file.end();
}

TEST(VideoPackets, AnIntactFileWithoutDurationsIsNotCutOff) {
  const TemporaryFolder folder;
  const std::vector<std::int64_t> times{0, 1300, 1900, 4000, 6200};
  put_slides(folder / "slides.mkv", times, 8200);
  const VideoClip clip(folder / "slides.mkv");
  EXPECT_EQ(clip.frame_count(), 5);
  EXPECT_THAT(clip.warnings(), IsEmpty());
  EXPECT_EQ(clip.facts().frames_missing, 0);
}

TEST(VideoPackets, AFileWithoutDurationsThatEndsEarlyIsCutOff) {
  const TemporaryFolder folder;
  put_slides(folder / "slides.mkv", {0, 1300, 1900, 4000, 6200}, 14000);
  const VideoClip clip(folder / "slides.mkv");
  EXPECT_EQ(clip.frame_count(), 5);
  EXPECT_THAT(clip.warnings(), testing::Contains(HasSubstr("cut off")));
}

TEST(VideoPackets, FramesOfMorePixelsThanAreReadAreRefused) {
  const TemporaryFolder folder;
  PacketFile file(folder / "huge.mkv");
  file.parameters().codec_type = AVMEDIA_TYPE_VIDEO;
  file.parameters().codec_id = AV_CODEC_ID_RAWVIDEO;
  file.parameters().width = 20000;
  file.parameters().height = 16000;
  file.parameters().format = AV_PIX_FMT_YUV420P;
  file.parameters().codec_tag = MKTAG('I', '4', '2', '0');
  file.begin();
  file.add("too few bytes", 0, 40);
  file.add("too few bytes", 40, 40);
  file.end();
  EXPECT_THAT(error_of([&] { const VideoClip clip(folder / "huge.mkv"); }),
              testing::AllOf(HasSubstr((folder / "huge.mkv").string()), HasSubstr("20000x16000 pixels"),
                             HasSubstr("scale the video down")));
}

/// Half a second of AAC, packet by packet, and what its decoder needs.
struct Sound {
  std::vector<std::string> packets;
  std::string extradata;
};

Sound half_a_second() {
  const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  const av::CodecContext encoder(avcodec_alloc_context3(codec));
  encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
  encoder->sample_rate = 48000;
  encoder->bit_rate = 96000;
  encoder->time_base = {1, 48000};
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av_channel_layout_default(&encoder->ch_layout, 1);
  must(avcodec_open2(encoder.get(), codec, nullptr), "AAC");
  std::vector<av::Frame> frames;
  for (int i = 0; i < 24; ++i) {
    av::Frame& frame = frames.emplace_back(av::make_frame());
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = 48000;
    frame->nb_samples = encoder->frame_size;
    frame->pts = std::int64_t{i} * encoder->frame_size;
    must(av_channel_layout_copy(&frame->ch_layout, &encoder->ch_layout), "layout");
    must(av_frame_get_buffer(frame.get(), 0), "buffer");
    auto* const samples = reinterpret_cast<float*>(frame->data[0]);
    for (int k = 0; k < frame->nb_samples; ++k) {
      samples[k] = 0.4F * static_cast<float>(std::sin(0.05 * (k + 1000 * i)));
    }
  }
  Sound sound{encoded(*encoder, frames), {}};
  sound.extradata.assign(reinterpret_cast<const char*>(encoder->extradata),
                         static_cast<std::size_t>(encoder->extradata_size));
  return sound;
}

/// The sound with a packet at each of these times.
void put_sound(const std::filesystem::path& path, const Sound& sound,
               const std::vector<std::int64_t>& times) {
  PacketFile file(path);
  AVCodecParameters& parameters = file.parameters();
  parameters.codec_type = AVMEDIA_TYPE_AUDIO;
  parameters.codec_id = AV_CODEC_ID_AAC;
  parameters.sample_rate = 48000;
  parameters.frame_size = 1024;
  av_channel_layout_default(&parameters.ch_layout, 1);
  parameters.extradata =
      static_cast<std::uint8_t*>(av_mallocz(sound.extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  parameters.extradata_size = static_cast<int>(sound.extradata.size());
  std::copy(sound.extradata.begin(), sound.extradata.end(), parameters.extradata);
  file.begin();
  for (std::size_t i = 0; i < times.size(); ++i) {
    file.add(sound.packets.at(i), times[i], 21);
  }
  file.end();
}

/// Sets the time of a block of the file back, which no muxer writes.
void set_back(const std::filesystem::path& path, const std::string& payload, int from, int to) {
  std::string bytes = read_file(path);
  const std::size_t at = bytes.find(payload);
  ASSERT_NE(at, std::string::npos);
  ASSERT_EQ((static_cast<unsigned char>(bytes[at - 3]) << 8) + static_cast<unsigned char>(bytes[at - 2]),
            from);
  bytes[at - 3] = static_cast<char>(to >> 8);
  bytes[at - 2] = static_cast<char>(to & 0xff);
  put_file(path, bytes);
}

/// A video with the sound of that file: the times of its sound packets, in samples.
std::vector<std::int64_t> written_with(const TemporaryFolder& folder, const char* sound) {
  VideoWriterOptions options;
  options.width = 64;
  options.height = 48;
  options.audio_from = folder / sound;
  VideoWriter writer(folder / "out.mp4", options);
  for (int i = 0; i < 15; ++i) {
    writer.write(test_picture(64, 48, i).view());
  }
  writer.finish();
  const av::Input input = av::open_input(folder / "out.mp4");
  const int index = must(av_find_best_stream(input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0), "sound");
  std::vector<std::int64_t> times;
  const av::Packet packet = av::make_packet();
  while (av_read_frame(input.get(), packet.get()) >= 0) {
    if (packet->stream_index == index) {
      times.push_back(packet->dts);
    }
    av_packet_unref(packet.get());
  }
  return times;
}

TEST(VideoPackets, SoundWhoseTimesStandStillOrFallIsCopiedInItsOrder) {
  const TemporaryFolder folder;
  const Sound sound = half_a_second();
  ASSERT_GE(sound.packets.size(), 20U);
  put_sound(folder / "still.mka", sound, {0, 21, 21, 21, 85, 107, 128, 149, 171, 192});
  std::vector<std::int64_t> times = written_with(folder, "still.mka");
  EXPECT_EQ(times.size(), 10U);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));

  put_sound(folder / "falling.mka", sound, {0, 21, 43, 64, 85, 107, 128, 149, 171, 192});
  set_back(folder / "falling.mka", sound.packets[5], 107, 30);
  times = written_with(folder, "falling.mka");
  EXPECT_EQ(times.size(), 10U);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
}

}  // namespace
}  // namespace ffbench

#endif
