#include "kernels/cpu/gain_tables.hpp"

#include <array>

#include <fmt/core.h>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/linear_light.hpp"
#include "reference/gain_tables.hpp"

namespace ffbench::operators {
namespace {

constexpr std::int64_t unit_gain = 65536;

/// Gains whose tables are made.
struct Inputs {
  std::array<std::int64_t, 3> gain{};
  Plane tables;

  std::vector<Plane*> planes() { return {&tables}; }
  std::vector<Plane*> outputs() { return {&tables}; }
  std::uint64_t bytes_moved() const { return tables.pixel_bytes(); }
  std::string describe() const { return fmt::format("gains {} {} {} / 65536", gain[0], gain[1], gain[2]); }
};

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& name, std::int64_t b, std::int64_t g, std::int64_t r,
                       bool benchmark = false) {
    result.push_back({name, benchmark, [=] { return Inputs{{b, g, r}, Plane("tables", 768)}; }});
  };
  add("unit", unit_gain, unit_gain, unit_gain);
  add("limits", unit_gain / 2, 2 * unit_gain, unit_gain);
  add("half-steps", unit_gain + 127, unit_gain + 128, unit_gain - 129);
  add("zero", 0, 127, 128);
  add("saturating", 1000 * unit_gain, 8 * unit_gain, 255);
  add("usual", unit_gain + 3000, unit_gain - 5000, unit_gain + 9999, true);
  return result;
}

std::array<std::int64_t, 3> quantised(const Inputs& in) {
  return {cuda::quantised_gain(in.gain[0]), cuda::quantised_gain(in.gain[1]),
          cuda::quantised_gain(in.gain[2])};
}

void on_host(Inputs& in) {
  const cuda::LinearLightTables& light = cuda::linear_light_tables();
  std::array<std::uint8_t, 768> tables{};
  for (std::size_t i = 0; i < tables.size(); ++i) {
    tables[i] = cuda::gain_entry(light.linear[i % 256], quantised(in)[i / 256], light.code_of.data());
  }
  in.tables.assign(tables.data(), tables.size());
}

}  // namespace

Operator gain_tables_operator() {
  return make_operator<Inputs>({"gain-tables",
                                "a byte table per channel from three gains",
                                {{"reference",
                                  [](Inputs& in) {
                                    const auto tables = reference::gain_tables({in.gain, true});
                                    in.tables.assign(tables.data(), sizeof tables);
                                  }},
                                 {"cpu",
                                  [](Inputs& in) {
                                    const auto tables = cpu::gain_tables({in.gain, true});
                                    in.tables.assign(tables.data(), sizeof tables);
                                  }},
                                 cuda_arithmetic<Inputs>(on_host)},
                                ""},
                               cases(), [](std::uint64_t seed) {
                                 Generator draw(seed);
                                 Inputs inputs{{}, Plane("tables", 768)};
                                 for (std::int64_t& gain : inputs.gain) {
                                   gain = draw.integer(0, 4 * 65536);
                                 }
                                 return inputs;
                               });
}

}  // namespace ffbench::operators
