#pragma once

#include <cstdint>
#include <string>

#include "datasets/video/av_support.hpp"

struct AVFilterContext;

namespace ffbench::av {

/// Brings sound of any form into the blocks that an encoder takes, by libavfilter. The form of what
/// comes in (rate, channel layout, sample format) may change from frame to frame.
class AudioConverter {
 public:
  /// The form of the blocks is that of `encoder` (its sample_fmt, sample_rate, ch_layout, all set);
  /// they have `frame_size` samples, which must be above 0. `encoder` is not used afterwards.
  explicit AudioConverter(const AVCodecContext& encoder);

  /// Takes the samples of `frame` and leaves it empty. Throws `Error` where there is no way from
  /// its form to that of the blocks.
  void add(AVFrame& frame);
  /// No more frames come.
  void finish();
  /// The next block, without a timestamp; false where more frames are needed. After `finish` comes
  /// all the rest; only the last block may be shorter.
  bool next(AVFrame& block);

 private:
  /// A filter graph with one way in and one way out.
  struct Chain {
    FilterGraph graph;
    AVFilterContext* source = nullptr;
    AVFilterContext* sink = nullptr;
  };
  static Chain make_chain(const AVFrame& form, const std::string& filters);
  /// Puts a frame, or null at the end, into a chain; the frame is left empty.
  void put(const Chain& chain, AVFrame* frame) const;
  void drain_conversion();

  std::string conversion_;  ///< filters from any form to that of the blocks
  Frame form_;              ///< without samples: the form that `conversion_chain_` takes
  Frame converted_;
  Chain conversion_chain_;  ///< replaced when the form changes; none before the first frame
  Chain blocks_;            ///< cuts the converted samples into blocks, across changes of the form
};

}  // namespace ffbench::av
