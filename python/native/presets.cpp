#include <array>
#include <string>

#include <nanobind/nanobind.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>

#include "core/preset.hpp"
#include "core/warp_template.hpp"
#include "python/native/arrays.hpp"
#include "python/native/bindings.hpp"

namespace ffbench::python {

using namespace nb::literals;

void add_presets(nb::module_& m) {
  nb::class_<Preset>(m, "Preset",
                     "Every switch and parameter of the pipeline. Angles are degrees, lengths pixels; "
                     "reference/NUMERICS.md and docs/stability.md say what each does.")
      .def(nb::init<const Preset&>(), "other"_a, "A copy, which can be changed.")
      .def_rw("name", &Preset::name)
      .def_rw("fhr", &Preset::fhr, "Sub-pixel landmark refinement.")
      .def_rw("pose", &Preset::pose, "Temporal filter.")
      .def_rw("eos", &Preset::eos, "End-of-sequence guard.")
      .def_rw("antialias", &Preset::antialias, "Anti-aliased warp of faces larger than the crop.")
      .def_rw("gains", &Preset::gains, "Linear-light colour gains.")
      .def_rw("hysteresis", &Preset::hysteresis, "Mask-edge hysteresis.")
      .def_rw("seam", &Preset::seam, "Seam-band feathering.")
      .def_prop_rw(
          "smoother", [](const Preset& p) { return std::string(name_of(p.smoother)); },
          [](Preset& p, const std::string& name) { p.smoother = parse_smoother(name); },
          "'ema', 'one_euro', 'rts' or 'whittaker'.")
      .def_rw("pose_beta", &Preset::pose_beta)
      .def_rw("pose_deadband_yaw", &Preset::pose_deadband_yaw)
      .def_rw("pose_deadband_pitch", &Preset::pose_deadband_pitch)
      .def_rw("pose_deadband_roll", &Preset::pose_deadband_roll)
      .def_rw("pose_deadband_scale", &Preset::pose_deadband_scale)
      .def_rw("eos_frames", &Preset::eos_frames)
      .def_rw("eos_angle_steps", &Preset::eos_angle_steps)
      .def_rw("eos_centre_steps", &Preset::eos_centre_steps)
      .def_rw("gains_beta", &Preset::gains_beta)
      .def_rw("gains_min", &Preset::gains_min)
      .def_rw("gains_max", &Preset::gains_max)
      .def_rw("mask_blur", &Preset::mask_blur)
      .def_prop_rw(
          "mask_padding",
          [](const Preset& p) {
            const MaskPadding& q = p.mask_padding;
            return std::array<int, 4>{q.top, q.right, q.bottom, q.left};
          },
          [](Preset& p, const std::array<int, 4>& q) {
            p.mask_padding = {q[0], q[1], q[2], q[3]};
          },
          "Top, right, bottom, left, in percent of the crop's side.")
      .def_rw("area_feather", &Preset::area_feather)
      .def_rw("area_growth", &Preset::area_growth)
      .def_rw("area_forehead", &Preset::area_forehead)
      .def_rw("hysteresis_band", &Preset::hysteresis_band)
      .def_rw("seam_low", &Preset::seam_low)
      .def_rw("seam_high", &Preset::seam_high)
      .def_rw("seam_lift", &Preset::seam_lift);
  m.def(
      "preset", [](const std::string& name) { return preset(name); }, "name"_a);
  m.def(
      "preset_names",
      [] {
        nb::list names;
        for (const Preset& p : presets()) {
          names.append(nb::str(p.name.c_str()));
        }
        return names;
      },
      nb::sig("def preset_names() -> list[str]"));
  m.def(
      "warp_template",
      [](const std::string& name, int crop_size) {
        if (crop_size < 1) {
          invalid("crop_size: {}, expected at least 1", crop_size);
        }
        const Landmarks5 points = warp_template(name).scaled(crop_size);
        return new_numbers(5, 2, &points[0].x);
      },
      "name"_a, "crop_size"_a);
  m.def(
      "warp_template_names",
      [] {
        nb::list names;
        for (const WarpTemplate& t : warp_templates()) {
          names.append(nb::str(std::string(t.name).c_str()));
        }
        return names;
      },
      nb::sig("def warp_template_names() -> list[str]"));
}

}  // namespace ffbench::python
