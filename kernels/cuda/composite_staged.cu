#include "kernels/cuda/composite_piece.cuh"
#include "kernels/cuda/composite_staged.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/staging.cuh"

namespace ffbench::cuda {
namespace {

/// What a warp reads: the part of the sprite under its pixels, and what they are pasted over.
struct Stage {
  static constexpr int sprite_rows = 37;
  static constexpr int sprite_chunks = 10;
  static constexpr int sprite_pitch = 16 * sprite_chunks;
  static constexpr int background_pitch = 128;

  alignas(16) std::uint8_t sprite[sprite_rows * sprite_pitch];
  alignas(16) std::uint8_t background[part_side * background_pitch];
  SamplePoint rows[part_side];
};

/// Taps that samples with floors in a range read along one axis of a sprite with a border.
struct Reach {
  int first;
  int last;
  bool none;    ///< no sample is near the crop
  bool beyond;  ///< some samples are not

  __device__ Reach(const Range& floors, int size)
      : first(max(floors.least, -1)),
        last(min(floors.largest, size - 1) + 1),
        none(floors.largest < -1 || floors.least >= size),
        beyond(floors.least < -1 || floors.largest >= size) {}
};

/// Taps out of the stage.
struct StagedTaps {
  const std::uint8_t* sprite;
  std::uint32_t origin;  ///< added to bytes from biased floors: where a tap lies in the stage

  __device__ PackedTaps operator()(Floor x, Floor y) const {
    const std::uint32_t offset = bits_of(y.biased) * Stage::sprite_pitch + (bits_of(x.biased) * 4 + origin);
    // Samples outside the crop read anything, and it does not count.
    constexpr unsigned last = (Stage::sprite_rows - 1) * Stage::sprite_pitch - 8;
    const auto* at = reinterpret_cast<const std::uint32_t*>(sprite + min(offset, last));
    constexpr int below = Stage::sprite_pitch / 4;
    return {at[0], at[1], at[below], at[below + 1]};
  }
};

/// Taps out of memory, where they find no room in a stage.
struct LyingTaps {
  PackedSprite sprite;

  __device__ PackedTaps operator()(Floor x, Floor y) const {
    // Samples outside the crop read the border.
    return load_taps(sprite, sprite_pitch(sprite.width), limited(x, sprite.width), limited(y, sprite.height));
  }
  static __device__ Floor limited(Floor at, int size) {
    const int floor = min(max(static_cast<int>(bits_of(at.biased) - floor_bias), -1), size - 1);
    return {float_of(static_cast<std::uint32_t>(floor) + floor_bias)};
  }
};

/// A warp's pixels.
struct Part {
  Stage& stage;
  SamplePoint column;   ///< of the lane
  std::uint8_t* pixel;  ///< the lane's first, in the stage
  int width, height;    ///< of the crop
  bool beyond;          ///< some samples lie outside it
};

enum class Pasted { nothing, something, unusable };

/// Four rows of a warp's pixels. `unusable` where a weight is 0, for which there are no steps.
template <typename Weights, typename Taps>
__device__ __forceinline__ Pasted paste_rows(const Part& part, const Taps& taps_at, const ScaledBand& band,
                                             int first) {
  constexpr bool steps = std::is_same_v<Weights, StepWeights>;
  PackedTaps taps[rows_at_a_time];
  Weights weights[rows_at_a_time];
  float alpha[rows_at_a_time];
  bool usable = true;
  bool clear = true;
  bool opaque = true;
#pragma unroll
  for (int i = 0; i < rows_at_a_time; ++i) {
    const SamplePoint at = sum(part.column, part.stage.rows[first + i]);
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
  if (part.beyond) {
#pragma unroll
    for (int i = 0; i < rows_at_a_time; ++i) {
      if (!near_crop(sum(part.column, part.stage.rows[first + i]), part.width, part.height)) {
        alpha[i] = 0;
        weights[i] = {};  // They may be no numbers.
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
  std::uint8_t* const pixels = part.pixel + first * Stage::background_pitch;
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
    // A weight of 1 multiplies nothing.
    paste([](float below, float value, int) { return fused(below, raise, fused(below, -raise, value)); });
  } else {
#pragma unroll
    for (float& a : alpha) {
      a = weight_of(band, a);
    }
    paste([&alpha](float below, float value, int i) { return blend_raw(below, value, alpha[i]); });
  }
  return Pasted::something;
}

/// All rows of a warp's pixels.
template <typename Taps, typename Store>
__device__ __forceinline__ void paste_part(const Part& part, const Taps& taps, const ScaledBand& band,
                                           bool steps, int below, Store store) {
#pragma unroll 1
  for (int first = 0; first < below; first += rows_at_a_time) {
    Pasted pasted = Pasted::unusable;
    if (steps) {
      pasted = paste_rows<StepWeights>(part, taps, band, first);
    }
    if (pasted == Pasted::unusable) {
      pasted = paste_rows<FreeWeights>(part, taps, band, first);
    }
    if (pasted == Pasted::something) {
      __syncwarp();
      store(first * Stage::background_pitch, below - first);
    }
    store.move_down();
  }
}

/// Asks for what a part is pasted over: `bytes` of each row, eight lanes a row. `from` lies in the lane's row, and is a multiple of 16.
__device__ __forceinline__ void stage_background(Stage& stage, const std::uint8_t* from, int stride,
                                                 int bytes, int below) {
  static_assert(Stage::background_pitch == 8 * 16);
  const int lane = static_cast<int>(threadIdx.x & 31U);
  const int offset = 16 * (lane & 7);
  const int rows = offset < bytes ? below - lane / 8 : 0;
  std::uint8_t* to = stage.background + 16 * lane;
  from += offset;
#pragma unroll
  for (int first = 0; first < part_side; first += rows_at_a_time) {
    if (first < rows) {
      __pipeline_memcpy_async(to + first * Stage::background_pitch, from, sizeof(uint4));
    }
    from += rows_at_a_time * stride;
  }
}

/// A block does 32 x 32 pixels. The seam does not show through a clear mask.
__global__ void __launch_bounds__(32, blocks_at_a_time(32, 22))
    staged_kernel(const CompositeItem<PackedSprite>* __restrict__ items, ScaledBand band) {
  __shared__ Stage stage;
  CompositeItem<PackedSprite> item = fetch(items + blockIdx.z);
  wait_for_previous();
  item.frame.data = in_memory(item.frame.data);
  item.sprite.words = in_memory(item.sprite.words);
  const Region& region = item.region;
  const Map& map = item.frame_to_crop;
  const TilePlace<part_side, part_side> place(region);
  const int lane = static_cast<int>(threadIdx.x);
  const int left = place.x;
  const int top = place.y;
  const int right = region.x + region.width;
  if (place.nothing) {
    return;
  }
  // Sample positions as rounded are monotone along rows and columns: the corners limit them.
  const SamplePoint corner =
      sample_point(map, left + (lane & 1) * (part_side - 1), top + ((lane >> 1) & 1) * (part_side - 1));
  const Range floors_x(floor_integer(corner.x));
  const Range floors_y(floor_integer(corner.y));
  const Reach columns(floors_x, item.sprite.width);
  const Reach rows(floors_y, item.sprite.height);
  if (columns.none || rows.none) {
    return;
  }
  const int below = min(region.y + region.height - top, part_side);
  // Where the lane's row of four begins in the frame, and so in the stage, modulo 16 bytes.
  std::uint8_t* frame = row_at(item.frame.data, top + lane / 8, item.frame.stride) + 3 * left;
  const bool even = (item.frame.stride & 15) == 0;
  const int byte = even ? static_cast<int>(reinterpret_cast<std::uintptr_t>(frame) & 15U) : 0;
  if (even) {
    stage_background(stage, frame - byte, static_cast<int>(item.frame.stride),
                     byte + 3 * min(right - left, part_side), below);
  } else if (left + lane < right) {
    for (int y = 0; y < below; ++y) {
      const std::uint8_t* from = row_at(item.frame.data, top + y, item.frame.stride) + 3 * (left + lane);
      std::uint8_t* to = stage.background + y * Stage::background_pitch + 3 * lane;
      to[0] = from[0];
      to[1] = from[1];
      to[2] = from[2];
    }
  }
  const int first_column = columns.first & ~3;
  const int chunks = (columns.last - first_column) / 4 + 1;
  const int sprite_rows = rows.last - rows.first + 1;
  const bool fits = chunks <= Stage::sprite_chunks && sprite_rows <= Stage::sprite_rows;
  if (fits) {
    const int pitch = sprite_pitch(item.sprite.width);
    stage_rows<Stage::sprite_pitch>(
        stage.sprite,
        reinterpret_cast<const std::uint8_t*>(item.sprite.words + (rows.first * pitch + first_column)),
        4 * pitch, sprite_rows, chunks);
  }
  stage.rows[lane] = row_part(map, top + lane);
  const Part part{stage,
                  column_part(map, left + lane),
                  stage.background + byte + 3 * lane,
                  item.sprite.width,
                  item.sprite.height,
                  columns.beyond || rows.beyond};
  const bool steps = floors_x.least >= static_cast<int>(steps_from);
  const StoreRows<Stage::background_pitch> store(stage.background + byte, frame, item.frame.stride,
                                                 region.x - left, right - left);
  wait_for_stage();
  if (fits) {
    const std::uint32_t origin = 0U -
                                 (floor_bias + static_cast<std::uint32_t>(rows.first)) * Stage::sprite_pitch -
                                 (floor_bias + static_cast<std::uint32_t>(first_column)) * 4;
    paste_part(part, StagedTaps{stage.sprite, origin}, band, steps, below, store);
  } else {
    paste_part(part, LyingTaps{item.sprite}, band, steps, below, store);
  }
}

}  // namespace

void composite_staged(const CompositeItem<PackedSprite>* items, int count, int tiles, const ScaledBand& band,
                      StreamHandle stream) {
  launch("composite", staged_kernel, dim3(tiles, 1, count), 32, 0, stream, items, band);
}

}  // namespace ffbench::cuda
