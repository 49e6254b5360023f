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

/// An edge that matters in a tile.
struct Edge {
  float nx;
  float ny;
  float c;
};

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
HWY_INLINE void LowerRow(const Edge* edges, int edge_count, float feather, float per_pixel, int x, int y,
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

/// What of the edges matters in the tile with the corners (x0, y0) and (x1, y1), both inside. A rounded distance never
/// falls (or never rises) along x, and along y, so that its extremes over the tile are those of corners, to the bit.
enum class Cover { outside, inside, edge };

HWY_INLINE Cover Classify(std::span<const HalfPlane> edges, float feather, int x0, int y0, int x1, int y1,
                          Edge* active, int& active_count) {
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
      active[active_count++] = {edge.nx, edge.ny, edge.c};
    }
  }
  return active_count == 0 ? Cover::inside : Cover::edge;
}

void AreaMaskRows(std::span<const HalfPlane> edges, float feather, MaskView mask, RowRange rows) {
  record_target(HWY_TARGET);
  const float per_pixel = 1.0F / feather;
  Edge active[max_mask_edges];
  int active_count = 0;
  // Where an edge is not finite, its distances have no order; every edge is then active everywhere.
  const bool ordered = std::all_of(edges.begin(), edges.end(), [](const HalfPlane& e) {
    return std::isfinite(e.nx) && std::isfinite(e.ny) && std::isfinite(e.c);
  });
  if (!ordered) {
    std::transform(edges.begin(), edges.end(), active, [](const HalfPlane& e) {
      return Edge{e.nx, e.ny, e.c};
    });
    active_count = static_cast<int>(edges.size());
  }
  alignas(64) std::uint8_t padded[tile_width + 64] = {};
  for (int y0 = rows.begin; y0 < rows.end; y0 += tile_height) {
    const int y1 = std::min(y0 + tile_height, rows.end);
    for (int x0 = 0; x0 < mask.width; x0 += tile_width) {
      const int x1 = std::min(x0 + tile_width, mask.width);
      const Cover cover =
          ordered ? Classify(edges, feather, x0, y0, x1 - 1, y1 - 1, active, active_count) : Cover::edge;
      for (int y = y0; y < y1; ++y) {
        std::uint8_t* row = mask.row(y) + x0;
        const auto count = static_cast<std::size_t>(x1 - x0);
        if (cover == Cover::outside) {
          std::memset(row, 0, count);
        } else if (x1 - x0 == tile_width) {
          // Inside no edge is active: the coverage of the whole feather, 255 but for its rounding.
          LowerRow(active, active_count, feather, per_pixel, x0, y, tile_width, row);
        } else {
          std::memcpy(padded, row, count);
          LowerRow(active, active_count, feather, per_pixel, x0, y, x1 - x0, padded);
          std::memcpy(row, padded, count);
        }
      }
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
