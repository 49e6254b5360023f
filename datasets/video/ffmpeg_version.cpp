extern "C" {
#include <libavutil/avutil.h>
}

#include "datasets/video/video_clip.hpp"

namespace ffbench {

std::string ffmpeg_version() { return av_version_info(); }

}  // namespace ffbench
