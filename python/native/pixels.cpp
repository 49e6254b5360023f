// The pixel operators, one call each.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>

#include "core/face_plan.hpp"
#include "core/preset.hpp"
#include "kernels/cpu/apply_gains.hpp"
#include "kernels/cpu/area_mask.hpp"
#include "kernels/cpu/box_mask.hpp"
#include "kernels/cpu/composite.hpp"
#include "kernels/cpu/gain_statistics.hpp"
#include "kernels/cpu/gain_tables.hpp"
#include "kernels/cpu/gain_update.hpp"
#include "kernels/cpu/mask_hysteresis.hpp"
#include "kernels/cpu/warp.hpp"
#include "kernels/cpu/warp_antialiased.hpp"
#include "kernels/cuda/host_images.hpp"
#include "python/native/arrays.hpp"
#include "python/native/bindings.hpp"
#include "stability/plan_geometry.hpp"

namespace ffbench::python {
namespace {

using namespace nb::literals;

using Tables = nb::ndarray<const std::uint8_t, nb::shape<3, 256>, nb::c_contig, nb::device::cpu>;
using WritableTables = nb::ndarray<std::uint8_t, nb::shape<3, 256>, nb::c_contig, nb::device::cpu>;

bool is_similarity(const Affine& m) {
  return m.xx == m.yy && m.xy == -m.yx;
}

/// The inverse map. That of a similarity has the bits that plans have.
Affine inverse_of(const Affine& m, const char* name) {
  if (is_similarity(m)) {
    if (!(m.xx * m.xx + m.yx * m.yx > 1e-12)) {
      invalid("{}: cannot be inverted", name);
    }
    return Similarity{m.xx, m.yx, m.xt, m.yt}.inverse();
  }
  const double determinant = m.xx * m.yy - m.xy * m.yx;
  if (!(std::abs(determinant) > 1e-12) || !std::isfinite(determinant)) {
    invalid("{}: cannot be inverted", name);
  }
  const double xx = m.yy / determinant;
  const double xy = -m.xy / determinant;
  const double yx = -m.yx / determinant;
  const double yy = m.xx / determinant;
  return {xx, xy, -(xx * m.xt + xy * m.yt), yx, yy, -(yx * m.xt + yy * m.yt)};
}

/// Whole pixels from `low` to `high` with one to spare, within [0, size).
std::array<int, 2> pixel_range(double low, double high, int size) {
  const double first = std::clamp(std::floor(low) - 1, 0.0, static_cast<double>(size));
  const double last = std::clamp(std::ceil(high) + 2, first, static_cast<double>(size));
  return {static_cast<int>(first), static_cast<int>(last)};
}

/// The part of the frame that a paste may change (NUMERICS.md, "Geometry"), for crops that need not
/// be square.
Region paste_region(const Affine& crop_to_frame, ConstBgrView frame, ConstBgrView crop) {
  const std::array<Point, 4> corners{
      crop_to_frame.apply({-1, -1}), crop_to_frame.apply({static_cast<double>(crop.width), -1}),
      crop_to_frame.apply({static_cast<double>(crop.width), static_cast<double>(crop.height)}),
      crop_to_frame.apply({-1, static_cast<double>(crop.height)})};
  const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
  const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
  const auto [x0, x1] = pixel_range(left, right, frame.width);
  const auto [y0, y1] = pixel_range(top, bottom, frame.height);
  return x1 > x0 && y1 > y0 ? Region{x0, y0, x1 - x0, y1 - y0} : Region{};
}

/// This thread's memory and stream of the device.
cuda::HostImages& on_device() {
  thread_local cuda::HostImages images;
  return images;
}

void warp(const Pixels& frame, const Numbers& crop_to_frame, bool antialias, bool use_cuda,
          const WritablePixels& out) {
  const ConstBgrView from = pixels_of(frame, "frame");
  const AffineF map(affine_of(crop_to_frame, "crop_to_frame"));
  const BgrView to = pixels_of(out, "out");
  const nb::gil_scoped_release released;
  if (use_cuda && !antialias) {
    on_device().warp(from, map, to);
    return;
  }
  antialias ? cpu::warp_antialiased(from, map, to) : cpu::warp(from, map, to);
}

void paste(const Pixels& frame, const Pixels& crop, const Mask& mask, const Numbers& frame_to_crop,
           const Preset& preset, bool use_cuda, const WritablePixels& out) {
  const ConstBgrView from = pixels_of(frame, "frame");
  const ConstBgrView pasted = pixels_of(crop, "crop");
  const ConstMaskView through = mask_of(mask, "mask");
  const Affine map = affine_of(frame_to_crop, "frame_to_crop");
  const BgrView to = pixels_of(out, "out");
  check_same_size(from, "frame", to, "out");
  check_same_size(pasted, "crop", through, "mask");
  const Region region = paste_region(inverse_of(map, "frame_to_crop"), from, pasted);
  const cpu::SeamBand band(preset);
  const nb::gil_scoped_release released;
  if (use_cuda) {
    on_device().paste(from, pasted, through, AffineF(map), region, preset, to);
    return;
  }
  if (from.data != to.data) {
    copy_pixels(from, to);
  }
  if (!region.empty()) {
    cpu::composite(pasted, through, AffineF(map), region, band, to);
  }
}

void box_mask(double blur, const std::array<int, 4>& padding, const WritableMask& out) {
  if (!(blur >= 0 && blur <= 1)) {
    invalid("blur: {}, expected 0 to 1", blur);
  }
  for (const int percent : padding) {
    if (percent < 0 || percent > 100) {
      invalid("padding: {}, expected 0 to 100 percent", percent);
    }
  }
  const MaskView to = mask_of(out, "out");
  const nb::gil_scoped_release released;
  cpu::box_mask(blur, {padding[0], padding[1], padding[2], padding[3]}, to);
}

std::vector<Point> points_of(const Numbers& points, const char* name) {
  if (points.shape(1) != 2) {
    invalid("{}: {} columns, expected x and y", name, points.shape(1));
  }
  std::vector<Point> result(points.shape(0));
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = {points(i, 0), points(i, 1)};
    if (!std::isfinite(result[i].x) || !std::isfinite(result[i].y)) {
      invalid("{}: holds a number that is not finite", name);
    }
  }
  return result;
}

void area_mask(const Numbers& points, double feather, const WritableMask& mask) {
  if (!(feather > 0 && feather <= static_cast<double>(longest_side))) {
    invalid("feather: {}, expected more than 0 pixels", feather);
  }
  FacePlan plan;
  plan.mask_polygon = stability::convex_hull(points_of(points, "points"));
  if (plan.mask_polygon.size() < 3) {
    invalid("points: they enclose no area");
  }
  const MaskView to = mask_of(mask, "mask");
  if (!stability::complete_geometry(plan, to.width, to.height, to.width)) {
    invalid("points: they enclose no area");
  }
  const nb::gil_scoped_release released;
  cpu::area_mask(plan.geometry.mask_edges, static_cast<float>(feather), to);
}

void mask_hysteresis(const Mask& previous, int band, const WritableMask& mask) {
  if (band < 0 || band > 255) {
    invalid("band: {}, expected 0 to 255", band);
  }
  const ConstMaskView before = mask_of(previous, "previous");
  const MaskView to = mask_of(mask, "mask");
  check_same_size(before, "previous", to, "mask");
  const nb::gil_scoped_release released;
  cpu::mask_hysteresis(before, band, to);
}

cpu::LinearSums gain_statistics(const Pixels& crop) {
  const ConstBgrView view = pixels_of(crop, "crop");
  const nb::gil_scoped_release released;
  return cpu::gain_statistics(view);
}

void fill_tables(const cpu::GainState& state, const WritableTables& out) {
  const cpu::GainTables tables = cpu::gain_tables(state);
  for (std::size_t channel = 0; channel < tables.size(); ++channel) {
    std::copy(tables[channel].begin(), tables[channel].end(), out.data() + 256 * channel);
  }
}

void apply_gains(const Tables& tables, const Pixels& crop, const WritablePixels& out) {
  cpu::GainTables copy{};
  for (std::size_t channel = 0; channel < copy.size(); ++channel) {
    std::copy_n(tables.data() + 256 * channel, 256, copy[channel].begin());
  }
  const ConstBgrView from = pixels_of(crop, "crop");
  const BgrView to = pixels_of(out, "out");
  check_same_size(from, "crop", to, "out");
  const nb::gil_scoped_release released;
  cpu::apply_gains(copy, from, to);
}

}  // namespace

void add_pixels(nb::module_& m) {
  m.def("warp", warp, "frame"_a.noconvert(), "crop_to_frame"_a.noconvert(), "antialias"_a, "use_cuda"_a,
        "out"_a.noconvert());
  m.def("paste", paste, "frame"_a.noconvert(), "crop"_a.noconvert(), "mask"_a.noconvert(),
        "frame_to_crop"_a.noconvert(), "preset"_a, "use_cuda"_a, "out"_a.noconvert());
  m.def("box_mask", box_mask, "blur"_a, "padding"_a, "out"_a.noconvert());
  m.def("area_mask", area_mask, "points"_a.noconvert(), "feather"_a, "mask"_a.noconvert());
  m.def("mask_hysteresis", mask_hysteresis, "previous"_a.noconvert(), "band"_a, "mask"_a.noconvert());
  m.def("gain_statistics", gain_statistics, "crop"_a.noconvert());
  m.def("apply_gains", apply_gains, "tables"_a.noconvert(), "crop"_a.noconvert(), "out"_a.noconvert());
  m.def(
      "inverse",
      [](const Numbers& matrix) { return matrix_of(inverse_of(affine_of(matrix, "matrix"), "matrix")); },
      "matrix"_a.noconvert());
  nb::class_<cpu::GainState>(m, "GainState")
      .def(nb::init<>())
      .def_prop_ro("gains",
                   [](const cpu::GainState& state) {
                     std::array<double, 3> gains{};
                     std::ranges::transform(state.gain, gains.begin(), [](std::int64_t gain) {
                       return static_cast<double>(gain) / 65536;
                     });
                     return gains;
                   })
      .def(
          "update",
          [](cpu::GainState& state, const cpu::LinearSums& target, const cpu::LinearSums& swapped,
             const Preset& preset, bool hold) { cpu::gain_update(target, swapped, preset, hold, state); },
          "target"_a, "swapped"_a, "preset"_a, "hold"_a)
      .def("fill_tables", fill_tables, "out"_a.noconvert());
}

}  // namespace ffbench::python
