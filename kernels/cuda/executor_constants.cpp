#include "kernels/cuda/executor_constants.hpp"

#include <algorithm>
#include <vector>

#include "kernels/cuda/box_mask_profile.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/preset_parameters.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "kernels/cuda/warp_antialiased_table.hpp"

namespace ffbench::cuda {

ExecutorConstants::ExecutorConstants(const ExecutorOptions& options)
    : crop_size(options.crop_size),
      swap(options.swap),
      preset(options.preset),
      band(seam_band(options.preset)),
      limits(gain_limits(options.preset)) {
  const auto side = static_cast<std::size_t>(crop_size);
  const int n = crop_size;
  const Stream stream;
  const auto upload = [&stream](const DeviceBuffer& to, const void* from, std::size_t bytes) {
    check(cudaMemcpyAsync(to.data(), from, bytes, cudaMemcpyHostToDevice, stream.get()),
          "copying tables to the device");
    stream.synchronize();
  };

  const MaskPadding& padding = preset.mask_padding;
  const auto across = box_profile(n, preset.mask_blur, padding.left, padding.right);
  const auto down = box_profile(n, preset.mask_blur, padding.top, padding.bottom);
  box_ = DeviceBuffer(side * side);
  const DeviceBuffer profiles(2 * side * sizeof(std::uint32_t));
  const DeviceBuffer item(std::max(sizeof(BoxMaskItem), sizeof(GainStatisticsItem)));
  std::vector<std::uint32_t> both = across;
  both.insert(both.end(), down.begin(), down.end());
  upload(profiles, both.data(), both.size() * sizeof(std::uint32_t));
  const BoxMaskItem box_item{box(), profiles.as<std::uint32_t>(), profiles.as<std::uint32_t>() + side};
  upload(item, &box_item, sizeof box_item);
  stage_kernels.box_mask(item.as<BoxMaskItem>(), 1, n, n, stream.get());
  stream.synchronize();

  if (preset.antialias) {
    const std::vector<float>& weights = antialias_table().weights();
    antialias_weights_ = DeviceBuffer(weights.size() * sizeof(float));
    upload(antialias_weights_, weights.data(), weights.size() * sizeof(float));
  }

  source_sums_ = DeviceBuffer(3 * sizeof(unsigned long long));
  check(cudaMemsetAsync(source_sums_.data(), 0, source_sums_.size(), stream.get()), "clearing device memory");
  if (swap == SwapKind::source) {
    source_ = DeviceBuffer(3 * side * side);
    upload(source_, options.source_crop.data(), options.source_crop.size_bytes());
    const GainStatisticsItem statistics{{source_.data(), n, n, 3LL * n},
                                        source_sums_.as<unsigned long long>()};
    upload(item, &statistics, sizeof statistics);
    stage_kernels.gain_statistics(item.as<GainStatisticsItem>(), 1, n, linear_light(), stream.get());
    stream.synchronize();
  }
}

}  // namespace ffbench::cuda
