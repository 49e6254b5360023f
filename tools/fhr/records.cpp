#include "tools/fhr/records.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/numeric/math.hpp"
#include "core/warp_template.hpp"
#include "datasets/synthetic/arithmetic.hpp"
#include "datasets/synthetic/random.hpp"
#include "datasets/synthetic/scene_geometry.hpp"
#include "reference/cut_landmark.hpp"
#include "reference/warp_antialiased.hpp"
#include "stability/similarity_fit.hpp"
#include "tools/fhr/portrait.hpp"

namespace ffbench::fhr {
namespace {

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

/// The same face a few frames later.
View moved_view(View view, Dice& dice) {
  synthetic::Placement& p = view.placement;
  p.x += dice.between(-0.5, 0.5);
  p.y += dice.between(-0.5, 0.5);
  p.scale *= 1 + 0.015 * dice.bell();
  const double turn = dice.between(0, 1);
  p.yaw += synthetic::radians(4 * turn * dice.bell());
  p.pitch += synthetic::radians(2 * turn * dice.bell());
  p.roll += synthetic::radians(3 * turn * dice.bell());
  synthetic::Expression& e = view.expression;
  const double change = dice.between(0, 1) < 0.5 ? dice.between(0, 1) : 0;
  e.mouth_open = std::clamp(e.mouth_open + 0.2 * change * dice.bell(), 0.0, 1.0);
  e.mouth_wide += 0.2 * change * dice.bell();
  e.smile = std::clamp(e.smile + 0.2 * change * dice.bell(), 0.0, 1.0);
  e.blink = std::clamp(e.blink + 0.2 * change * dice.bell(), 0.0, 1.0);
  e.brow += 0.1 * change * dice.bell();
  e.gaze_x += 0.1 * change * dice.bell();
  e.gaze_y += 0.06 * change * dice.bell();
  const double gain = synthetic::power_of_two(0.15 * dice.bell());
  view.light = {gain * view.light.r, gain * view.light.g, gain * view.light.b};
  return view;
}

/// A square of patch pixels, `side` across, to be cut out of a picture.
struct Cut {
  int side;
  PatchMap map;
};

/// The luma of each cut, from a picture of which only what they need is drawn.
std::vector<std::vector<std::uint8_t>> cut_all(const Sitter& sitter, const View& view,
                                               const std::vector<Cut>& cuts) {
  MaskImage wanted(view.side, view.side);
  std::fill_n(wanted.data(), static_cast<std::size_t>(view.side) * static_cast<std::size_t>(view.side),
              std::uint8_t{0});
  for (const Cut& cut : cuts) {
    const Affine& map = cut.map.map;
    const double scale = std::hypot(map.xx, map.yx);
    const int pixels_beside = (cut.side - 1) / 2;
    const double half = pixels_beside;
    const Point middle = map.apply({half, half});
    const int reach = static_cast<int>((half * 1.45 + 2) * (scale > 1 ? scale : 1)) + 2;
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
  std::vector<std::vector<std::uint8_t>> result;
  for (const Cut& cut : cuts) {
    // One pixel more all around, for the smoothing.
    BgrImage patch(cut.side + 2, cut.side + 2);
    Affine map = cut.map.map;
    map.xt -= map.xx + map.xy;
    map.yt -= map.yx + map.yy;
    reference::warp_antialiased(frame.view(), AffineF(map), patch.view());
    result.push_back(reference::smoothed_luma(patch.view()));
  }
  return result;
}

/// The similarity of landmarks with noise, as a detector gives them; from the patches' crop to the
/// frame.
std::optional<Similarity> noisy_fit(Landmarks5 truth, Dice& dice) {
  const double noise = 0.5 * dice.between(0, 1);
  for (Point& p : truth) {
    p.x += noise * dice.bell();
    p.y += noise * dice.bell();
  }
  const auto fit = stability::fit_similarity(truth, warp_template("arcface_128").scaled(patch_crop_size));
  return fit ? std::optional(fit->inverse()) : std::nullopt;
}

void add_view(const Sitter& sitter, int person, const View& view, Dice& dice, std::vector<Record>& out) {
  const View later = moved_view(view, dice);
  const Landmarks5 truth = landmarks5_from_68(sitter.landmarks(view.placement, view.expression));
  const Landmarks5 truth_later = landmarks5_from_68(sitter.landmarks(later.placement, later.expression));
  const std::optional<Similarity> fit = noisy_fit(truth, dice);
  std::vector<Record> records(truth.size());
  std::vector<Cut> cuts;
  std::vector<Cut> cuts_later;
  for (std::size_t k = 0; k < truth.size(); ++k) {
    const bool mirrored = landmark_roles[k].mirrored;
    // The point looked at is the detector's idea of the landmark.
    const Point beside{dice.between(-1.5, 1.5), dice.between(-1.5, 1.5)};
    const auto draw_into = [&](Draw& draw, const std::optional<Similarity>& back, Point landmark,
                               std::vector<Cut>& list) {
      const Point offset{dice.between(-1, 1), dice.between(-1, 1)};
      draw.x = static_cast<float>(offset.x);
      draw.y = static_cast<float>(offset.y);
      const PatchMap origin(*back, landmark, mirrored, patch_side);
      const Point move = origin.to_frame(Point{beside.x - offset.x, beside.y - offset.y});
      list.push_back(
          {patch_side, PatchMap(*back, {landmark.x + move.x, landmark.y + move.y}, mirrored, patch_side)});
    };
    if (!fit) {
      return;
    }
    const PatchMap origin(*fit, truth[k], mirrored, reference_side);
    const Point move = origin.to_frame(beside);
    cuts.push_back({reference_side,
                    PatchMap(*fit, {truth[k].x + move.x, truth[k].y + move.y}, mirrored, reference_side)});
    for (Draw& draw : records[k].still) {
      draw_into(draw, fit, truth[k], cuts);
    }
    for (Draw& draw : records[k].moved) {
      const std::optional<Similarity> fit_later = noisy_fit(truth_later, dice);
      if (!fit_later) {
        return;
      }
      draw_into(draw, fit_later, truth_later[k], cuts_later);
    }
  }
  const auto lumas = cut_all(sitter, view, cuts);
  const auto lumas_later = cut_all(sitter, later, cuts_later);
  std::size_t now = 0;
  std::size_t then = 0;
  for (std::size_t k = 0; k < truth.size(); ++k) {
    Record& record = records[k];
    record.kind = static_cast<std::uint8_t>(landmark_roles[k].kind);
    record.held_out = is_held_out(person) ? 1 : 0;
    record.person = static_cast<std::uint16_t>(person);
    record.pixels_per_pixel = static_cast<float>(std::sqrt(fit->a * fit->a + fit->b * fit->b));
    std::copy_n(lumas[now++].begin(), reference_pixels, record.reference.begin());
    for (Draw& draw : record.still) {
      std::copy_n(lumas[now++].begin(), patch_pixels, draw.luma.begin());
    }
    for (Draw& draw : record.moved) {
      std::copy_n(lumas_later[then++].begin(), patch_pixels, draw.luma.begin());
    }
    out.push_back(record);
  }
}

}  // namespace

std::vector<Record> records_of_person(int person, int views) {
  const Sitter sitter(random_person(static_cast<std::uint64_t>(person)));
  std::vector<Record> records;
  for (int i = 0; i < views; ++i) {
    Dice dice(static_cast<std::uint64_t>(person) * 100000 + static_cast<std::uint64_t>(i));
    const View view = random_view(dice, is_held_out(person));
    add_view(sitter, person, view, dice, records);
  }
  return records;
}

}  // namespace ffbench::fhr
