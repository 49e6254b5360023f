#include "harness/metrics/face_region.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/numeric/multiversion.hpp"
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

/// Cover of a pixel that falls on a row or a column of the mask: neighbours `right` and `below`
/// bytes on count, and where their weight is 0 these are 0.
std::uint8_t on_the_grid(const std::uint8_t* mask, std::uint64_t right, std::uint64_t below) {
  return cover_of(mask[0], mask[right], mask[below], mask[below + right]);
}

constexpr std::uint32_t outside_mark = 0xFFFFFFFFU;
constexpr std::uint32_t grid_mark = 1U << 31U;
/// Half of 1/256 crop pixel.
constexpr std::uint64_t half_step = std::uint64_t{1} << 23U;

/// Pixels of a row that are looked at together: the greater, the more questions are answered at
/// once, and the fewer are.
constexpr int segment = 32;

/// The cell that a position of a `MaskRow` falls into, rounded like `find_cells` rounds. A position
/// before the first cell is below 0.
int cell_at(std::uint64_t position) {
  return static_cast<int>(static_cast<std::int64_t>(position + half_step) >> 32U);
}

/// For each pixel of a row the cell it falls into, row-major, marked where it falls on the mask's
/// grid; or `outside_mark`. Positions are rounded to 1/256 crop pixel. The low 32 bits of such a
/// position do: the rows of a region stay far within 2^23 crop pixels of the mask, and a negative
/// position is a huge unsigned one.
FFBENCH_MULTIVERSION
void find_cells(const FaceRegion::MaskRow& row, std::uint32_t* out, int n) {
  const FaceRegion::MaskRow r = row;
  for (int i = 0; i < n; ++i) {
    const auto at = static_cast<std::uint64_t>(i);
    const auto qu = static_cast<std::uint32_t>((r.u + at * r.du + half_step) >> 24U);
    const auto qv = static_cast<std::uint32_t>((r.v + at * r.dv + half_step) >> 24U);
    const std::uint32_t iu = qu >> 8U;
    const std::uint32_t iv = qv >> 8U;
    const std::uint32_t on_grid = ((qu & 255U) == 0 ? grid_mark : 0U) | ((qv & 255U) == 0 ? grid_mark : 0U);
    const std::uint32_t cell = (iv * r.columns + iu) | on_grid;
    const std::uint32_t beyond = (iu >= r.columns ? outside_mark : 0U) | (iv >= r.rows ? outside_mark : 0U);
    out[i] = cell | beyond;
  }
}

std::uint64_t to_fixed(double position) {
  return static_cast<std::uint64_t>(std::llround(position * 4294967296.0));
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

MaskTiles::Cover FaceRegion::cover_of_segment(const MaskRow& row, int n) const {
  const auto last = static_cast<std::uint64_t>(n - 1);
  const auto [left, right] = std::minmax({cell_at(row.u), cell_at(row.u + last * row.du)});
  const auto [top, bottom] = std::minmax({cell_at(row.v), cell_at(row.v + last * row.dv)});
  // A cell lies between two mask pixels; the first begins at -1.
  return tiles_.cover(left - 1, top - 1, right, bottom);
}

void FaceRegion::draw_segment(const MaskRow& row, int n, std::uint8_t* out) const {
  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
  std::array<std::uint32_t, segment> found;
  find_cells(row, found.data(), n);
  const std::uint8_t* cells = cells_.data();
  for (int x = 0; x < n; ++x) {
    const std::uint32_t cell = found[static_cast<std::size_t>(x)];
    if (cell < grid_mark) {
      out[x] = std::max(out[x], cells[cell]);
    } else if (cell != outside_mark) {
      const std::uint32_t at = cell & ~grid_mark;
      const auto i = static_cast<std::uint64_t>(x);
      const auto fraction = [&](std::uint64_t start_at, std::uint64_t step) {
        return (start_at + i * step + half_step) >> 24U & 255U;
      };
      out[x] = std::max(out[x],
                        on_the_grid(padded_.data() + at / row.columns * (row.columns + 1) + at % row.columns,
                                    fraction(row.u, row.du) != 0 ? 1 : 0,
                                    fraction(row.v, row.dv) != 0 ? row.columns + 1 : 0));
    }
  }
}

void FaceRegion::draw(ConstMaskView mask, const Similarity& frame_to_crop) {
  if (mask.empty()) {
    return;
  }
  build_cells(mask);
  tiles_.update(mask);
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
  MaskRow row;
  row.columns = static_cast<std::uint32_t>(cells_.width());
  row.rows = static_cast<std::uint32_t>(cells_.height());
  row.du = to_fixed(frame_to_crop.a);
  row.dv = to_fixed(frame_to_crop.b);
  for (int y = region.y; y < region.y + region.height; ++y) {
    const Point start = frame_to_crop.apply({static_cast<double>(region.x), static_cast<double>(y)});
    // One crop pixel is added, as cells_ and padded_ begin at -1.
    row.u = to_fixed(start.x + 1);
    row.v = to_fixed(start.y + 1);
    std::uint8_t* out = cover_.view().pixel(region.x, y);
    for (int x = 0; x < region.width; x += segment) {
      const int n = std::min(segment, region.width - x);
      switch (cover_of_segment(row, n)) {
        case MaskTiles::Cover::zero:
          break;
        case MaskTiles::Cover::full:
          std::memset(out + x, FaceRegion::full, static_cast<std::size_t>(n));
          break;
        case MaskTiles::Cover::mixed:
          draw_segment(row, n, out + x);
      }
      row.u += segment * row.du;
      row.v += segment * row.dv;
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
  std::stable_sort(runs_.begin(), runs_.end(),
                   [](const PixelRun& a, const PixelRun& b) { return a.y < b.y; });
}

}  // namespace ffbench::metrics
