#include "stability/refinement.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/numeric/multiversion.hpp"
#include "core/warp_template.hpp"
#include "stability/similarity_fit.hpp"

namespace ffbench {

/// The bytes of stability/refinement/networks.bin (cmake/EmbedFile.cmake).
std::span<const unsigned char> shipped_networks();

}  // namespace ffbench

namespace ffbench::stability {
namespace {

constexpr std::string_view magic = "FFBFHR02";

/// Takes arrays from the front of a file's bytes, little-endian.
class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes), at_(magic.size()) {}

  template <std::size_t n>
  void take(std::array<std::int8_t, n>& out) {
    std::memcpy(out.data(), bytes_.data() + at_, n);
    at_ += n;
  }
  template <std::size_t n>
  void take(std::array<std::int32_t, n>& out) {
    for (std::int32_t& value : out) {
      std::uint32_t bits = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        bits |= std::uint32_t{static_cast<unsigned char>(bytes_[at_ + i])} << (8 * i);
      }
      value = static_cast<std::int32_t>(bits);
      at_ += 4;
    }
  }

 private:
  const std::string& bytes_;
  std::size_t at_;
};

constexpr std::size_t network_bytes = sizeof(RefinementNetwork);
constexpr std::size_t digest_bytes = 32;  ///< in hexadecimal

/// What keeps every sum within 32 bits and every shift defined.
bool sound(const RefinementNetwork& net) {
  const auto shifts_fit = [](const auto& shifts) {
    return std::all_of(shifts.begin(), shifts.end(), [](std::int32_t s) { return s >= 1 && s <= 24; });
  };
  const auto biases_fit = [](const auto& biases) {
    return std::all_of(biases.begin(), biases.end(),
                       [](std::int32_t b) { return b > -(1 << 29) && b < (1 << 29); });
  };
  return shifts_fit(net.shift1) && shifts_fit(net.shift2) && shifts_fit(net.shift3) &&
         biases_fit(net.bias1) && biases_fit(net.bias2) && biases_fit(net.bias3);
}

/// The networks in the bytes of a file; `name` is what errors call it.
RefinementNetworks parse_networks(const std::string& bytes, const std::string& name) {
  const std::size_t payload = magic.size() + landmark_kinds * network_bytes;
  if (bytes.size() != payload + digest_bytes || !bytes.starts_with(magic)) {
    fail("{}: no refinement networks of this version; make the file again with tools/fhr/train.py", name);
  }
  Hasher hasher;
  hasher.update(bytes.data(), payload);
  if (hasher.digest().hex() != bytes.substr(payload)) {
    fail("{}: damaged, its digest is {}, not {}; restore the file", name, hasher.digest().hex(),
         bytes.substr(payload));
  }
  RefinementNetworks networks;
  Reader reader(bytes);
  for (RefinementNetwork& net : networks) {
    reader.take(net.weights1);
    reader.take(net.bias1);
    reader.take(net.shift1);
    reader.take(net.weights2);
    reader.take(net.bias2);
    reader.take(net.shift2);
    reader.take(net.weights3);
    reader.take(net.bias3);
    reader.take(net.shift3);
    if (!sound(net)) {
      fail("{}: a shift is not in 1 to 24 or a bias not within 2^29; train the networks again", name);
    }
  }
  return networks;
}

}  // namespace

RefinementNetworks read_refinement_networks(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return parse_networks(bytes, file.string());
}

const RefinementNetworks& shipped_refinement_networks() {
  static const RefinementNetworks networks = [] {
    const std::span<const unsigned char> bytes = shipped_networks();
    return parse_networks(std::string(bytes.begin(), bytes.end()), "stability/refinement/networks.bin");
  }();
  return networks;
}

namespace {

/// Rows of references in memory, a whole number of vectors.
constexpr std::size_t row_stride = 16;
static_assert(row_stride >= reference_side);
/// A sum of references; what lies behind the pixels of a row is of no matter.
using PaddedSum = std::array<std::int32_t, std::size_t{reference_side} * row_stride>;

/// The view as it is where the landmark is `offset` from its middle.
FFBENCH_MULTIVERSION
void read_moved(const LandmarkView& view, PatchOffset offset, PaddedSum& moved) {
  const int s = phases_of(offset.x);
  const int t = phases_of(offset.y);
  const ReadTaps& across = read_tap_table[static_cast<std::size_t>(s & (read_phases - 1))];
  const ReadTaps& down = read_tap_table[static_cast<std::size_t>(t & (read_phases - 1))];
  const std::array<std::int32_t, 4> a = across.value;
  const std::array<std::int32_t, 4> d = down.value;
  // Whole vectors reach beyond the last pixel.
  std::array<std::uint8_t, std::size_t{view_pixels} + row_stride> padded{};
  std::memcpy(padded.data(), view.data(), view.size());
  constexpr std::size_t rows = reference_side + 3;
  std::array<std::int32_t, rows * row_stride> read;  // each is written
  // The reference begins two pixels into the view, the taps one before.
  const std::uint8_t* from = padded.data() + (1 + (t >> 6)) * view_side + 1 + (s >> 6);
  for (std::size_t y = 0; y < rows; ++y, from += view_side) {
    for (std::size_t x = 0; x < row_stride; ++x) {
      read[y * row_stride + x] =
          a[0] * from[x] + a[1] * from[x + 1] + a[2] * from[x + 2] + a[3] * from[x + 3];
    }
  }
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const std::int32_t v = d[0] * read[i] + d[1] * read[i + row_stride] + d[2] * read[i + 2 * row_stride] +
                           d[3] * read[i + 3 * row_stride];
    moved[i] = (v + 32768) >> 16;
  }
}

FFBENCH_MULTIVERSION
void add_weighted(PaddedSum& sum, const PaddedSum& moved, std::int32_t weight) {
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i] += weight * moved[i];
  }
}

/// The quotients are those of integers: binary64 is exact enough for any sum of 32 bits.
FFBENCH_MULTIVERSION
void divide(PaddedSum& sum, std::int32_t weights) {
  const double divisor = weights;
  for (std::int32_t& value : sum) {
    const auto mean = static_cast<std::int32_t>(static_cast<double>(value + (weights >> 1)) / divisor);
    const std::int32_t above = mean < -reference_limit ? -reference_limit : mean;
    value = above > reference_limit ? reference_limit : above;
  }
}

LandmarkReference mean_of(PaddedSum sum, std::int32_t weights) {
  divide(sum, weights);
  LandmarkReference reference{};
  for (std::size_t y = 0; y < std::size_t{reference_side}; ++y) {
    for (std::size_t x = 0; x < std::size_t{reference_side}; ++x) {
      reference[y * reference_side + x] = static_cast<std::int16_t>(sum[y * row_stride + x]);
    }
  }
  return reference;
}

}  // namespace

void add_moved(ReferenceSum& sum, const LandmarkView& view, PatchOffset offset) {
  PaddedSum moved;
  read_moved(view, offset, moved);
  for (std::size_t y = 0; y < std::size_t{reference_side}; ++y) {
    for (std::size_t x = 0; x < std::size_t{reference_side}; ++x) {
      sum[y * reference_side + x] += moved[y * row_stride + x];
    }
  }
}

TrackRefinement::TrackRefinement(const FaceTrack& observed, int window) : track_(observed), window_(window) {
  seen_.reserve(track_.frames.size());
}

void TrackRefinement::next(const CutLandmark& cut) {
  if (seen_.size() >= track_.frames.size()) {
    fail("landmark refinement: the track has {} frames, a further one was given", track_.frames.size());
  }
  static const Landmarks5 target = warp_template("arcface_128").scaled(patch_crop_size);
  std::vector<Seen>& frame = seen_.emplace_back();
  for (const TrackedFace& face : track_.frames[seen_.size() - 1].faces) {
    Seen& seen = frame.emplace_back();
    const std::optional<Similarity> fit = fit_similarity(face.landmarks5, target);
    if (!fit) {
      continue;
    }
    seen.fitted = true;
    seen.crop_to_frame = fit->inverse();
    for (std::size_t k = 0; k < seen.views.size(); ++k) {
      const PatchMap map(seen.crop_to_frame, face.landmarks5[k], landmark_roles[k].mirrored);
      seen.views[k] = cut(AffineF(map.map));
    }
  }
}

namespace {

/// The share of the offsets that leaves the landmark with the least second differences, from 0 to
/// 1: least squares over the run, both axes together. Where registration sees less than the
/// detector it gets little, or none.
double trust(const std::vector<Point>& observed, const std::vector<Point>& offset) {
  double along = 0;
  double energy = 0;
  for (std::size_t n = 2; n < observed.size(); ++n) {
    const auto second = [n](const std::vector<Point>& p) {
      return Point{p[n].x - 2 * p[n - 1].x + p[n - 2].x, p[n].y - 2 * p[n - 1].y + p[n - 2].y};
    };
    const Point o = second(observed);
    const Point d = second(offset);
    along += o.x * d.x + o.y * d.y;
    energy += d.x * d.x + d.y * d.y;
  }
  return energy > 0 ? std::clamp(-along / energy, 0.0, 1.0) : 0;
}

/// Calls `take(m, weight)` for the frames about `n`, the nearer the heavier: what a face looks like
/// changes as it turns.
template <class Take>
void for_each_near(int n, int length, int window, Take&& take) {
  for (int m = std::max(n - window, 0); m <= std::min(n + window, length - 1); ++m) {
    take(static_cast<std::size_t>(m), window + 1 - std::abs(n - m));
  }
}

/// Of each view the mean of those around, as moved; alone, its own.
std::vector<LandmarkReference> references(const std::vector<const LandmarkView*>& views,
                                          const std::vector<PatchOffset>& offsets, int window) {
  std::vector<PaddedSum> moved(views.size());
  for (std::size_t n = 0; n < views.size(); ++n) {
    read_moved(*views[n], offsets[n], moved[n]);
  }
  const auto length = static_cast<int>(views.size());
  std::vector<LandmarkReference> result;
  for (int n = 0; n < length; ++n) {
    PaddedSum sum{};
    std::int32_t weights = 0;
    for_each_near(n, length, window, [&](std::size_t m, std::int32_t weight) {
      if (m == static_cast<std::size_t>(n) && length > 1 && window > 0) {
        return;
      }
      add_weighted(sum, moved[m], weight);
      weights += weight;
    });
    result.push_back(mean_of(sum, weights));
  }
  return result;
}

constexpr int passes = 2;

}  // namespace

std::vector<TrackRefinement::Run> TrackRefinement::runs() const {
  std::vector<Run> runs;
  std::map<int, std::size_t> open;
  for (std::size_t t = 0; t < seen_.size(); ++t) {
    const TrackFrame& frame = track_.frames[t];
    if (frame.cut) {
      open.clear();
    }
    for (std::size_t i = 0; i < frame.faces.size(); ++i) {
      if (!seen_[t][i].fitted) {
        continue;
      }
      const auto found = open.find(frame.faces[i].id);
      if (found == open.end() || runs[found->second].last_frame + 1 != t) {
        open[frame.faces[i].id] = runs.size();
        runs.emplace_back();
      }
      Run& run = runs[open[frame.faces[i].id]];
      run.last_frame = t;
      run.places.emplace_back(t, i);
    }
  }
  return runs;
}

void TrackRefinement::refine_run(const Run& run, const RefineLandmarks& refine, FaceTrack& result) const {
  const std::size_t length = run.places.size();
  std::array<std::vector<PatchOffset>, 5> offsets;
  offsets.fill(std::vector<PatchOffset>(length));
  for (int pass = 0; pass < passes; ++pass) {
    std::vector<RefinementJob> jobs;
    jobs.reserve(length * offsets.size());
    for (std::size_t k = 0; k < offsets.size(); ++k) {
      std::vector<const LandmarkView*> views;
      for (const auto& [t, i] : run.places) {
        views.push_back(&seen_[t][i].views[k]);
      }
      const std::vector<LandmarkReference> means = references(views, offsets[k], window_);
      for (std::size_t n = 0; n < length; ++n) {
        jobs.push_back({views[n], landmark_roles[k].kind, means[n]});
      }
    }
    const std::vector<PatchOffset> found = refine(jobs);
    for (std::size_t k = 0; k < offsets.size(); ++k) {
      std::copy_n(found.begin() + static_cast<std::ptrdiff_t>(k * length), length, offsets[k].begin());
    }
  }

  for (std::size_t k = 0; k < offsets.size(); ++k) {
    std::vector<Point> observed;
    std::vector<Point> offset;
    for (std::size_t n = 0; n < length; ++n) {
      const auto& [t, i] = run.places[n];
      const Point& landmark = track_.frames[t].faces[i].landmarks5[k];
      observed.push_back(landmark);
      const PatchMap map(seen_[t][i].crop_to_frame, landmark, landmark_roles[k].mirrored);
      offset.push_back(map.to_frame(offsets[k][n]));
    }
    const double share = trust(observed, offset);
    for (std::size_t n = 0; n < length; ++n) {
      Point sum;
      double weights = 0;
      for_each_near(static_cast<int>(n), static_cast<int>(length), window_, [&](std::size_t m, int weight) {
        sum.x += weight * offset[m].x;
        sum.y += weight * offset[m].y;
        weights += weight;
      });
      const auto& [t, i] = run.places[n];
      Point& refined = result.frames[t].faces[i].landmarks5[k];
      refined.x += share * (offset[n].x - sum.x / weights);
      refined.y += share * (offset[n].y - sum.y / weights);
    }
  }
}

FaceTrack TrackRefinement::refined(const RefineLandmarks& refine) const {
  FaceTrack result = track_;
  for (const Run& run : runs()) {
    refine_run(run, refine, result);
  }
  return result;
}

}  // namespace ffbench::stability
