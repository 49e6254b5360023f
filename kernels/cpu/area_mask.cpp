#include "kernels/cpu/area_mask.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/area_mask.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/scalar_sample.hpp"
#include "kernels/cpu/targets.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using DF = hn::CappedTag<float, 16>;
using DI = hn::Rebind<std::int32_t, DF>;
using DB = hn::Rebind<std::uint8_t, DF>;
using VF = hn::Vec<DF>;

constexpr int tile_width = 32;
constexpr int tile_height = 16;

/// Highway's Iota writes its numbers one by one, which stalls the load that follows.
alignas(64) constexpr std::int32_t first_columns[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

HWY_INLINE VF ClampToOne(VF value) {
  const DF df;
  const VF from_zero = hn::IfThenElseZero(hn::Gt(value, hn::Zero(df)), value);
  const VF limit = hn::Set(df, 1.0F);
  return hn::IfThenElse(hn::Lt(from_zero, limit), from_zero, limit);
}

/// 255 times the smooth step of a distance, rounded.
HWY_INLINE hn::Vec<DB> Coverage(VF distance, float per_pixel) {
  const DF df;
  const DI di;
  const VF t = ClampToOne(hn::Mul(distance, hn::Set(df, per_pixel)));
  const VF s = hn::Mul(hn::Mul(t, t), hn::Sub(hn::Set(df, 3.0F), hn::Mul(hn::Set(df, 2.0F), t)));
  const VF rounded = hn::Add(hn::Mul(hn::Set(df, 255.0F), s), hn::Set(df, rounding_magic));
  return hn::DemoteTo(DB(), hn::And(hn::BitCast(di, rounded), hn::Set(di, 0xff)));
}

/// Lowers `count` pixels from (x, y) on; `row` points at x and has room for whole vectors.
HWY_INLINE void LowerRow(const HalfPlane* edges, int edge_count, float feather, float per_pixel, int x, int y,
                         int count, std::uint8_t* row) {
  const DF df;
  const DI di;
  const DB db;
  const auto fy = static_cast<float>(y);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(df))) {
    const VF fx = hn::ConvertTo(df, hn::Add(hn::Load(di, first_columns), hn::Set(di, x + i)));
    VF distance = hn::Set(df, feather);
    for (int e = 0; e < edge_count; ++e) {
      const VF along_row = hn::Set(df, edges[e].ny * fy + edges[e].c);
      const VF d = hn::Add(hn::Mul(hn::Set(df, edges[e].nx), fx), along_row);
      distance = hn::IfThenElse(hn::Lt(d, distance), d, distance);
    }
    hn::StoreU(hn::Min(hn::LoadU(db, row + i), Coverage(distance, per_pixel)), db, row + i);
  }
}

/// What of the edges matters in the tile with the corners (x0, y0) and (x1, y1), both inside. A
/// rounded distance never falls (or never rises) along x, and along y, so that its extremes over
/// the tile are those of corners, to the bit.
enum class Cover { outside, inside, edge };

HWY_INLINE Cover Classify(std::span<const HalfPlane> edges, float feather, int x0, int y0, int x1, int y1,
                          HalfPlane* active, int& active_count) {
  const auto left = static_cast<float>(x0);
  const auto right = static_cast<float>(x1);
  const auto top = static_cast<float>(y0);
  const auto bottom = static_cast<float>(y1);
  active_count = 0;
  for (const HalfPlane& edge : edges) {
    const float row_a = edge.ny * top + edge.c;
    const float row_b = edge.ny * bottom + edge.c;
    const float along_a = edge.nx * left;
    const float along_b = edge.nx * right;
    const float largest = std::max(along_a, along_b) + std::max(row_a, row_b);
    if (largest <= 0.0F) {
      return Cover::outside;
    }
    const float smallest = std::min(along_a, along_b) + std::min(row_a, row_b);
    if (!(smallest >= feather)) {
      active[active_count++] = edge;
    }
  }
  return active_count == 0 ? Cover::inside : Cover::edge;
}

/// One tile, of which at most `active` edges matter.
void LowerTile(std::span<const HalfPlane> active, float feather, MaskView tile, int x0, int y0) {
  const float per_pixel = 1.0F / feather;
  alignas(64) std::uint8_t padded[tile_width + 64] = {};
  const int edge_count = static_cast<int>(active.size());
  for (int y = 0; y < tile.height; ++y) {
    std::uint8_t* row = tile.row(y);
    if (tile.width == tile_width) {
      LowerRow(active.data(), edge_count, feather, per_pixel, x0, y0 + y, tile_width, row);
    } else {
      std::memcpy(padded, row, tile.row_bytes());
      LowerRow(active.data(), edge_count, feather, per_pixel, x0, y0 + y, tile.width, padded);
      std::memcpy(row, padded, tile.row_bytes());
    }
  }
}

/// A rectangle whose edges have all been found to be ordered: strips, then tiles, with ever fewer
/// edges.
class TiledMask {
 public:
  TiledMask(float feather, MaskView mask) : feather_(feather), mask_(mask) {
    const float t = clamp_ordered(feather * (1.0F / feather), 1.0F);
    leaves_inside_ = round_to_byte(255.0F * ((t * t) * (3.0F - 2.0F * t))) == 255;
  }

  void Lower(std::span<const HalfPlane> edges, RowRange rows) {
    for (int y = rows.begin; y < rows.end; y += tile_height) {
      const int height = std::min(tile_height, rows.end - y);
      for (int x = 0; x < mask_.width; x += strip_width) {
        LowerPart(
            edges, Region{x, y, std::min(strip_width, mask_.width - x), height}, strip_edges_,
            [&](Region strip, std::span<const HalfPlane> left) {
              for (int i = 0; i < strip.width; i += tile_width) {
                const Region tile{strip.x + i, strip.y, std::min(tile_width, strip.width - i), strip.height};
                LowerPart(left, tile, tile_edges_, [&](Region r, std::span<const HalfPlane> few) {
                  LowerTile(few, feather_, mask_.crop(r.x, r.y, r.width, r.height), r.x, r.y);
                });
              }
            });
      }
    }
  }

 private:
  static constexpr int strip_width = 4 * tile_width;

  /// Does what is certain for the whole part, hands the rest on with the edges that still matter.
  template <typename Rest>
  void LowerPart(std::span<const HalfPlane> edges, Region part, HalfPlane* active, const Rest& rest) {
    int count = 0;
    const Cover cover = Classify(edges, feather_, part.x, part.y, part.x + part.width - 1,
                                 part.y + part.height - 1, active, count);
    if (cover == Cover::outside) {
      for (int y = part.y; y < part.y + part.height; ++y) {
        std::memset(mask_.row(y) + part.x, 0, static_cast<std::size_t>(part.width));
      }
    } else if (cover == Cover::edge || !leaves_inside_) {
      rest(part, std::span<const HalfPlane>(active, static_cast<std::size_t>(count)));
    }
  }

  float feather_;
  MaskView mask_;
  bool leaves_inside_;
  HalfPlane strip_edges_[max_mask_edges];
  HalfPlane tile_edges_[max_mask_edges];
};

void AreaMaskRows(std::span<const HalfPlane> edges, float feather, MaskView mask, RowRange rows) {
  record_target(HWY_TARGET);
  const bool ordered = std::all_of(edges.begin(), edges.end(), [](const HalfPlane& e) {
    return std::isfinite(e.nx) && std::isfinite(e.ny) && std::isfinite(e.c);
  });
  if (ordered) {
    TiledMask(feather, mask).Lower(edges, rows);
    return;
  }
  // Where an edge is not finite, its distances have no order; every edge then matters everywhere.
  for (int y = rows.begin; y < rows.end; ++y) {
    for (int x = 0; x < mask.width; x += tile_width) {
      LowerTile(edges, feather, mask.crop(x, y, std::min(tile_width, mask.width - x), 1), x, y);
    }
  }
}

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {
HWY_EXPORT(AreaMaskRows);
}

void area_mask_rows(std::span<const HalfPlane> edges, float feather, MaskView mask, RowRange rows) {
  if (edges.empty()) {
    return;
  }
  if (edges.size() > static_cast<std::size_t>(max_mask_edges)) {
    fail("area mask: {} edges, at most {} are supported", edges.size(), max_mask_edges);
  }
  HWY_DYNAMIC_DISPATCH(AreaMaskRows)(edges, feather, mask, rows);
}

void area_mask(std::span<const HalfPlane> edges, float feather, MaskView mask) {
  area_mask_rows(edges, feather, mask, {0, mask.height});
}

}  // namespace ffbench::cpu
#endif
