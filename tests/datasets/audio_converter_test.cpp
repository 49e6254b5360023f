#include "datasets/video/audio_converter.hpp"

#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/datasets/video_test_support.hpp"

#if FFBENCH_WITH_FFMPEG

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
}

namespace ffbench::av {
namespace {

using testing::HasSubstr;
using testing_support::error_of;

constexpr int block_samples = 1024;

CodecContext stereo_encoder() {
  CodecContext encoder(avcodec_alloc_context3(nullptr));
  encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
  encoder->sample_rate = 48000;
  encoder->frame_size = block_samples;
  av_channel_layout_default(&encoder->ch_layout, 2);
  return encoder;
}

template <typename T>
void fill(AVFrame& frame, double value_of_left, double value_of_right, double one) {
  const bool planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) == 1;
  const int channels = frame.ch_layout.nb_channels;
  for (int i = 0; i < frame.nb_samples; ++i) {
    for (int c = 0; c < channels; ++c) {
      auto* const samples = reinterpret_cast<T*>(frame.extended_data[planar ? c : 0]);
      const double value = c == 0 ? value_of_left : value_of_right;
      samples[planar ? i : i * channels + c] = static_cast<T>(value * one);
    }
  }
}

/// Sound of the first channel at 0.25, the others at -0.5.
Frame sound(AVSampleFormat format, int rate, int channels, int samples) {
  Frame frame = make_frame();
  frame->format = format;
  frame->sample_rate = rate;
  frame->nb_samples = samples;
  av_channel_layout_default(&frame->ch_layout, channels);
  EXPECT_GE(av_frame_get_buffer(frame.get(), 0), 0);
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_S16:
      fill<std::int16_t>(*frame, 0.25, -0.5, 32768);
      break;
    case AV_SAMPLE_FMT_S32:
      fill<std::int32_t>(*frame, 0.25, -0.5, 2147483648.);
      break;
    case AV_SAMPLE_FMT_FLT:
      fill<float>(*frame, 0.25, -0.5, 1);
      break;
    default:
      fill<double>(*frame, 0.25, -0.5, 1);
      break;
  }
  return frame;
}

/// What comes out by the time no more blocks do. Each block but the last of all must be whole.
struct Collected {
  std::vector<float> left;
  std::vector<float> right;
  bool short_block = false;

  void take(AudioConverter& converter) {
    const Frame block = make_frame();
    while (converter.next(*block)) {
      EXPECT_FALSE(short_block) << "a block after a short one";
      EXPECT_EQ(block->format, AV_SAMPLE_FMT_FLTP);
      EXPECT_EQ(block->sample_rate, 48000);
      ASSERT_EQ(block->ch_layout.nb_channels, 2);
      EXPECT_LE(block->nb_samples, block_samples);
      short_block = block->nb_samples < block_samples;
      const auto append = [&](std::vector<float>& to, int channel) {
        const auto* const samples = reinterpret_cast<const float*>(block->extended_data[channel]);
        to.insert(to.end(), samples, samples + block->nb_samples);
      };
      append(left, 0);
      append(right, 1);
      av_frame_unref(block.get());
    }
  }
};

TEST(AudioConverter, PlanarAndPackedSamplesOfEveryKindMayFollowOneAnother) {
  AudioConverter converter(*stereo_encoder());
  Collected out;
  constexpr int samples = 700;
  int frames = 0;
  for (const AVSampleFormat format :
       {AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S16P, AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_S32P,
        AV_SAMPLE_FMT_S32, AV_SAMPLE_FMT_DBL, AV_SAMPLE_FMT_DBLP, AV_SAMPLE_FMT_S16}) {
    for (int again = 0; again < 2; ++again, ++frames) {
      converter.add(*sound(format, 48000, 2, samples));
      out.take(converter);
    }
  }
  converter.finish();
  out.take(converter);
  ASSERT_EQ(out.left.size(), static_cast<std::size_t>(frames * samples));
  EXPECT_TRUE(out.short_block);
  EXPECT_THAT(out.left, testing::Each(testing::FloatNear(0.25F, 1e-4F)));
  EXPECT_THAT(out.right, testing::Each(testing::FloatNear(-0.5F, 1e-4F)));
}

TEST(AudioConverter, EveryChannelCountAndRateMayFollowAnother) {
  AudioConverter converter(*stereo_encoder());
  Collected out;
  double seconds = 0;
  int changes = 0;
  for (const int channels : {2, 1, 6, 2, 8, 3, 2}) {
    for (const int rate : {48000, 8000, 96000}) {
      const int samples = rate / 10;
      converter.add(*sound(channels == 1 ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_FLTP, rate, channels, samples));
      out.take(converter);
      seconds += static_cast<double>(samples) / rate;
      ++changes;
    }
  }
  converter.finish();
  out.take(converter);
  // The resampler rounds each part to a sample.
  EXPECT_NEAR(static_cast<double>(out.left.size()), 48000 * seconds, changes);
  EXPECT_NEAR(out.left[2400], 0.25, 1e-4);
  EXPECT_NEAR(out.right[2400], -0.5, 1e-4);
  EXPECT_NEAR(out.left[out.left.size() - 2400], 0.25, 1e-3);
  EXPECT_NEAR(out.right[out.right.size() - 2400], -0.5, 1e-3);
}

TEST(AudioConverter, ChannelsWithoutALayoutAreTakenInTheirUsualOrder) {
  AudioConverter converter(*stereo_encoder());
  const Frame frame = sound(AV_SAMPLE_FMT_S16, 48000, 2, 100);
  frame->ch_layout.order = AV_CHANNEL_ORDER_UNSPEC;
  frame->ch_layout.u.mask = 0;
  converter.add(*frame);
  converter.finish();
  Collected out;
  out.take(converter);
  ASSERT_EQ(out.left.size(), 100U);
  EXPECT_NEAR(out.left[50], 0.25, 1e-4);
  EXPECT_NEAR(out.right[50], -0.5, 1e-4);
}

TEST(AudioConverter, RefusesSoundThatCannotBeMixedAndSaysItsForm) {
  AudioConverter converter(*stereo_encoder());
  converter.add(*sound(AV_SAMPLE_FMT_S16, 48000, 2, 100));
  EXPECT_THAT(error_of([&] { converter.add(*sound(AV_SAMPLE_FMT_S16, 48000, 9, 100)); }),
              HasSubstr("48000 Hz, 9 channels, s16"));
}

TEST(AudioConverter, NoSoundGivesNoBlock) {
  AudioConverter converter(*stereo_encoder());
  converter.finish();
  Collected out;
  out.take(converter);
  EXPECT_TRUE(out.left.empty());
}

}  // namespace
}  // namespace ffbench::av

#endif
