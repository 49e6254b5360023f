#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/antialias_pixel.hpp"
#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/pixels.hpp"
#include "kernels/cuda/tiles.hpp"

struct CUstream_st;

// The kernels. Each takes its parameters from an array in device memory, one entry an item (a face in a frame, say), so
// that a captured launch can be repeated with other parameters. `items` entries are launched; an item without pixels does
// nothing. Sizes given here bound those of the items; they and `count` are at least 1. All pointers are device pointers; words of images that are
// read together (4 to 16 bytes, aligned) must lie inside their allocation, and behind a frame that is warped there are 16 bytes more.
// Parameters are read before the kernel that comes before in the stream has ended: no kernel writes them.
namespace ffbench::cuda {

using StreamHandle = CUstream_st*;

/// Where the tables of light lie in device memory.
struct LightPointers {
  const std::uint16_t* linear;  ///< 256
  const std::uint8_t* code_of;  ///< 65536
};

struct alignas(16) WarpItem {
  Pixels frame;
  Map crop_to_frame;
  Pixels crop;
  unsigned long long* sums;  ///< where `statistics` is asked for: three counters that are added to
  AntialiasTaps across;      ///< of the anti-aliased warp alone
  AntialiasTaps down;
};
/// Warps; with `statistics`, also the gain statistics of what it wrote.
void warp(const WarpItem* items, int count, int width, int height, bool statistics,
          const LightPointers& light, StreamHandle stream);
/// The same, anti-aliased where an item has taps.
void antialiased_warp(const WarpItem* items, int count, int width, int height, bool statistics,
                      const LightPointers& light, StreamHandle stream);

struct StatisticsItem {
  Pixels crop;
  unsigned long long* sums;  ///< added to
};
void gain_statistics(const StatisticsItem* items, int count, int height, const LightPointers& light,
                     StreamHandle stream);

/// One frame of a face's gains.
struct GainStep {
  unsigned long long* target;         ///< sums of the warped crop; set to 0 for the next batch
  const unsigned long long* swapped;  ///< sums of what replaces it
  std::uint8_t* tables;               ///< out: 3 x 256, 16-byte aligned
  int first;                          ///< nothing was there before
  int hold;                           ///< a started state stays as it is
};
/// The frames of one face in order.
struct alignas(16) GainTrack {
  std::int64_t* state;  ///< three gains in 1/65536
  const GainStep* steps;
  int count;
};
void gain_update(const GainTrack* tracks, int count, const GainLimits& limits, const LightPointers& light,
                 StreamHandle stream);

/// Three tables of 256 from three quantised gains.
void gain_tables(const std::int64_t* quantised, std::uint8_t* tables, const LightPointers& light,
                 StreamHandle stream);

struct alignas(16) ApplyItem {
  Pixels crop;
  const std::uint8_t* tables;  ///< 3 x 256, 4-byte aligned
};
/// Every byte through its channel's table, in place. `dense`: all crops lie without padding and 16-byte aligned.
void apply_gains(const ApplyItem* items, int count, int width, int height, bool dense, StreamHandle stream);

/// One frame of a face's sprite.
struct SpriteStep {
  const std::uint8_t* crop;    ///< BGR without padding, 4-byte aligned
  std::uint8_t* mask;          ///< without padding, 4-byte aligned
  const std::uint8_t* tables;  ///< gains: 3 x 256, 4-byte aligned; null: the crop as it is
  std::uint32_t* sprite;       ///< out: pixel (0, 0), 16-byte aligned
  int first;                   ///< no previous mask
};
/// The frames of one face in order. Crops and masks are squares of one size. The first frame is here, so that a kernel need not fetch twice.
struct alignas(16) SpriteTrack {
  std::uint8_t* state;      ///< the previous mask, in and out; null: no hysteresis
  const SpriteStep* steps;  ///< the second frame and on
  SpriteStep first;
  int count;
};
/// Gains applied, masks held, both joined to what the composite reads. A track that is launched alone has one frame at most.
void make_sprites(const SpriteTrack* tracks, int count, int size, int band, StreamHandle stream);
/// Holds masks without joining them, for composites of unjoined sprites. The last mask of a track is written to its state, which no track may
/// lack here; the others stay where they are. `size` is a multiple of 4.
void hold_masks(const SpriteTrack* tracks, int count, int size, int band, StreamHandle stream);

struct BoxItem {
  Pixels mask;
  const std::uint32_t* across;
  const std::uint32_t* down;
};
void box_mask(const BoxItem* items, int count, int width, int height, StreamHandle stream);

struct alignas(16) AreaItem {
  Pixels start;  ///< what is lowered; may be `mask` itself
  Pixels mask;
  const HalfPlane* edges;
  int edge_count;
  float feather;
  float per_pixel;  ///< 1 / feather
};
void area_mask(const AreaItem* items, int count, int width, int height, StreamHandle stream);

struct alignas(16) HysteresisItem {
  Pixels previous;
  Pixels mask;  ///< in place
  int band;
};
void mask_hysteresis(const HysteresisItem* items, int count, int width, int height, StreamHandle stream);

template <typename Sprite>
struct alignas(16) CompositeItem {
  Sprite sprite;
  Map frame_to_crop;
  Region region;
  Pixels frame;  ///< in place
};
/// `tiles` bounds the tiles (see `composite_tiles`) of the items' regions.
void composite(const CompositeItem<PlanarSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream);
void composite(const CompositeItem<PackedSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream);
/// Where `joins_by_parts`, at most `most_staged_tiles` tiles; fast for many items of which `part_is_small`.
void composite(const CompositeItem<UnjoinedSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream);
/// Whether composites on this device can join crops of that width with their masks.
bool joins_by_parts(int crop_width, const SeamBand& band);

struct alignas(16) DifferenceItem {
  Pixels a;
  Pixels b;
  unsigned long long* sum;  ///< added to
};
/// `dense`: all images lie without padding and 16-byte aligned.
void sum_squared_difference(const DifferenceItem* items, int count, int width, int height, bool dense,
                            StreamHandle stream);

}  // namespace ffbench::cuda
