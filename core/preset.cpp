#include "core/preset.hpp"

#include <array>

#include "core/named.hpp"

namespace ffbench {
namespace {

const std::array<Preset, 2>& table() {
  static const std::array<Preset, 2> presets = [] {
    Preset standard;
    standard.name = "default";
    standard.fhr = true;

    Preset seed;
    seed.name = "seed";
    seed.smoother = Smoother::ema;
    seed.pose_centre = false;
    seed.fhr = false;
    seed.eos = true;
    seed.antialias = false;
    return std::array<Preset, 2>{standard, seed};
  }();
  return presets;
}

constexpr std::array<std::string_view, 4> smoother_names{"ema", "one_euro", "rts", "whittaker"};

constexpr std::array<Feature, 7> feature_table{{
    {"fhr", &Preset::fhr, "sub-pixel landmark refinement"},
    {"pose", &Preset::pose, "temporal pose filter"},
    {"eos", &Preset::eos, "end-of-sequence guard"},
    {"antialias", &Preset::antialias, "anti-aliased warp of faces larger than the crop"},
    {"gains", &Preset::gains, "linear-light colour gains"},
    {"hysteresis", &Preset::hysteresis, "mask-edge hysteresis"},
    {"seam", &Preset::seam, "seam-band feathering"},
}};

}  // namespace

std::string_view name_of(Smoother smoother) {
  return smoother_names[static_cast<std::size_t>(smoother)];
}

Smoother parse_smoother(std::string_view name) {
  return static_cast<Smoother>(index_of_name(smoother_names, name, "smoother"));
}

std::span<const Preset> presets() {
  return table();
}

const Preset& preset(std::string_view name) {
  return named(table(), name, "preset", &Preset::name);
}

std::span<const Feature> features() {
  return feature_table;
}

}  // namespace ffbench
