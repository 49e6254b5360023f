// Writes the patches that the refinement networks are trained and judged on: `ffbench_fhr_patches FILE [PERSONS] [VIEWS]`.
//
// Each person is drawn at random and seen in VIEWS random poses, expressions, lights, exposures and sizes; of each view every
// landmark gives DRAWS patches, each about a point up to one patch pixel beside the truth. Frames have no noise: training adds it, and
// the Cramer-Rao bound needs the clean patch. Every eighth person is held out, under lights of their own.
//
// The file: "FFBPATCH", the number of records, then records of 144 bytes, little-endian: kind (u8), held out (u8), person (u16),
// frame pixels per patch pixel (f32), offset x, y in patch pixels from the patch's middle to the truth (2 f32), luma (121 u8),
// padding.

#include <cmath>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>

#include "core/antialias.hpp"
#include "core/math.hpp"
#include "core/refinement.hpp"
#include "core/warp_template.hpp"
#include "datasets/synthetic/arithmetic.hpp"
#include "datasets/synthetic/random.hpp"
#include "datasets/synthetic/scene_geometry.hpp"
#include "reference/antialiased_warp.hpp"
#include "reference/refinement.hpp"
#include "stability/similarity_fit.hpp"
#include "tools/fhr/portrait.hpp"

namespace ffbench::fhr {
namespace {

constexpr int draws = 6;

struct Record {
  std::uint8_t kind = 0;
  std::uint8_t held_out = 0;
  std::uint16_t person = 0;
  float pixels_per_pixel = 0;
  float x = 0;
  float y = 0;
  std::array<std::uint8_t, patch_pixels> luma{};
  std::array<std::uint8_t, 7> padding{};
};
static_assert(sizeof(Record) == 144);

/// Draws numbers in order from one stream.
class Dice {
 public:
  explicit Dice(std::uint64_t key)
      : random_(synthetic::RandomStream(synthetic::key_of("fhr view")).substream(key)) {}
  double between(double low, double high) { return low + (high - low) * random_.uniform(drawn_++); }
  /// Close to normal, variance 1.
  double bell() { return between(-1, 1) + between(-1, 1) + between(-1, 1); }

 private:
  synthetic::RandomStream random_;
  std::uint64_t drawn_ = 0;
};

struct View {
  synthetic::Placement placement;
  synthetic::Expression expression;
  synthetic::Colour light;
  int shot = 0;
  int side = 0;
};

View random_view(Dice& dice, bool held_out) {
  View view;
  const double crop =
      60 * synthetic::power_of_two(2.6 * dice.between(0, 1) * dice.between(0, 1));  // 60 to 364
  view.side = static_cast<int>(1.7 * crop);
  synthetic::Placement& p = view.placement;
  p.x = view.side / 2.0 + dice.between(-1, 1);
  p.y = view.side / 2.0 - 0.12 * crop + dice.between(-1, 1);
  p.scale = crop / synthetic::crop_side_cm;
  p.yaw = synthetic::radians(20 * dice.bell());
  p.pitch = synthetic::radians(9 * dice.bell());
  p.roll = synthetic::radians(10 * dice.bell());
  synthetic::Expression& e = view.expression;
  e.mouth_open = dice.between(0, 1) < 0.5 ? dice.between(0, 0.9) : 0;
  e.mouth_wide = dice.between(-0.8, 0.8);
  e.smile = dice.between(0, 1) < 0.4 ? dice.between(0, 1) : 0;
  e.blink = dice.between(0, 1) < 0.2 ? dice.between(0, 1) : 0;
  e.brow = dice.between(-0.7, 0.7);
  e.gaze_x = 0.15 * dice.bell();
  e.gaze_y = 0.1 * dice.bell();
  const double gain = synthetic::power_of_two(dice.between(-1, 0.7));
  view.light = {gain * dice.between(0.85, 1.15), gain, gain * dice.between(0.8, 1.2)};
  view.shot = held_out ? 3 : static_cast<int>(dice.between(0, 3));
  return view;
}

void export_view(const Sitter& sitter, int person, bool held_out, const View& view, Dice& dice,
                 std::ofstream& out, std::uint64_t& written) {
  const Landmarks5 truth = landmarks5_from_68(sitter.landmarks(view.placement, view.expression));
  const Landmarks5 target = warp_template("arcface_128").scaled(patch_crop_size);
  struct Draw {
    std::size_t landmark;
    PatchMap map;
    Point offset;
    double scale;
  };
  std::vector<Draw> drawn;
  for (int i = 0; i < draws; ++i) {
    // The similarity is that of landmarks with noise, as a detector gives them.
    Landmarks5 seen = truth;
    const double noise = 0.5 * dice.between(0, 1);
    for (Point& p : seen) {
      p.x += noise * dice.bell();
      p.y += noise * dice.bell();
    }
    const std::optional<Similarity> fit = stability::fit_similarity(seen, target);
    if (!fit) {
      continue;
    }
    const Similarity back = fit->inverse();
    for (std::size_t k = 0; k < truth.size(); ++k) {
      const Point offset{dice.between(-1, 1), dice.between(-1, 1)};
      const PatchMap origin(back, {0, 0}, landmark_roles[k].mirrored);
      const Point shift{origin.map.xx * offset.x + origin.map.xy * offset.y,
                        origin.map.yx * offset.x + origin.map.yy * offset.y};
      drawn.push_back(
          {k, PatchMap(back, {truth[k].x - shift.x, truth[k].y - shift.y}, landmark_roles[k].mirrored),
           offset, std::sqrt(back.a * back.a + back.b * back.b)});
    }
  }
  MaskImage wanted(view.side, view.side);
  std::fill_n(wanted.data(), static_cast<std::size_t>(view.side) * static_cast<std::size_t>(view.side),
              std::uint8_t{0});
  for (const Draw& d : drawn) {
    const Point middle = d.map.map.apply({patch_side / 2, patch_side / 2});
    const int reach = static_cast<int>((patch_side / 2 * 1.45 + 2) * (d.scale > 1 ? d.scale : 1)) + 2;
    const int x0 = std::clamp(static_cast<int>(middle.x) - reach, 0, view.side);
    const int x1 = std::clamp(static_cast<int>(middle.x) + reach + 1, 0, view.side);
    const int y0 = std::clamp(static_cast<int>(middle.y) - reach, 0, view.side);
    const int y1 = std::clamp(static_cast<int>(middle.y) + reach + 1, 0, view.side);
    for (int y = y0; y < y1 && x1 > x0; ++y) {
      std::fill(wanted.view().pixel(x0, y), wanted.view().pixel(x0, y) + (x1 - x0), std::uint8_t{1});
    }
  }
  BgrImage frame(view.side, view.side);
  sitter.render(
      view.placement, view.expression, view.shot, view.light,
      [&](int x, int y) { return *wanted.view().pixel(x, y) != 0; }, frame.view());
  BgrImage patch(patch_side, patch_side);
  for (const Draw& d : drawn) {
    reference::antialiased_warp(frame.view(), AffineF(d.map.map), patch.view());
    Record record;
    record.kind = static_cast<std::uint8_t>(landmark_roles[d.landmark].kind);
    record.held_out = held_out ? 1 : 0;
    record.person = static_cast<std::uint16_t>(person);
    record.pixels_per_pixel = static_cast<float>(d.scale);
    record.x = static_cast<float>(d.offset.x);
    record.y = static_cast<float>(d.offset.y);
    record.luma = reference::patch_luma(patch.view());
    out.write(reinterpret_cast<const char*>(&record), sizeof record);
    ++written;
  }
}

int run(const std::string& file, int persons, int views) {
  std::ofstream out(file, std::ios::binary);
  std::uint64_t written = 0;
  out.write("FFBPATCH", 8);
  out.write(reinterpret_cast<const char*>(&written), sizeof written);
  for (int person = 0; person < persons; ++person) {
    const bool held_out = person % 8 == 7;
    const Sitter sitter(random_person(static_cast<std::uint64_t>(person)));
    for (int i = 0; i < views; ++i) {
      Dice dice(static_cast<std::uint64_t>(person) * 100000 + static_cast<std::uint64_t>(i));
      const View view = random_view(dice, held_out);
      export_view(sitter, person, held_out, view, dice, out, written);
    }
    std::cerr << "\r" << person + 1 << " of " << persons << " people" << std::flush;
  }
  std::cerr << '\n';
  out.seekp(8);
  out.write(reinterpret_cast<const char*>(&written), sizeof written);
  out.close();
  if (!out) {
    std::cerr << file << ": could not be written\n";
    return 2;
  }
  std::cout << written << " patches\n";
  return 0;
}

}  // namespace
}  // namespace ffbench::fhr

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::cerr << "usage: ffbench_fhr_patches FILE [PERSONS] [VIEWS]\n";
    return 2;
  }
  const int persons = argc > 2 ? std::atoi(argv[2]) : 200;
  const int views = argc > 3 ? std::atoi(argv[3]) : 16;
  return ffbench::fhr::run(argv[1], persons, views);
}
