#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/gain_update.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;

/// Frames whose ratios, three each, are computed at once.
constexpr int steps_at_a_time = 85;

/// A block updates one face. Its threads compute the ratios of many frames in parallel, then one
/// thread per channel goes through the frames in order, then all threads fill the tables.
__global__ void __launch_bounds__(threads)
    gain_update_kernel(const GainTrack* __restrict__ tracks, GainLimits limits,
                       LinearLightPointers linear_light) {
  __shared__ std::int64_t ratios[3 * steps_at_a_time];
  __shared__ std::int64_t gains[3 * steps_at_a_time];
  const GainTrack track = fetch(tracks + blockIdx.x);
  const std::int64_t linear = linear_light.linear[threadIdx.x];
  wait_for_previous();
  const int channel = static_cast<int>(threadIdx.x) % 3;
  const int at = static_cast<int>(threadIdx.x) / 3;
  std::int64_t gain = 0;
  if (threadIdx.x < 3 && track.count > 0) {
    gain = track.state[threadIdx.x];
  }
  for (int begin = 0; begin < track.count; begin += steps_at_a_time) {
    const int here = min(track.count - begin, steps_at_a_time);
    if (at < here) {
      const GainStep step = track.steps[begin + at];
      ratios[threadIdx.x] = gain_ratio(step.target[channel], step.swapped[channel], limits);
    }
    __syncthreads();
    if (at < here) {
      track.steps[begin + at].target[channel] = 0;
    }
    if (threadIdx.x < 3) {
      for (int i = 0; i < here; ++i) {
        const GainStep& step = track.steps[begin + i];
        const std::int64_t ratio = ratios[3 * i + channel];
        if (step.first != 0) {
          gain = ratio;
        } else if (step.hold == 0) {
          gain = low_passed(gain, ratio, limits);
        }
        gains[3 * i + channel] = quantised_gain(gain);
      }
    }
    __syncthreads();
#pragma unroll 4
    for (int i = 0; i < 3 * here; ++i) {
      track.steps[begin + i / 3].tables[256 * (i % 3) + threadIdx.x] =
          gain_entry(linear, gains[i], linear_light.code_of);
    }
    __syncthreads();
  }
  if (threadIdx.x < 3 && track.count > 0) {
    track.state[threadIdx.x] = gain;
  }
}

const Kernel kernel{"gain-update", "gain_update_kernel", gain_update_kernel};

}  // namespace

void gain_update(const GainTrack* tracks, int count, const GainLimits& limits,
                 const LinearLightPointers& linear_light, StreamHandle stream) {
  kernel(dim3(count), threads, 0, stream, tracks, limits, linear_light);
}

}  // namespace ffbench::cuda
