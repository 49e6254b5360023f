#include "datasets/held_out.hpp"

#include <array>

namespace ffbench {
namespace {

/// The second is the suffix of older suite files and reports.
constexpr std::array<std::string_view, 2> suffixes{"-held-out", "-again"};
/// The first of people() act, those behind them are sources.
constexpr int actors = 5;
constexpr double held_out_frames_per_second = 20;

}  // namespace

synthetic::Scenario scenario_or_held_out(std::string_view name) {
  for (const std::string_view suffix : suffixes) {
    if (!name.ends_with(suffix)) {
      continue;
    }
    synthetic::Scenario scenario = synthetic::scenario(name.substr(0, name.size() - suffix.size()));
    for (int& person : scenario.cast) {
      person = (person + 1) % actors;
    }
    scenario.frames_per_second = held_out_frames_per_second;
    return scenario;
  }
  return synthetic::scenario(name);
}

std::string noise_seed(std::string_view fixture) {
  std::string seed(fixture);
  if (const std::size_t at = seed.find(suffixes[0]); at != std::string::npos) {
    seed.replace(at, suffixes[0].size(), suffixes[1]);
  }
  return seed;
}

}  // namespace ffbench
