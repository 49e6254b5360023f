// The video reader: every frame of whatever decodes, in order, then the first again.

#include "datasets/video/video_clip.hpp"
#include "tests/fuzz/file_in_memory.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  const fuzz::FileInMemory file(data, size);
  if (!file.written()) {
    return -1;
  }
  fuzz::accepts(
      [&file](std::string_view) {
        VideoClip clip(file.path());
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
  return 0;
}
