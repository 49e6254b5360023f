#include "harness/metrics/face_region.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/multiversion.hpp"
#include "harness/metrics/regions.hpp"

namespace ffbench::metrics {
namespace {

constexpr std::uint8_t cover_of(int a, int b, int c, int d) {
  return static_cast<std::uint8_t>(((a | b | c | d) != 0 ? 1 : 0) + ((a & b & c & d) == 255 ? 1 : 0));
}

/// Cover of the pixels between mask pixels x, x + 1 of two neighbouring rows.
FFBENCH_MULTIVERSION
void cells_of_rows(const std::uint8_t* upper, const std::uint8_t* lower, std::uint8_t* out, int n) {
  for (int x = 0; x < n; ++x) {
    out[x] = cover_of(upper[x], upper[x + 1], lower[x], lower[x + 1]);
  }
}

/// Cover of a pixel that falls on a row or a column of the mask: neighbours `right` and `below` bytes on count, and where
/// their weight is 0 these are 0.
std::uint8_t on_the_grid(const std::uint8_t* mask, std::uint64_t right, std::uint64_t below) {
  return cover_of(mask[0], mask[right], mask[below], mask[below + right]);
}

/// Position 2^-32 to 2^-8 crop pixels, rounded to nearest.
std::int64_t to_256ths(std::int64_t position) {
  return (position + (std::int64_t{1} << 23)) >> 24;
}

std::int64_t to_fixed(double position) {
  return std::llround(position * 4294967296.0);
}

/// First index in [x, end) whose byte is not 0, or `end`.
int next_covered(const std::uint8_t* row, int x, int end) {
  while (x + 8 <= end) {
    std::uint64_t word = 0;
    std::memcpy(&word, row + x, sizeof word);
    if (word != 0) {
      break;
    }
    x += 8;
  }
  while (x < end && row[x] == 0) {
    ++x;
  }
  return x;
}

/// First index in [x, end) whose byte is 0, or `end`.
int next_bare(const std::uint8_t* row, int x, int end) {
  const void* found = std::memchr(row + x, 0, static_cast<std::size_t>(end - x));
  return found != nullptr ? static_cast<int>(static_cast<const std::uint8_t*>(found) - row) : end;
}

}  // namespace

FaceRegion::FaceRegion(int width, int height) : cover_(width, height) {}

void FaceRegion::clear() {
  for (const Region& region : drawn_) {
    for (int y = region.y; y < region.y + region.height; ++y) {
      std::memset(cover_.view().pixel(region.x, y), 0, static_cast<std::size_t>(region.width));
    }
  }
  drawn_.clear();
  runs_.clear();
  pixels_ = 0;
}

void FaceRegion::build_cells(ConstMaskView mask) {
  padded_.resize(mask.width + 2, mask.height + 2);
  cells_.resize(mask.width + 1, mask.height + 1);
  const MaskView padded = padded_.view();
  std::memset(padded.row(0), 0, padded.row_bytes());
  std::memset(padded.row(padded.height - 1), 0, padded.row_bytes());
  for (int y = 0; y < mask.height; ++y) {
    std::uint8_t* row = padded.row(y + 1);
    row[0] = 0;
    std::memcpy(row + 1, mask.row(y), mask.row_bytes());
    row[mask.width + 1] = 0;
  }
  for (int y = 0; y <= mask.height; ++y) {
    cells_of_rows(padded.row(y), padded.row(y + 1), cells_.view().row(y), mask.width + 1);
  }
}

void FaceRegion::draw(ConstMaskView mask, const Similarity& frame_to_crop) {
  if (mask.empty()) {
    return;
  }
  build_cells(mask);
  const Similarity back = frame_to_crop.inverse();
  const Point c0 = back.apply({-1, -1});
  const Point c1 = back.apply({static_cast<double>(mask.width), -1});
  const Point c2 = back.apply({static_cast<double>(mask.width), static_cast<double>(mask.height)});
  const Point c3 = back.apply({-1, static_cast<double>(mask.height)});
  const Box box{std::min({c0.x, c1.x, c2.x, c3.x}) - 1, std::min({c0.y, c1.y, c2.y, c3.y}) - 1,
                std::max({c0.x, c1.x, c2.x, c3.x}) + 1, std::max({c0.y, c1.y, c2.y, c3.y}) + 1};
  const Region region = pixels_of(box, cover_.width(), cover_.height());
  if (region.empty()) {
    return;
  }
  const std::uint8_t* cells = cells_.data();
  const std::uint8_t* padded = padded_.data();
  const auto columns = static_cast<std::uint64_t>(cells_.width());
  const auto rows = static_cast<std::uint64_t>(cells_.height());
  const std::int64_t du = to_fixed(frame_to_crop.a);
  const std::int64_t dv = to_fixed(frame_to_crop.b);
  for (int y = region.y; y < region.y + region.height; ++y) {
    const Point start = frame_to_crop.apply({static_cast<double>(region.x), static_cast<double>(y)});
    // One crop pixel is added, as cells_ and padded_ begin at -1.
    std::int64_t u = to_fixed(start.x + 1);
    std::int64_t v = to_fixed(start.y + 1);
    std::uint8_t* out = cover_.view().row(y);
    for (int x = region.x; x < region.x + region.width; ++x, u += du, v += dv) {
      const std::int64_t qu = to_256ths(u);
      const std::int64_t qv = to_256ths(v);
      const auto iu = static_cast<std::uint64_t>(qu >> 8);
      const auto iv = static_cast<std::uint64_t>(qv >> 8);
      // Negative positions are huge unsigned ones.
      if (iu >= columns || iv >= rows) {
        continue;
      }
      std::uint8_t cover = cells[iv * columns + iu];
      if (((qu & 255) == 0) || ((qv & 255) == 0)) {
        cover = on_the_grid(padded + iv * (columns + 1) + iu, (qu & 255) != 0 ? 1 : 0,
                            (qv & 255) != 0 ? columns + 1 : 0);
      }
      out[x] = std::max(out[x], cover);
    }
  }
  drawn_.push_back(region);
}

void FaceRegion::finish() {
  merge_overlapping(drawn_);
  for (const Region& region : drawn_) {
    const int end = region.x + region.width;
    for (int y = region.y; y < region.y + region.height; ++y) {
      const std::uint8_t* row = cover_.view().row(y);
      for (int x = next_covered(row, region.x, end); x < end;) {
        const int stop = next_bare(row, x, end);
        runs_.push_back({y, x, stop});
        pixels_ += static_cast<std::uint64_t>(stop - x);
        x = next_covered(row, stop, end);
      }
    }
  }
}

}  // namespace ffbench::metrics
