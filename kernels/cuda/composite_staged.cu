#include "kernels/cuda/composite_footprint.cuh"
#include "kernels/cuda/composite_staged.hpp"
#include "kernels/cuda/composite_strip.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/staging.cuh"

namespace ffbench::cuda {
namespace {

/// Shared memory of a tile: its footprint in the crop, and the background that it is pasted over.
template <int Rows, int Chunks, int BackgroundPitch>
struct StageOf {
  static constexpr int crop_rows = Rows;
  static constexpr int crop_chunks = Chunks;
  static constexpr int crop_pitch = 16 * crop_chunks;
  static constexpr int background_pitch = BackgroundPitch;

  alignas(16) std::uint8_t crop[crop_rows * crop_pitch];
  alignas(16) std::uint8_t background[tile_side * background_pitch];
  SamplePoint rows[tile_side];
};

struct PackedStage : StageOf<37, 10, 128> {
  static constexpr int blocks = 22;
};
struct UnpackedStage : StageOf<unpacked_footprint_rows, unpacked_footprint_chunks, 112> {
  static constexpr int blocks = 24;
  alignas(16) std::uint32_t tables[table_words];
};

/// Reads the taps of a packed crop from global memory, for footprints that do not fit the stage.
struct DirectPackedTaps {
  PackedCrop crop;

  __device__ PackedTaps operator()(Floor x, Floor y) const {
    const auto biased = [](int floor) {
      return Floor{float_of(static_cast<std::uint32_t>(floor) + floor_bias)};
    };
    return load_taps(crop, packed_pitch(crop.width), biased(bordered(x, crop.width)),
                     biased(bordered(y, crop.height)));
  }
};

/// A lane's view of its tile.
template <typename Stage>
struct StagedTile {
  Stage& stage;
  SamplePoint column;   ///< of the lane's pixels
  std::uint8_t* pixel;  ///< the lane's first one, in the stage
  int width, height;    ///< of the crop
  bool beyond;          ///< some samples are not near the crop
};

enum class Pasted { nothing, something, unusable };

/// Pastes four rows of a tile. `unusable` where a weight is 0, which steps cannot express.
template <typename Weights, typename Stage, typename Taps>
__device__ __forceinline__ Pasted paste_rows(const StagedTile<Stage>& tile, const Taps& taps_at,
                                             const ScaledBand& band, int first) {
  constexpr bool steps = std::is_same_v<Weights, StepWeights>;
  PackedTaps taps[rows_at_a_time];
  Weights weights[rows_at_a_time];
  float alpha[rows_at_a_time];
  bool usable = true;
  bool clear = true;
  bool opaque = true;
#pragma unroll
  for (int i = 0; i < rows_at_a_time; ++i) {
    const SamplePoint at = sum(tile.column, tile.stage.rows[first + i]);
    const Floor x = floor_of(at.x);
    const Floor y = floor_of(at.y);
    taps[i] = taps_at(x, y);
    weights[i] = Weights(at, x, y);
    usable &= weights[i].usable();
    alpha[i] = weights[i].mask(taps[i]);
  }
  if (steps && !__all_sync(all_lanes, usable)) {
    return Pasted::unusable;
  }
  if (tile.beyond) {
#pragma unroll
    for (int i = 0; i < rows_at_a_time; ++i) {
      if (!near_crop(sum(tile.column, tile.stage.rows[first + i]), tile.width, tile.height)) {
        alpha[i] = 0;
        weights[i] = {};  // they may be NaN
      }
    }
  }
#pragma unroll
  for (const float a : alpha) {
    clear &= a == 0.0F;
    opaque &= a == 255.0F * unit;
  }
  if (__all_sync(all_lanes, clear)) {
    return Pasted::nothing;
  }
  std::uint8_t* const pixels = tile.pixel + first * Stage::background_pitch;
  const auto paste = [&](auto blend) {
#pragma unroll
    for (int i = 0; i < rows_at_a_time; ++i) {
      std::uint8_t* pixel = pixels + i * Stage::background_pitch;
      const Colour v = weights[i].colour(taps[i]);
      const auto channel = [&](int k, float value) {
        const float below = float_of(pixel[k]);
        pixel[k] = static_cast<std::uint8_t>(bits_of(add(blend(below, value, i), rounding)));
      };
      channel(0, v.b);
      channel(1, v.g);
      channel(2, v.r);
    }
  };
  if (steps && band.opaque_replaces && __all_sync(all_lanes, opaque)) {
    paste([](float below, float value, int) { return replace_raw(below, value); });
  } else {
#pragma unroll
    for (float& a : alpha) {
      a = weight_of(band, a);
    }
    paste([&alpha](float below, float value, int i) { return blend_raw(below, value, alpha[i]); });
  }
  return Pasted::something;
}

/// Pastes all rows of a tile.
template <typename Stage, typename Taps, typename Store>
__device__ __forceinline__ void paste_tile(const StagedTile<Stage>& tile, const Taps& taps,
                                           const ScaledBand& band, bool steps, int below, Store store) {
#pragma unroll 1
  for (int first = 0; first < below; first += rows_at_a_time) {
    Pasted pasted = Pasted::unusable;
    if (steps) {
      pasted = paste_rows<StepWeights>(tile, taps, band, first);
    }
    if (pasted == Pasted::unusable) {
      pasted = paste_rows<FreeWeights>(tile, taps, band, first);
    }
    if (pasted == Pasted::something) {
      __syncwarp();
      store(first * Stage::background_pitch, below - first);
    }
    store.move_down();
  }
}

/// Starts the copy of the background: `bytes` of each row, eight lanes a row. `from` lies in the
/// lane's row, and is aligned to 16 bytes.
template <typename Stage>
__device__ __forceinline__ void stage_background(Stage& stage, const std::uint8_t* from, int stride,
                                                 int bytes, int below) {
  static_assert(Stage::background_pitch <= 8 * 16);
  const int lane = static_cast<int>(threadIdx.x & 31U);
  const int offset = 16 * (lane & 7);
  const int rows = offset < bytes ? below - lane / 8 : 0;
  std::uint8_t* to = stage.background + lane / 8 * Stage::background_pitch + offset;
  from += offset;
#pragma unroll
  for (int first = 0; first < tile_side; first += rows_at_a_time) {
    if (first < rows) {
      __pipeline_memcpy_async(to + first * Stage::background_pitch, from, sizeof(uint4));
    }
    from += rows_at_a_time * stride;
  }
}

// For both kinds of crop: `stage_crop` starts copies, `finish_crop` waits for them and packs what
// has to be packed, and `direct_taps` reads footprints that do not fit.

__device__ __forceinline__ void stage_crop(PackedStage& stage, const PackedCrop& crop,
                                           const Footprint& footprint, bool fits) {
  if (fits) {
    const int pitch = packed_pitch(crop.width);
    stage_rows<PackedStage::crop_pitch>(
        stage.crop,
        reinterpret_cast<const std::uint8_t*>(as_global(crop.words) +
                                              (footprint.first_row * pitch + footprint.first_column)),
        4 * pitch, footprint.rows, footprint.chunks);
  }
}
__device__ __forceinline__ void finish_crop(PackedStage&, const PackedCrop&, const Footprint&, bool) {
  wait_for_stage();
}
__device__ __forceinline__ DirectPackedTaps direct_taps(const PackedStage&, const PackedCrop& crop) {
  return {crop};
}

__device__ __forceinline__ void stage_crop(UnpackedStage& stage, const UnpackedCrop& crop, const Footprint&,
                                           bool) {
  const int lane = static_cast<int>(threadIdx.x);
  if (crop.tables == nullptr) {
    for (int word = lane; word < table_words; word += 32) {
      stage.tables[word] = identity_word(static_cast<unsigned>(word));
    }
    return;
  }
  constexpr int chunks = table_words / 4;
#pragma unroll
  for (int first = 0; first < chunks; first += 32) {
    if (first + lane < chunks) {
      __pipeline_memcpy_async(stage.tables + 4 * (first + lane), as_global(crop.tables) + 16 * (first + lane),
                              sizeof(uint4));
    }
  }
}

/// Rows that a warp packs at once, eight lanes a row.
constexpr int rows_packed_at_once = 4;
/// Passes for a footprint inside the crop.
constexpr int inner_passes = 7;

/// Packs a footprint inside the crop, with all rows and columns that there is room for.
__device__ __forceinline__ void pack_inner(UnpackedStage& stage, const UnpackedCrop& crop,
                                           const Footprint& footprint) {
  const int lane = static_cast<int>(threadIdx.x);
  const auto* tables = reinterpret_cast<const std::uint8_t*>(stage.tables);
  const int pixel = (footprint.first_row + lane / 8) * crop.width + footprint.first_column + 4 * (lane & 7);
  const int step = rows_packed_at_once * crop.width;
  const std::uint8_t* pixels = as_global(crop.pixels) + 3 * pixel;
  const std::uint8_t* mask = as_global(crop.mask) + pixel;
  auto* to = reinterpret_cast<uint4*>(stage.crop) + lane;
  Four fours[inner_passes];
#pragma unroll
  for (int i = 0; i < inner_passes; ++i) {
    fours[i] = load_four(pixels, mask, i * step);
  }
  wait_for_stage();
#pragma unroll
  for (int i = 0; i < inner_passes; ++i) {
    to[32 * i] = pack_four(fours[i], tables);
  }
}

/// Packs a footprint wherever it lies.
__device__ __forceinline__ void pack_anywhere(UnpackedStage& stage, const UnpackedCrop& crop,
                                              const Footprint& footprint) {
  const int lane = static_cast<int>(threadIdx.x);
  const auto* tables = reinterpret_cast<const std::uint8_t*>(stage.tables);
  const BorderedQuad quad(footprint.first_column + 4 * (lane & 7), crop.width);
  wait_for_stage();
  if ((lane & 7) < footprint.chunks) {
    auto* to = reinterpret_cast<uint4*>(stage.crop) + lane;
#pragma unroll 2
    for (int row = lane / 8; row < footprint.rows; row += rows_packed_at_once, to += 32) {
      const int y = footprint.first_row + row;
      const int inside = min(max(y, 0), crop.height - 1);
      const Four four =
          load_four(as_global(crop.pixels), as_global(crop.mask), inside * crop.width + quad.column);
      *to = quad.words(four, y == inside, tables);
    }
  }
}

__device__ __forceinline__ void finish_crop(UnpackedStage& stage, const UnpackedCrop& crop,
                                            const Footprint& footprint, bool fits) {
  static_assert(UnpackedStage::crop_chunks == 8 &&
                rows_packed_at_once * inner_passes <= UnpackedStage::crop_rows);
  if (!fits) {
    wait_for_stage();
    return;
  }
  if (footprint.first_row >= 0 && footprint.first_column >= 0 &&
      footprint.rows <= rows_packed_at_once * inner_passes &&
      footprint.first_row + rows_packed_at_once * inner_passes <= crop.height &&
      footprint.first_column + 4 * UnpackedStage::crop_chunks <= crop.width) {
    pack_inner(stage, crop, footprint);
  } else {
    pack_anywhere(stage, crop, footprint);
  }
  __syncwarp();
}
__device__ __forceinline__ DirectUnpackedTaps direct_taps(const UnpackedStage& stage,
                                                          const UnpackedCrop& crop) {
  return {crop, reinterpret_cast<const std::uint8_t*>(stage.tables)};
}

static_assert(staged_tile_side == tile_side);

/// A block of one warp pastes a tile. Needs a band of which `clear_stays`.
template <typename Crop, typename Stage>
__global__ void __launch_bounds__(32, blocks_at_a_time(32, Stage::blocks))
    composite_staged_kernel(const CompositeItem<Crop>* __restrict__ items, ScaledBand band) {
  __shared__ Stage stage;
  CompositeItem<Crop> item = fetch(items + blockIdx.x);
  wait_for_previous();
  item.frame.data = as_global(item.frame.data);
  const Region& region = item.region;
  const Map& map = item.frame_to_crop;
  const TilePlace<tile_side, tile_side> place(region, blockIdx.y);
  const int lane = static_cast<int>(threadIdx.x);
  const int left = place.x;
  const int top = place.y;
  const int right = region.x + region.width;
  if (place.nothing) {
    return;
  }
  // Rounded sample positions are monotone along rows and columns, so those of the corners bound
  // them.
  const SamplePoint corner =
      sample_point(map, left + (lane & 1) * (tile_side - 1), top + ((lane >> 1) & 1) * (tile_side - 1));
  const Range floors_x(floor_integer(corner.x));
  const Range floors_y(floor_integer(corner.y));
  const TapRange columns(floors_x, item.crop.width);
  const TapRange rows(floors_y, item.crop.height);
  if (columns.none || rows.none) {
    return;
  }
  const int below = min(region.y + region.height - top, tile_side);
  // The frame's row that the lane copies. The stage keeps its offset modulo 16 bytes.
  std::uint8_t* frame = row_at(item.frame.data, top + lane / 8, item.frame.stride) + 3 * left;
  const bool even = (item.frame.stride & 15) == 0;
  const int byte = even ? static_cast<int>(reinterpret_cast<std::uintptr_t>(frame) & 15U) : 0;
  if (even) {
    stage_background(stage, frame - byte, static_cast<int>(item.frame.stride),
                     byte + 3 * min(right - left, tile_side), below);
  } else if (left + lane < right) {
    for (int y = 0; y < below; ++y) {
      const std::uint8_t* from = row_at(item.frame.data, top + y, item.frame.stride) + 3 * (left + lane);
      std::uint8_t* to = stage.background + y * Stage::background_pitch + 3 * lane;
      to[0] = from[0];
      to[1] = from[1];
      to[2] = from[2];
    }
  }
  const Footprint footprint(columns, rows);
  const bool fits = footprint.chunks <= Stage::crop_chunks && footprint.rows <= Stage::crop_rows;
  stage_crop(stage, item.crop, footprint, fits);
  stage.rows[lane] = row_terms(map, top + lane);
  const StagedTile<Stage> tile{stage,
                               column_terms(map, left + lane),
                               stage.background + byte + 3 * lane,
                               item.crop.width,
                               item.crop.height,
                               columns.beyond || rows.beyond};
  const bool steps = floors_x.least >= static_cast<int>(steps_from);
  const StoreRows<Stage::background_pitch> store(stage.background + byte, frame, item.frame.stride,
                                                 region.x - left, right - left);
  finish_crop(stage, item.crop, footprint, fits);
  if (fits) {
    paste_tile(tile, StagedTaps<Stage::crop_rows, Stage::crop_pitch>(stage.crop, footprint), band, steps,
               below, store);
  } else {
    paste_tile(tile, direct_taps(stage, item.crop), band, steps, below, store);
  }
}

const Kernel packed_kernel{"composite", "composite_staged_kernel<PackedCrop>",
                           composite_staged_kernel<PackedCrop, PackedStage>};
const Kernel unpacked_kernel{"composite", "composite_staged_kernel<UnpackedCrop>",
                             composite_staged_kernel<UnpackedCrop, UnpackedStage>};

}  // namespace

void composite_staged(const CompositeItem<PackedCrop>* items, int count, int tiles, const ScaledBand& band,
                      StreamHandle stream) {
  packed_kernel(dim3(count, tiles), 32, 0, stream, items, band);
}

void composite_staged(const CompositeItem<UnpackedCrop>* items, int count, int tiles, const ScaledBand& band,
                      StreamHandle stream) {
  unpacked_kernel(dim3(count, tiles), 32, 0, stream, items, band);
}

}  // namespace ffbench::cuda
