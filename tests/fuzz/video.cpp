// The video reader: every frame of whatever decodes, in order, then the first again.

#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "datasets/video/video_clip.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  // A file in memory that has a name.
  const int file = ::memfd_create("fuzz", MFD_CLOEXEC);
  if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) {
    return -1;
  }
  fuzz::accepts(
      [file](std::string_view) {
        VideoClip clip("/proc/self/fd/" + std::to_string(file));
        // Damage in a header can claim any size; what a frame of it takes is not what is tried
        // here.
        constexpr int largest = 1 << 12;
        if (clip.width() > largest || clip.height() > largest) {
          return;
        }
        BgrImage frame(clip.width(), clip.height());
        for (int t = 0; t < clip.frame_count(); ++t) {
          clip.read(t, frame.view());
        }
        clip.read(0, frame.view());
      },
      data, size);
  ::close(file);
  return 0;
}
