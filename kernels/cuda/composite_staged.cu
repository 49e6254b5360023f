#include "kernels/cuda/composite_piece.cuh"
#include "kernels/cuda/composite_staged.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/sprite_part.cuh"
#include "kernels/cuda/staging.cuh"

namespace ffbench::cuda {
namespace {

/// What a warp reads: the part of the sprite under its pixels, and what they are pasted over.
template <int Rows, int Chunks, int BackgroundPitch>
struct StageOf {
  static constexpr int sprite_rows = Rows;
  static constexpr int sprite_chunks = Chunks;
  static constexpr int sprite_pitch = 16 * sprite_chunks;
  static constexpr int background_pitch = BackgroundPitch;

  alignas(16) std::uint8_t sprite[sprite_rows * sprite_pitch];
  alignas(16) std::uint8_t background[part_side * background_pitch];
  SamplePoint rows[part_side];
};

struct PackedStage : StageOf<37, 10, 128> {
  static constexpr int blocks = 22;
};
struct UnjoinedStage : StageOf<unjoined_rows, unjoined_chunks, 112> {
  static constexpr int blocks = 24;
  alignas(16) std::uint32_t tables[table_words];
};

/// Taps out of memory, where they find no room in a stage.
struct PackedLyingTaps {
  PackedSprite sprite;

  __device__ PackedTaps operator()(Floor x, Floor y) const {
    const auto biased = [](int floor) {
      return Floor{float_of(static_cast<std::uint32_t>(floor) + floor_bias)};
    };
    return load_taps(sprite, sprite_pitch(sprite.width), biased(bordered(x, sprite.width)),
                     biased(bordered(y, sprite.height)));
  }
};

/// A warp's pixels.
template <typename Stage>
struct Part {
  Stage& stage;
  SamplePoint column;   ///< of the lane
  std::uint8_t* pixel;  ///< the lane's first, in the stage
  int width, height;    ///< of the crop
  bool beyond;          ///< some samples lie outside it
};

enum class Pasted { nothing, something, unusable };

/// Four rows of a warp's pixels. `unusable` where a weight is 0, for which there are no steps.
template <typename Weights, typename Stage, typename Taps>
__device__ __forceinline__ Pasted paste_rows(const Part<Stage>& part, const Taps& taps_at,
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

/// All rows of a warp's pixels.
template <typename Stage, typename Taps, typename Store>
__device__ __forceinline__ void paste_part(const Part<Stage>& part, const Taps& taps, const ScaledBand& band,
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
  for (int first = 0; first < part_side; first += rows_at_a_time) {
    if (first < rows) {
      __pipeline_memcpy_async(to + first * Stage::background_pitch, from, sizeof(uint4));
    }
    from += rows_at_a_time * stride;
  }
}

// Both kinds of sprite: what is asked for at once (`stage_sprite`), what is done when all that was asked for is there (`finish_sprite`), and
// where taps lie that find no room (`lying_taps`).

__device__ __forceinline__ void stage_sprite(PackedStage& stage, const PackedSprite& sprite,
                                             const SpritePart& part, bool fits) {
  if (fits) {
    const int pitch = sprite_pitch(sprite.width);
    stage_rows<PackedStage::sprite_pitch>(
        stage.sprite,
        reinterpret_cast<const std::uint8_t*>(in_memory(sprite.words) +
                                              (part.first_row * pitch + part.first_column)),
        4 * pitch, part.rows, part.chunks);
  }
}
__device__ __forceinline__ void finish_sprite(PackedStage&, const PackedSprite&, const SpritePart&, bool) {
  wait_for_stage();
}
__device__ __forceinline__ PackedLyingTaps lying_taps(const PackedStage&, const PackedSprite& sprite) {
  return {sprite};
}

__device__ __forceinline__ void stage_sprite(UnjoinedStage& stage, const UnjoinedSprite& sprite,
                                             const SpritePart&, bool) {
  const int lane = static_cast<int>(threadIdx.x);
  if (sprite.tables == nullptr) {
    for (int word = lane; word < table_words; word += 32) {
      stage.tables[word] = identity_word(static_cast<unsigned>(word));
    }
    return;
  }
  constexpr int chunks = table_words / 4;
#pragma unroll
  for (int first = 0; first < chunks; first += 32) {
    if (first + lane < chunks) {
      __pipeline_memcpy_async(stage.tables + 4 * (first + lane),
                              in_memory(sprite.tables) + 16 * (first + lane), sizeof(uint4));
    }
  }
}

/// Rows that a warp joins at a time, eight lanes a row.
constexpr int joined_at_once = 4;
/// Passes of a part that lies within the crop.
constexpr int inner_passes = 7;

/// Joins a part of which rows and columns as many as there is room for lie within the crop.
__device__ __forceinline__ void join_inner(UnjoinedStage& stage, const UnjoinedSprite& sprite,
                                           const SpritePart& part) {
  const int lane = static_cast<int>(threadIdx.x);
  const auto* tables = reinterpret_cast<const std::uint8_t*>(stage.tables);
  const int pixel = (part.first_row + lane / 8) * sprite.width + part.first_column + 4 * (lane & 7);
  const int step = joined_at_once * sprite.width;
  const std::uint8_t* crop = in_memory(sprite.crop) + 3 * pixel;
  const std::uint8_t* mask = in_memory(sprite.mask) + pixel;
  auto* to = reinterpret_cast<uint4*>(stage.sprite) + lane;
  Four fours[inner_passes];
#pragma unroll
  for (int i = 0; i < inner_passes; ++i) {
    fours[i] = load_four(crop, mask, i * step);
  }
  wait_for_stage();
#pragma unroll
  for (int i = 0; i < inner_passes; ++i) {
    to[32 * i] = joined(fours[i], tables);
  }
}

/// Joins a part wherever it lies.
__device__ __forceinline__ void join_anywhere(UnjoinedStage& stage, const UnjoinedSprite& sprite,
                                              const SpritePart& part) {
  const int lane = static_cast<int>(threadIdx.x);
  const auto* tables = reinterpret_cast<const std::uint8_t*>(stage.tables);
  const BorderedQuad quad(part.first_column + 4 * (lane & 7), sprite.width);
  wait_for_stage();
  if ((lane & 7) < part.chunks) {
    auto* to = reinterpret_cast<uint4*>(stage.sprite) + lane;
#pragma unroll 2
    for (int row = lane / 8; row < part.rows; row += joined_at_once, to += 32) {
      const int y = part.first_row + row;
      const int inside = min(max(y, 0), sprite.height - 1);
      const Four four =
          load_four(in_memory(sprite.crop), in_memory(sprite.mask), inside * sprite.width + quad.column);
      *to = quad.words(four, y == inside, tables);
    }
  }
}

__device__ __forceinline__ void finish_sprite(UnjoinedStage& stage, const UnjoinedSprite& sprite,
                                              const SpritePart& part, bool fits) {
  static_assert(UnjoinedStage::sprite_chunks == 8 &&
                joined_at_once * inner_passes <= UnjoinedStage::sprite_rows);
  if (!fits) {
    wait_for_stage();
    return;
  }
  if (part.first_row >= 0 && part.first_column >= 0 && part.rows <= joined_at_once * inner_passes &&
      part.first_row + joined_at_once * inner_passes <= sprite.height &&
      part.first_column + 4 * UnjoinedStage::sprite_chunks <= sprite.width) {
    join_inner(stage, sprite, part);
  } else {
    join_anywhere(stage, sprite, part);
  }
  __syncwarp();
}
__device__ __forceinline__ UnjoinedTaps lying_taps(const UnjoinedStage& stage, const UnjoinedSprite& sprite) {
  return {sprite, reinterpret_cast<const std::uint8_t*>(stage.tables)};
}

static_assert(composite_part_side == part_side);

/// A block does 32 x 32 pixels. The seam does not show through a clear mask.
template <typename Sprite, typename Stage>
__global__ void __launch_bounds__(32, blocks_at_a_time(32, Stage::blocks))
    staged_kernel(const CompositeItem<Sprite>* __restrict__ items, ScaledBand band) {
  __shared__ Stage stage;
  CompositeItem<Sprite> item = fetch(items + blockIdx.x);
  wait_for_previous();
  item.frame.data = in_memory(item.frame.data);
  const Region& region = item.region;
  const Map& map = item.frame_to_crop;
  const TilePlace<part_side, part_side> place(region, blockIdx.y);
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
  const SpritePart sprite_part(columns, rows);
  const bool fits = sprite_part.chunks <= Stage::sprite_chunks && sprite_part.rows <= Stage::sprite_rows;
  stage_sprite(stage, item.sprite, sprite_part, fits);
  stage.rows[lane] = row_part(map, top + lane);
  const Part<Stage> part{stage,
                         column_part(map, left + lane),
                         stage.background + byte + 3 * lane,
                         item.sprite.width,
                         item.sprite.height,
                         columns.beyond || rows.beyond};
  const bool steps = floors_x.least >= static_cast<int>(steps_from);
  const StoreRows<Stage::background_pitch> store(stage.background + byte, frame, item.frame.stride,
                                                 region.x - left, right - left);
  finish_sprite(stage, item.sprite, sprite_part, fits);
  if (fits) {
    paste_part(part, StagedTaps<Stage::sprite_rows, Stage::sprite_pitch>(stage.sprite, sprite_part), band,
               steps, below, store);
  } else {
    paste_part(part, lying_taps(stage, item.sprite), band, steps, below, store);
  }
}

}  // namespace

void composite_staged(const CompositeItem<PackedSprite>* items, int count, int tiles, const ScaledBand& band,
                      StreamHandle stream) {
  launch("composite", staged_kernel<PackedSprite, PackedStage>, dim3(count, tiles), 32, 0, stream, items,
         band);
}

void composite_staged(const CompositeItem<UnjoinedSprite>* items, int count, int tiles,
                      const ScaledBand& band, StreamHandle stream) {
  launch("composite", staged_kernel<UnjoinedSprite, UnjoinedStage>, dim3(count, tiles), 32, 0, stream, items,
         band);
}

}  // namespace ffbench::cuda
