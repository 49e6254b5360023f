#include "stability/refinement.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

#include "core/data_path.hpp"
#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/warp_template.hpp"
#include "stability/similarity_fit.hpp"

namespace ffbench::stability {
namespace {

constexpr std::string_view magic = "FFBFHR01";
constexpr std::string_view shipped_file = "stability/refinement/networks.bin";

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

}  // namespace

RefinementNetworks read_refinement_networks(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const std::size_t payload = magic.size() + landmark_kinds * network_bytes;
  if (bytes.size() != payload + digest_bytes || !bytes.starts_with(magic)) {
    fail("{}: no refinement networks of this version; make the file anew with tools/fhr/train.py",
         file.string());
  }
  Hasher hasher;
  hasher.update(bytes.data(), payload);
  if (hasher.digest().hex() != bytes.substr(payload)) {
    fail("{}: damaged, its digest is {}, not {}; restore the file", file.string(), hasher.digest().hex(),
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
      fail("{}: a shift is not in 1 to 24 or a bias not within 2^29; train the networks anew", file.string());
    }
  }
  return networks;
}

std::shared_ptr<const RefinementNetworks> shipped_refinement_networks() {
  static const std::shared_ptr<const RefinementNetworks> networks =
      []() -> std::shared_ptr<const RefinementNetworks> {
    std::filesystem::path file;
    try {
      file = data_path(shipped_file);
    } catch (const Error&) {
      return nullptr;
    }
    return std::make_shared<const RefinementNetworks>(read_refinement_networks(file));
  }();
  return networks;
}

std::array<Point, 5> refinement_offsets(const Landmarks5& observed, const RefinePatch& refine) {
  std::array<Point, 5> offsets{};
  static const Landmarks5 target = warp_template("arcface_128").scaled(patch_crop_size);
  const std::optional<Similarity> fit = fit_similarity(observed, target);
  if (!fit) {
    return offsets;
  }
  const Similarity back = fit->inverse();
  for (std::size_t k = 0; k < observed.size(); ++k) {
    const PatchMap first(back, observed[k], landmark_roles[k].mirrored);
    const PatchOffset coarse = refine(static_cast<int>(k), AffineF(first.map));
    const Point moved = first.to_frame(coarse);
    const PatchMap second(back, {observed[k].x + moved.x, observed[k].y + moved.y},
                          landmark_roles[k].mirrored);
    const PatchOffset fine = refine(static_cast<int>(k), AffineF(second.map));
    offsets[k] = first.to_frame({std::clamp(coarse.x + fine.x, -offset_steps, offset_steps),
                                 std::clamp(coarse.y + fine.y, -offset_steps, offset_steps)});
  }
  return offsets;
}

TrackRefinement::TrackRefinement(const FaceTrack& observed, int anchor_frames)
    : track_(observed), anchor_frames_(anchor_frames) {
  offsets_.reserve(track_.frames.size());
}

void TrackRefinement::next(const RefinePatch& refine) {
  if (offsets_.size() >= track_.frames.size()) {
    fail("landmark refinement: the track has {} frames, a further one was given", track_.frames.size());
  }
  std::vector<std::array<Point, 5>>& frame = offsets_.emplace_back();
  for (const TrackedFace& face : track_.frames[offsets_.size() - 1].faces) {
    frame.push_back(refinement_offsets(face.landmarks5, refine));
  }
}

namespace {

/// The share of the offsets that leaves the landmark with the least second differences, from 0 to 1: least squares over the
/// run, both axes together. Networks that see less than the detector on this clip get little, or none.
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

}  // namespace

FaceTrack TrackRefinement::refined() const {
  /// A face's unbroken presence in a scene.
  struct Run {
    std::size_t last_frame = 0;
    std::vector<std::pair<std::size_t, std::size_t>> places;  ///< frame, index of the face
  };
  std::vector<Run> runs;
  std::map<int, std::size_t> open;
  for (std::size_t t = 0; t < offsets_.size(); ++t) {
    const TrackFrame& frame = track_.frames[t];
    if (frame.cut) {
      open.clear();
    }
    for (std::size_t i = 0; i < frame.faces.size(); ++i) {
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

  FaceTrack result = track_;
  for (const Run& run : runs) {
    const auto length = static_cast<int>(run.places.size());
    for (std::size_t k = 0; k < landmark_roles.size(); ++k) {
      std::vector<Point> observed;
      std::vector<Point> offset;
      for (const auto& [t, i] : run.places) {
        observed.push_back(track_.frames[t].faces[i].landmarks5[k]);
        offset.push_back(offsets_[t][i][k]);
      }
      const double share = trust(observed, offset);
      for (int n = 0; n < length; ++n) {
        const int from = std::max(n - anchor_frames_, 0);
        const int to = std::min(n + anchor_frames_, length - 1);
        Point mean;
        for (int m = from; m <= to; ++m) {
          mean.x += offset[static_cast<std::size_t>(m)].x;
          mean.y += offset[static_cast<std::size_t>(m)].y;
        }
        const double count = to - from + 1;
        const auto [t, i] = run.places[static_cast<std::size_t>(n)];
        const Point& own = offset[static_cast<std::size_t>(n)];
        Point& refined = result.frames[t].faces[i].landmarks5[k];
        refined.x += share * (own.x - mean.x / count);
        refined.y += share * (own.y - mean.y / count);
      }
    }
  }
  return result;
}

}  // namespace ffbench::stability
