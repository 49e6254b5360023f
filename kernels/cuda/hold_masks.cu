#include "kernels/cuda/hold_masks.hpp"
#include "kernels/cuda/pack_tracks.cuh"

namespace ffbench::cuda {
namespace {

using namespace pack_tracks;

constexpr int groups = 4;

__global__ void __launch_bounds__(threads, blocks_of(groups))
    hold_masks_kernel(const PackTrack* __restrict__ tracks, int size, int band) {
  pack_track<true, groups, false>(tracks, size, band);
}

const Kernel kernel{"hold-masks", "hold_masks_kernel", hold_masks_kernel};

}  // namespace

void hold_masks(const PackTrack* tracks, int count, int size, int band, StreamHandle stream) {
  kernel(grid_of(size, groups * block_rows, count), threads, 0, stream, tracks, size, band);
}

}  // namespace ffbench::cuda
