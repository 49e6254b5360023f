#include "kernels/cpu/gain_statistics.hpp"

#include <fmt/core.h>

#include "harness/operators/crop_cases.hpp"
#include "harness/operators/device_session.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "reference/gain_statistics.hpp"

namespace ffbench::operators {
namespace {

/// A crop whose statistics are taken.
struct Inputs {
  Plane crop;
  Plane sums;

  std::vector<Plane*> planes() { return {&crop, &sums}; }
  std::vector<Plane*> outputs() { return {&sums}; }
  /// Every second pixel of every second row of the middle half, whole lines of the cache as they
  /// come.
  std::uint64_t bytes_moved() const { return crop.pixel_bytes() / 8; }
  std::string describe() const { return fmt::format("crop {}x{}", crop.width(), crop.height()); }
};

Inputs make(int width, int height, Content content, int padding, std::uint64_t seed) {
  return {Plane("crop", width, height, 3, padding, content, seed), Plane("sums", 24)};
}

std::function<void()> prepare(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    auto* sums = reinterpret_cast<unsigned long long*>(on(in.sums).data);
    const auto* item = on.put(cuda::GainStatisticsItem{on(in.crop), sums});
    return [&in, &on, item, sums] {
      on.clear(sums, 3 * sizeof *sums);
      cuda::stage_kernels.gain_statistics(item, 1, in.crop.height(), on.linear_light(), on.stream());
    };
  }
  return {};
}

/// The statistics as the executor takes them: of what a warp writes, here with a map that changes
/// nothing.
template <int Count, auto Warp = &cuda::StageKernels::warp>
std::function<void()> prepare_fused(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    auto* sums = reinterpret_cast<unsigned long long*>(on(in.sums).data);
    const cuda::Pixels crop = on(in.crop);
    const std::vector<std::uint8_t> room(static_cast<std::size_t>(3 * in.crop.width() * in.crop.height()) +
                                         16);
    const cuda::Pixels warped{on.put(room.data(), room.size()), crop.width, crop.height, 3LL * crop.width};
    const auto* items = on.put_last(cuda::WarpItem{crop, {1, 0, 0, 0, 1, 0}, warped, sums, {}, {}}, Count);
    return [&in, &on, items, sums] {
      on.clear(sums, 3 * sizeof *sums);
      (cuda::stage_kernels.*Warp)(items, Count, in.crop.width(), in.crop.height(), true, on.linear_light(),
                                  on.stream());
    };
  }
  return {};
}

}  // namespace

Operator gain_statistics_operator() {
  return make_operator<Inputs>(
      {"gain-statistics",
       "sums of linear light over the middle of a crop",
       {{"reference",
         [](Inputs& in) {
           const reference::LinearSums sums = reference::gain_statistics(in.crop.bgr());
           in.sums.assign(sums.data(), sizeof sums);
         }},
        {"cpu",
         [](Inputs& in) {
           const cpu::LinearSums sums = cpu::gain_statistics(in.crop.bgr());
           in.sums.assign(sums.data(), sizeof sums);
         }},
        on_cuda<Inputs>(prepare),
        on_cuda<Inputs>(prepare_fused<1>, "cuda:fused"),
        on_cuda<Inputs>(prepare_fused<4>, "cuda:fused-few"),
        on_cuda<Inputs>(prepare_fused<16>, "cuda:fused-batch"),
        on_cuda<Inputs>(prepare_fused<1, &cuda::StageKernels::warp_antialiased>, "cuda:antialiased"),
        on_cuda<Inputs>(prepare_fused<4, &cuda::StageKernels::warp_antialiased>, "cuda:antialiased-batch")},
       ""},
      crop_cases<Inputs>(make), [](std::uint64_t seed) { return random_crop(seed, make); });
}

}  // namespace ffbench::operators
