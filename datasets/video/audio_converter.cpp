#include "datasets/video/audio_converter.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mem.h>
}

#include <array>
#include <memory>
#include <new>

#include "core/error.hpp"

namespace ffbench::av {
namespace {

struct FreeMemory {
  void operator()(void* p) const noexcept { av_free(p); }
};
struct FreeInOut {
  void operator()(AVFilterInOut* p) const noexcept { avfilter_inout_free(&p); }
};

[[noreturn]] void cannot_convert(const AVFrame& form, int code) {
  const char* const samples = av_get_sample_fmt_name(static_cast<AVSampleFormat>(form.format));
  fail("its sound ({} Hz, {} channels, {}) cannot be converted for AAC: {}", form.sample_rate,
       form.ch_layout.nb_channels, samples == nullptr ? "unknown samples" : samples, text_of(code));
}

std::unique_ptr<AVFilterInOut, FreeInOut> open_end(const char* name, AVFilterContext* filter) {
  std::unique_ptr<AVFilterInOut, FreeInOut> end(avfilter_inout_alloc());
  if (!end) {
    throw std::bad_alloc();
  }
  end->name = av_strdup(name);
  end->filter_ctx = filter;
  return end;
}

std::string layout_name(const AVChannelLayout& layout) {
  std::array<char, 256> name{};
  av_channel_layout_describe(&layout, name.data(), name.size());
  return name.data();
}

void copy_form(const AVFrame& from, AVFrame& to) {
  to.format = from.format;
  to.sample_rate = from.sample_rate;
  if (av_channel_layout_copy(&to.ch_layout, &from.ch_layout) < 0) {
    throw std::bad_alloc();
  }
}

bool same_form(const AVFrame& a, const AVFrame& b) {
  return a.format == b.format && a.sample_rate == b.sample_rate &&
         av_channel_layout_compare(&a.ch_layout, &b.ch_layout) == 0;
}

}  // namespace

AudioConverter::Chain AudioConverter::make_chain(const AVFrame& form, const std::string& filters) {
  Chain chain;
  chain.graph.reset(avfilter_graph_alloc());
  const std::unique_ptr<AVBufferSrcParameters, FreeMemory> taken(av_buffersrc_parameters_alloc());
  if (!chain.graph || !taken) {
    throw std::bad_alloc();
  }
  AVFilterGraph* graph = chain.graph.get();
  graph->nb_threads = 1;
  chain.source = avfilter_graph_alloc_filter(graph, avfilter_get_by_name("abuffer"), "in");
  chain.sink = avfilter_graph_alloc_filter(graph, avfilter_get_by_name("abuffersink"), "out");
  if (chain.source == nullptr || chain.sink == nullptr) {
    throw std::bad_alloc();
  }
  taken->format = form.format;
  taken->sample_rate = form.sample_rate;
  taken->ch_layout = form.ch_layout;  // copied by the next call
  taken->time_base = {1, form.sample_rate};
  int code = av_buffersrc_parameters_set(chain.source, taken.get());
  code = code < 0 ? code : avfilter_init_str(chain.source, nullptr);
  code = code < 0 ? code : avfilter_init_str(chain.sink, nullptr);
  if (code >= 0) {
    AVFilterInOut* from = open_end("in", chain.source).release();
    AVFilterInOut* to = open_end("out", chain.sink).release();
    code = avfilter_graph_parse_ptr(graph, filters.c_str(), &to, &from, nullptr);
    avfilter_inout_free(&from);
    avfilter_inout_free(&to);
  }
  code = code < 0 ? code : avfilter_graph_config(graph, nullptr);
  if (code < 0) {
    cannot_convert(form, code);
  }
  return chain;
}

AudioConverter::AudioConverter(const AVCodecContext& encoder)
    : conversion_(fmt::format("aresample,aformat=sample_fmts={}:sample_rates={}:channel_layouts={}",
                              av_get_sample_fmt_name(encoder.sample_fmt), encoder.sample_rate,
                              layout_name(encoder.ch_layout))),
      form_(make_frame()),
      converted_(make_frame()) {
  const Frame blocks = make_frame();
  blocks->format = encoder.sample_fmt;
  blocks->sample_rate = encoder.sample_rate;
  if (av_channel_layout_copy(&blocks->ch_layout, &encoder.ch_layout) < 0) {
    throw std::bad_alloc();
  }
  blocks_ = make_chain(*blocks, fmt::format("asetnsamples=n={}:p=0", encoder.frame_size));
}

void AudioConverter::add(AVFrame& frame) {
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&frame.ch_layout, frame.ch_layout.nb_channels);
  }
  // Blocks are counted in samples; what the file says of time is not the filters' concern.
  frame.pts = AV_NOPTS_VALUE;
  if (!conversion_chain_.graph || !same_form(frame, *form_)) {
    if (conversion_chain_.graph) {
      // The resampler holds back a few samples of the form before.
      put(conversion_chain_, nullptr);
      drain_conversion();
    }
    copy_form(frame, *form_);
    conversion_chain_ = make_chain(*form_, conversion_);
  }
  put(conversion_chain_, &frame);
  drain_conversion();
}

void AudioConverter::put(const Chain& chain, AVFrame* frame) const {
  if (const int taken = av_buffersrc_add_frame(chain.source, frame); taken < 0) {
    cannot_convert(*form_, taken);
  }
}

void AudioConverter::drain_conversion() {
  while (av_buffersink_get_frame(conversion_chain_.sink, converted_.get()) >= 0) {
    converted_->pts = AV_NOPTS_VALUE;
    put(blocks_, converted_.get());
  }
}

void AudioConverter::finish() {
  if (conversion_chain_.graph) {
    put(conversion_chain_, nullptr);
    drain_conversion();
  }
  put(blocks_, nullptr);
}

bool AudioConverter::next(AVFrame& block) {
  if (av_buffersink_get_frame(blocks_.sink, &block) < 0) {
    return false;
  }
  block.pts = AV_NOPTS_VALUE;
  return true;
}

}  // namespace ffbench::av
