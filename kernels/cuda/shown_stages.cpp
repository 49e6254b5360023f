#include "kernels/cuda/shown_stages.hpp"

#include <vector>

#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/error.hpp"

namespace ffbench::cuda {

void show_stages(int first, const Slot& slot, const ExecutorOptions& options, StageObserver& observer) {
  const int n = options.crop_size;
  BgrImage crop(n, n);
  MaskImage mask(n, n);
  BgrImage frame;
  const auto side = static_cast<std::size_t>(n);
  const auto pitch = static_cast<std::size_t>(packed_pitch(n));
  std::vector<std::uint32_t> packed(pitch * side);
  const auto fetch = [&slot](void* to, const void* from, std::size_t bytes) {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, slot.stream.get()),
          "copying a stage from the device");
    slot.stream.synchronize();
  };
  std::size_t next_face = 0;
  for (std::size_t t = 0; t < slot.tasks.size(); ++t) {
    const int index = first + static_cast<int>(t);
    for (const FacePlan& face : slot.tasks[t].plan->faces) {
      const auto at = static_cast<int>(next_face++);
      const auto show_crop = [&](Stage stage, const BgrImage& image) {
        observer.image(index, face.face_id, stage, image.data(), n, n, 3, 3 * std::ptrdiff_t{n});
      };
      const auto show_mask = [&](Stage stage) {
        observer.image(index, face.face_id, stage, mask.data(), n, n, 1, n);
      };
      fetch(crop.data(), slot.memory.warped(at), crop.size_bytes());
      show_crop(Stage::warp, crop);
      if (options.swap == SwapKind::model) {
        fetch(crop.data(), slot.memory.swapped(at), crop.size_bytes());
      }
      show_crop(Stage::swap, options.swap == SwapKind::source ? options.source_crop : crop);
      fetch(packed.data(), slot.memory.packed(at), 4 * packed.size());
      for (std::size_t k = 0; k < side * side; ++k) {
        for (unsigned c = 0; c < 3; ++c) {
          crop.data()[3 * k + c] = static_cast<std::uint8_t>(packed[k / side * pitch + k % side] >> (8 * c));
        }
      }
      show_crop(Stage::gains, crop);
      fetch(mask.data(), slot.memory.mask(at), mask.size_bytes());
      show_mask(Stage::mask);
      for (std::size_t k = 0; k < side * side; ++k) {
        mask.data()[k] = static_cast<std::uint8_t>(packed[k / side * pitch + k % side] >> 24);
      }
      show_mask(Stage::hysteresis);
    }
    BgrView output = slot.tasks[t].output;
    if (slot.on_device) {
      frame.resize(output.width, output.height);
      check(cudaMemcpy2DAsync(frame.data(), output.row_bytes(), output.data,
                              static_cast<std::size_t>(output.stride_bytes), output.row_bytes(),
                              static_cast<std::size_t>(output.height), cudaMemcpyDeviceToHost,
                              slot.stream.get()),
            "copying a stage from the device");
      slot.stream.synchronize();
      output = frame.view();
    }
    observer.image(index, -1, Stage::composite, output.data, output.width, output.height, 3,
                   output.stride_bytes);
  }
}

}  // namespace ffbench::cuda
