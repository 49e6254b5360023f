#include "datasets/detectors/scene_match.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ffbench {
namespace {

constexpr int unit = 8;    // a code of luma
constexpr int block = 16;  // a side
constexpr int step = 8;    // from block to block
constexpr std::int64_t block_pixels = std::int64_t{block} * block;
/// Standard deviation, in codes, from which a block counts.
constexpr int least_texture = 1;
/// Most of a picture may leave the view from one frame to the next.
constexpr double least_common_area = 0.4;
constexpr int pan_side = 24;  // of the picture in which the shift of a pan is looked for
constexpr int fewest_blocks = 4;

/// N times the sum of squares less the squared sum: N squared times the variance.
std::int64_t scatter(std::int64_t sum, std::int64_t squares, std::int64_t n) {
  return n * squares - sum * sum;
}

/// The same of the least texture that counts.
constexpr std::int64_t least_scatter(int codes) {
  return block_pixels * block_pixels * codes * codes * unit * unit;
}

struct Offset {
  int x = 0;
  int y = 0;
};

/// Sums over the block of `picture` at (x, y).
struct Sums {
  Sums(const Thumbnail& picture, int x, int y) {
    for (int v = 0; v < block; ++v) {
      for (int u = 0; u < block; ++u) {
        const std::int64_t value = picture.at(x + u, y + v);
        sum += value;
        squares += value * value;
      }
    }
  }
  std::int64_t sum = 0;
  std::int64_t squares = 0;
};

/// Correlation of b's block at `from` with a's block at `to`, given b's sums; 0 where a's is flat.
double correlation(const Thumbnail& a, Offset to, const Thumbnail& b, Offset from, const Sums& sums) {
  std::int32_t sum = 0;
  std::int64_t squares = 0;
  std::int64_t products = 0;
  for (int v = 0; v < block; ++v) {
    std::int32_t row_squares = 0;  // 16 products of 11 bits each
    std::int32_t row_products = 0;
    for (int u = 0; u < block; ++u) {
      const int p = a.at(to.x + u, to.y + v);
      const int q = b.at(from.x + u, from.y + v);
      sum += p;
      row_squares += p * p;
      row_products += p * q;
    }
    squares += row_squares;
    products += row_products;
  }
  const std::int64_t flat = least_scatter(1) / 16;  // a quarter of a code
  const std::int64_t aa = scatter(sum, squares, block_pixels);
  if (aa < flat) {
    return 0;
  }
  const std::int64_t bb = scatter(sums.sum, sums.squares, block_pixels);
  const std::int64_t ab = block_pixels * products - std::int64_t{sum} * sums.sum;
  return static_cast<double>(ab) / std::sqrt(static_cast<double>(aa) * static_cast<double>(bb));
}

/// Blocks of b looked for in a, `shift` away and up to `radius` pixels about that.
class Search {
 public:
  Search(const Thumbnail& a, const Thumbnail& b, Offset shift, int radius, bool within)
      : a_(a), b_(b), shift_(shift), radius_(radius), margin_(within ? 0 : Thumbnail::border) {}

  /// 1 minus the mean of the best correlations; 0 of too few blocks.
  double difference(int fewest) const {
    double sum = 0;
    int count = 0;
    for (int y = 0; y + block <= b_.height(); y += step) {
      for (int x = 0; x + block <= b_.width(); x += step) {
        add(x, y, sum, count);
      }
    }
    return count < fewest ? 0 : 1 - sum / count;
  }

 private:
  void add(int x, int y, double& sum, int& count) const {
    const int x0 = std::max(x + shift_.x - radius_, -margin_);
    const int y0 = std::max(y + shift_.y - radius_, -margin_);
    const int x1 = std::min(x + shift_.x + radius_, a_.width() + margin_ - block);
    const int y1 = std::min(y + shift_.y + radius_, a_.height() + margin_ - block);
    if (x0 > x1 || y0 > y1) {
      return;
    }
    const Sums sums(b_, x, y);
    if (scatter(sums.sum, sums.squares, block_pixels) < least_scatter(least_texture)) {
      return;
    }
    double best = -1;
    for (int v = y0; v <= y1; ++v) {
      for (int u = x0; u <= x1; ++u) {
        best = std::max(best, correlation(a_, {u, v}, b_, {x, y}, sums));
      }
    }
    sum += best;
    ++count;
  }

  const Thumbnail& a_;
  const Thumbnail& b_;
  Offset shift_;
  int radius_;
  int margin_;
};

/// A thumbnail reduced again, without borders.
struct Small {
  explicit Small(const Thumbnail& from) {
    const int longer = std::max(from.width(), from.height());
    width = std::max(1, from.width() * pan_side / std::max(longer, pan_side));
    height = std::max(1, from.height() * pan_side / std::max(longer, pan_side));
    pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int x0 = x * from.width() / width;
        const int x1 = (x + 1) * from.width() / width;
        const int y0 = y * from.height() / height;
        const int y1 = (y + 1) * from.height() / height;
        std::int64_t sum = 0;
        for (int v = y0; v < y1; ++v) {
          for (int u = x0; u < x1; ++u) {
            sum += from.at(u, v);
          }
        }
        pixels[static_cast<std::size_t>(y * width + x)] = sum / ((x1 - x0) * (y1 - y0));
      }
    }
  }
  [[nodiscard]] std::int64_t at(int x, int y) const {
    return pixels[static_cast<std::size_t>(y * width + x)];
  }
  int width = 0;
  int height = 0;
  std::vector<std::int64_t> pixels;
};

/// Correlation of what both show where b's picture lies `shift` further in a.
double overlap_correlation(const Small& a, const Small& b, Offset shift) {
  std::int64_t sa = 0;
  std::int64_t sb = 0;
  std::int64_t aa = 0;
  std::int64_t bb = 0;
  std::int64_t ab = 0;
  std::int64_t n = 0;
  for (int y = std::max(0, -shift.y); y < std::min(b.height, b.height - shift.y); ++y) {
    for (int x = std::max(0, -shift.x); x < std::min(b.width, b.width - shift.x); ++x) {
      const std::int64_t p = a.at(x + shift.x, y + shift.y);
      const std::int64_t q = b.at(x, y);
      sa += p;
      sb += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
      ++n;
    }
  }
  const std::int64_t va = scatter(sa, aa, n);
  const std::int64_t vb = scatter(sb, bb, n);
  return va <= 0 || vb <= 0 ? 0
                            : static_cast<double>(n * ab - sa * sb) /
                                  std::sqrt(static_cast<double>(va) * static_cast<double>(vb));
}

/// Where b's picture lies in a's, in pixels of the small pictures.
Offset best_shift(const Small& a, const Small& b) {
  Offset best;
  double highest = -2;
  const int most_x = static_cast<int>(b.width * (1 - least_common_area));
  const int most_y = static_cast<int>(b.height * (1 - least_common_area));
  for (int y = -most_y; y <= most_y; ++y) {
    for (int x = -most_x; x <= most_x; ++x) {
      const int common = (b.width - std::abs(x)) * (b.height - std::abs(y));
      if (common < least_common_area * b.width * b.height) {
        continue;
      }
      if (const double found = overlap_correlation(a, b, {x, y}); found > highest) {
        highest = found;
        best = {x, y};
      }
    }
  }
  return best;
}

/// A side of the thumbnail: the longer one is `Thumbnail::side`, or what gives the shorter one a
/// block of a long strip.
int reduced(int length, ConstBgrView frame) {
  const std::int64_t longer = std::max(frame.width, frame.height);
  const std::int64_t shorter = std::min(frame.width, frame.height);
  const std::int64_t target = std::clamp<std::int64_t>((block * longer + shorter - 1) / shorter,
                                                       Thumbnail::side, 4 * Thumbnail::side);
  return static_cast<int>(std::clamp<std::int64_t>((length * target + longer / 2) / longer, 1, length));
}

double one_way_after_pan(const Thumbnail& a, const Thumbnail& b, const Small& small_a, const Small& small_b) {
  const Offset small = best_shift(small_a, small_b);
  const Offset shift{static_cast<int>(std::lround(1.0 * small.x * b.width() / small_b.width)),
                     static_cast<int>(std::lround(1.0 * small.y * b.height() / small_b.height))};
  return Search(a, b, shift, Thumbnail::border, true).difference(fewest_blocks);
}

}  // namespace

Thumbnail::Thumbnail(ConstBgrView frame)
    : width_(reduced(frame.width, frame)),
      height_(reduced(frame.height, frame)),
      pixels_(static_cast<std::size_t>(width_ + 2 * border) *
              static_cast<std::size_t>(height_ + 2 * border)) {
  std::vector<std::int64_t> inner(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
  std::vector<std::int64_t> counts(inner.size());
  std::vector<std::size_t> columns;  // of the thumbnail, by column of the frame
  for (int x = 0; x < frame.width; ++x) {
    columns.push_back(static_cast<std::size_t>(std::int64_t{x} * width_ / frame.width));
  }
  const int skip = std::min(frame.width, frame.height) >= 8 * side ? 2 : 1;
  for (int y = 0; y < frame.height; y += skip) {
    const auto row =
        static_cast<std::size_t>(std::int64_t{y} * height_ / frame.height) * static_cast<std::size_t>(width_);
    for (int x = 0; x < frame.width; x += skip) {
      const std::uint8_t* p = frame.pixel(x, y);
      const std::size_t i = row + columns[static_cast<std::size_t>(x)];
      inner[i] += p[0] + 5 * p[1] + 2 * p[2];  // eighths of a code
      ++counts[i];
    }
  }
  const auto reflected = [](int at, int size) {
    const int period = std::max(1, 2 * size - 2);
    const int within = ((at % period) + period) % period;
    return within < size ? within : period - within;
  };
  for (int y = -border; y < height_ + border; ++y) {
    for (int x = -border; x < width_ + border; ++x) {
      const auto from = static_cast<std::size_t>(reflected(y, height_)) * static_cast<std::size_t>(width_) +
                        static_cast<std::size_t>(reflected(x, width_));
      pixels_[static_cast<std::size_t>(y + border) * static_cast<std::size_t>(width_ + 2 * border) +
              static_cast<std::size_t>(x + border)] =
          counts[from] == 0 ? 0 : static_cast<int>((inner[from] + counts[from] / 2) / counts[from]);
    }
  }
  for (int y = 0; y + block <= height_ && !textured_; y += step) {
    for (int x = 0; x + block <= width_ && !textured_; x += step) {
      const Sums sums(*this, x, y);
      textured_ = scatter(sums.sum, sums.squares, block_pixels) >= least_scatter(least_texture);
    }
  }
}

double block_difference(const Thumbnail& a, const Thumbnail& b, int radius) {
  return std::max(Search(a, b, {}, radius, false).difference(1),
                  Search(b, a, {}, radius, false).difference(1));
}

double block_difference_after_pan(const Thumbnail& a, const Thumbnail& b) {
  const Small small_a(a);
  const Small small_b(b);
  return std::max(one_way_after_pan(a, b, small_a, small_b), one_way_after_pan(b, a, small_b, small_a));
}

}  // namespace ffbench
