#include "datasets/video/video_clip.hpp"

extern "C" {
#include <libavutil/avutil.h>
}

namespace ffbench {

std::string ffmpeg_version() {
  return av_version_info();
}

}  // namespace ffbench
