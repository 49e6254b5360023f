// Sound that changes its form in mid-stream, through the writer.
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/system/atomic_file.hpp"
#include "datasets/video/av_support.hpp"
#include "datasets/video/video_writer.hpp"
#include "tests/datasets/video_test_support.hpp"

#if FFBENCH_WITH_FFMPEG

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
}

namespace ffbench {
namespace {

using testing_support::put_file;
using testing_support::TemporaryFolder;
using testing_support::test_picture;

/// A second of sound: a tone of amplitude 0.5 in the channels of `loud`, silence in the others.
struct Part {
  int rate;
  int channels;
  std::vector<int> loud;
};

void must(int code, const char* what) {
  if (code < 0) {
    throw std::runtime_error(std::string(what) + ": " + av::text_of(code));
  }
}

av::Frame block_of(const AVCodecContext& encoder, const Part& part, int first) {
  av::Frame frame = av::make_frame();
  frame->format = encoder.sample_fmt;
  frame->sample_rate = encoder.sample_rate;
  frame->nb_samples = encoder.frame_size;
  frame->pts = first;
  av_channel_layout_copy(&frame->ch_layout, &encoder.ch_layout);
  must(av_frame_get_buffer(frame.get(), 0), "buffer");
  for (int c = 0; c < part.channels; ++c) {
    auto* const samples = reinterpret_cast<float*>(frame->extended_data[c]);
    const bool loud = std::find(part.loud.begin(), part.loud.end(), c) != part.loud.end();
    for (int i = 0; i < frame->nb_samples; ++i) {
      const double phase = 2 * std::numbers::pi * 440 * (first + i) / part.rate;
      samples[i] = loud ? static_cast<float>(0.5 * std::sin(phase)) : 0.0F;
    }
  }
  return frame;
}

/// AAC in LATM, which repeats its form in every packet and which no container of the writer
/// holds. Returns its seconds: the encoder adds silence before the part and fills the last block.
double put_latm(const std::filesystem::path& path, const Part& part) {
  av::silence_log();
  const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  const av::CodecContext encoder(avcodec_alloc_context3(codec));
  encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
  encoder->sample_rate = part.rate;
  encoder->bit_rate = 128000LL * part.channels;
  encoder->time_base = {1, part.rate};
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av_channel_layout_default(&encoder->ch_layout, part.channels);
  must(avcodec_open2(encoder.get(), codec, nullptr), "AAC");
  AVFormatContext* raw = nullptr;
  must(avformat_alloc_output_context2(&raw, nullptr, "latm", path.c_str()), "latm");
  const av::Output output(raw);
  must(avio_open(&raw->pb, path.c_str(), AVIO_FLAG_WRITE), "open");
  AVStream* const stream = avformat_new_stream(raw, nullptr);
  must(avcodec_parameters_from_context(stream->codecpar, encoder.get()), "parameters");
  must(avformat_write_header(raw, nullptr), "header");
  const av::Packet packet = av::make_packet();
  int packets = 0;
  for (int first = 0;; first += encoder->frame_size) {
    const bool ended = first >= part.rate;
    const av::Frame frame = ended ? nullptr : block_of(*encoder, part, first);
    must(avcodec_send_frame(encoder.get(), frame.get()), "encode");
    while (avcodec_receive_packet(encoder.get(), packet.get()) == 0) {
      must(av_write_frame(raw, packet.get()), "write");
      ++packets;
    }
    if (ended) {
      break;
    }
  }
  must(av_write_trailer(raw), "trailer");
  return static_cast<double>(packets) * encoder->frame_size / part.rate;
}

/// Sound without compression in Matroska, which MP4 does not hold: a tone of a second from each of
/// the `starts` (seconds), nothing in between.
void put_tones(const std::filesystem::path& path, const std::vector<double>& starts) {
  av::silence_log();
  constexpr int rate = 48000;
  constexpr int block = 4800;
  AVFormatContext* raw = nullptr;
  must(avformat_alloc_output_context2(&raw, nullptr, "matroska", path.c_str()), "matroska");
  const av::Output output(raw);
  must(avio_open(&raw->pb, path.c_str(), AVIO_FLAG_WRITE), "open");
  AVStream* const stream = avformat_new_stream(raw, nullptr);
  stream->codecpar->codec_type = AVMEDIA_TYPE_AUDIO;
  stream->codecpar->codec_id = AV_CODEC_ID_PCM_S16LE;
  stream->codecpar->format = AV_SAMPLE_FMT_S16;
  stream->codecpar->sample_rate = rate;
  av_channel_layout_default(&stream->codecpar->ch_layout, 1);
  must(avformat_write_header(raw, nullptr), "header");
  for (const double start : starts) {
    for (int first = 0; first < rate; first += block) {
      const av::Packet packet = av::make_packet();
      must(av_new_packet(packet.get(), 2 * block), "packet");
      auto* const samples = reinterpret_cast<std::int16_t*>(packet->data);
      for (int i = 0; i < block; ++i) {
        const double phase = 2 * std::numbers::pi * 440 * (first + i) / rate;
        samples[i] = static_cast<std::int16_t>(std::lround(16384 * std::sin(phase)));
      }
      packet->pts = packet->dts = std::llround(1000 * (start + static_cast<double>(first) / rate));
      must(av_write_frame(raw, packet.get()), "write");
    }
  }
  must(av_write_trailer(raw), "trailer");
}

/// The parts one after the other in one file. Returns its seconds.
double put_parts(const TemporaryFolder& folder, const char* name, const std::vector<Part>& parts) {
  std::string bytes;
  double seconds = 0;
  for (const Part& part : parts) {
    seconds += put_latm(folder / "part.latm", part);
    bytes += read_file(folder / "part.latm");
  }
  put_file(folder / name, bytes);
  return seconds;
}

/// The sound of a file, decoded.
struct Sound {
  int rate = 0;
  std::vector<std::vector<float>> channels;

  [[nodiscard]] double seconds() const { return static_cast<double>(channels.at(0).size()) / rate; }
  /// Root mean square between two times.
  [[nodiscard]] double loudness(std::size_t channel, double from, double to) const {
    const auto first = static_cast<std::size_t>(from * rate);
    const auto end = std::min(static_cast<std::size_t>(to * rate), channels.at(channel).size());
    double sum = 0;
    for (std::size_t i = first; i < end; ++i) {
      sum += static_cast<double>(channels[channel][i]) * static_cast<double>(channels[channel][i]);
    }
    return std::sqrt(sum / static_cast<double>(end - first));
  }
};

Sound sound_of(const std::filesystem::path& path) {
  const av::Input input = av::open_input(path);
  const int index = av_find_best_stream(input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  must(index, "sound stream");
  const AVCodecParameters& form = *input->streams[index]->codecpar;
  const AVCodec* const codec = avcodec_find_decoder(form.codec_id);
  const av::CodecContext decoder(avcodec_alloc_context3(codec));
  must(avcodec_parameters_to_context(decoder.get(), &form), "parameters");
  must(avcodec_open2(decoder.get(), codec, nullptr), "decoder");
  Sound sound;
  sound.rate = form.sample_rate;
  sound.channels.resize(static_cast<std::size_t>(form.ch_layout.nb_channels));
  const av::Packet packet = av::make_packet();
  const av::Frame frame = av::make_frame();
  for (bool ended = false; !ended;) {
    ended = av_read_frame(input.get(), packet.get()) < 0;
    if (!ended && packet->stream_index != index) {
      av_packet_unref(packet.get());
      continue;
    }
    must(avcodec_send_packet(decoder.get(), ended ? nullptr : packet.get()), "decode");
    av_packet_unref(packet.get());
    while (avcodec_receive_frame(decoder.get(), frame.get()) == 0) {
      for (std::size_t c = 0; c < sound.channels.size(); ++c) {
        const auto* const samples = reinterpret_cast<const float*>(frame->extended_data[c]);
        sound.channels[c].insert(sound.channels[c].end(), samples, samples + frame->nb_samples);
      }
    }
  }
  return sound;
}

/// A block of AAC at the lowest rate here.
constexpr double a_block = 1024. / 24000;

/// What becomes of the parts, one after the other, in a video of as many seconds.
Sound written(const std::vector<Part>& parts) {
  const TemporaryFolder folder;
  const double seconds = put_parts(folder, "sound.latm", parts);
  VideoWriterOptions options;
  options.width = 64;
  options.height = 48;
  options.audio_from = folder / "sound.latm";
  VideoWriter writer(folder / "a.mp4", options);
  for (std::size_t i = 0; i < 25 * parts.size(); ++i) {
    writer.write(test_picture(64, 48, static_cast<int>(i)).view());
  }
  writer.finish();
  EXPECT_THAT(writer.warnings(), testing::IsEmpty());
  Sound sound = sound_of(folder / "a.mp4");
  EXPECT_NEAR(sound.seconds(), seconds, a_block);
  return sound;
}

constexpr double loud = 0.5 / std::numbers::sqrt2;
constexpr double half_as_loud = loud / 2;

TEST(VideoSound, MonoThenStereoKeepsItsLengthAndBothChannels) {
  const Sound sound = written({{48000, 1, {0}}, {48000, 2, {1}}});
  EXPECT_EQ(sound.rate, 48000);
  ASSERT_EQ(sound.channels.size(), 2U);
  EXPECT_NEAR(sound.loudness(0, 0.2, 0.8), sound.loudness(1, 0.2, 0.8), 0.01);
  EXPECT_GT(sound.loudness(0, 0.2, 0.8), half_as_loud);
  EXPECT_NEAR(sound.loudness(0, 1.2, 1.8), 0, 0.01);
  EXPECT_NEAR(sound.loudness(1, 1.2, 1.8), loud, 0.02);
}

TEST(VideoSound, StereoThenMonoThenStereoKeepsItsLengthAndBothChannels) {
  const Sound sound = written({{48000, 2, {0}}, {48000, 1, {0}}, {48000, 2, {1}}});
  ASSERT_EQ(sound.channels.size(), 2U);
  EXPECT_NEAR(sound.loudness(0, 0.2, 0.8), loud, 0.02);
  EXPECT_NEAR(sound.loudness(1, 0.2, 0.8), 0, 0.01);
  EXPECT_NEAR(sound.loudness(0, 1.2, 1.8), sound.loudness(1, 1.2, 1.8), 0.01);
  EXPECT_GT(sound.loudness(0, 1.2, 1.8), half_as_loud);
  EXPECT_NEAR(sound.loudness(0, 2.2, 2.8), 0, 0.01);
  EXPECT_NEAR(sound.loudness(1, 2.2, 2.8), loud, 0.02);
}

TEST(VideoSound, AnotherRateInMidStreamKeepsItsLength) {
  const Sound sound = written({{24000, 2, {0, 1}}, {48000, 2, {1}}, {32000, 2, {0}}});
  EXPECT_EQ(sound.rate, 48000);
  ASSERT_EQ(sound.channels.size(), 2U);
  EXPECT_NEAR(sound.loudness(0, 0.2, 0.8), loud, 0.02);
  EXPECT_NEAR(sound.loudness(0, 1.2, 1.8), 0, 0.01);
  EXPECT_NEAR(sound.loudness(1, 1.2, 1.8), loud, 0.02);
  EXPECT_NEAR(sound.loudness(0, 2.2, 2.8), loud, 0.02);
}

TEST(VideoSound, MonoStaysMono) {
  const Sound sound = written({{44100, 1, {0}}});
  EXPECT_EQ(sound.rate, 44100);
  EXPECT_EQ(sound.channels.size(), 1U);
  EXPECT_NEAR(sound.loudness(0, 0.2, 0.8), loud, 0.02);
}

/// What becomes of tones in a video of five seconds.
Sound written_tones(const std::vector<double>& starts) {
  const TemporaryFolder folder;
  put_tones(folder / "sound.mka", starts);
  VideoWriterOptions options;
  options.width = 64;
  options.height = 48;
  options.audio_from = folder / "sound.mka";
  VideoWriter writer(folder / "a.mp4", options);
  for (int i = 0; i < 125; ++i) {
    writer.write(test_picture(64, 48, i).view());
  }
  writer.finish();
  return sound_of(folder / "a.mp4");
}

TEST(VideoSound, AGapOfTheSourceStaysAsSilence) {
  const Sound sound = written_tones({0, 2.5, 3.5});
  EXPECT_NEAR(sound.seconds(), 4.5, 0.1);
  EXPECT_NEAR(sound.loudness(0, 0.1, 0.9), loud, 0.02);
  EXPECT_NEAR(sound.loudness(0, 1.1, 2.4), 0, 0.01);
  EXPECT_NEAR(sound.loudness(0, 2.6, 3.4), loud, 0.02) << "what follows the gap is moved";
  EXPECT_NEAR(sound.loudness(0, 3.6, 4.4), loud, 0.02);
}

TEST(VideoSound, AStepOfTheSourcesClockIsNotAGap) {
  const Sound sound = written_tones({0, 100000, 100002});
  EXPECT_NEAR(sound.seconds(), 4, 0.1);
  EXPECT_NEAR(sound.loudness(0, 0.1, 0.9), loud, 0.02);
  EXPECT_NEAR(sound.loudness(0, 1.1, 1.9), loud, 0.02);
  EXPECT_NEAR(sound.loudness(0, 2.1, 2.9), 0, 0.01);
  EXPECT_NEAR(sound.loudness(0, 3.1, 3.9), loud, 0.02);
}

TEST(VideoSound, ChannelsThatCannotBeMixedAreRefusedInOneLineThatNamesTheFile) {
  const TemporaryFolder folder;
  const auto number = [](std::uint32_t v, int bytes) {
    std::string s;
    for (int i = 0; i < bytes; ++i) {
      s += static_cast<char>((v >> (8 * i)) & 0xff);
    }
    return s;
  };
  // A WAV file of nine channels, of which it does not say what they are.
  const std::string samples(18UL * 8000, '\1');
  const auto size = static_cast<std::uint32_t>(samples.size());
  put_file(folder / "nine.wav", "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) +
                                    number(9, 2) + number(8000, 4) + number(144000, 4) + number(18, 2) +
                                    number(16, 2) + "data" + number(size, 4) + samples);
  VideoWriterOptions options;
  options.width = 64;
  options.height = 48;
  options.audio_from = folder / "nine.wav";
  const std::string message = testing_support::error_of([&] {
    VideoWriter writer(folder / "a.mp4", options);
    writer.write(test_picture(64, 48, 0).view());
    writer.finish();
  });
  EXPECT_THAT(message, testing::StartsWith((folder / "nine.wav").string() + ": sound stream 0: "));
  EXPECT_THAT(message, testing::HasSubstr("8000 Hz, 9 channels, s16"));
  EXPECT_EQ(folder.files(), 1) << "a temporary file is left";
}

}  // namespace
}  // namespace ffbench

#endif
