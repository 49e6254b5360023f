#include "datasets/again.hpp"

namespace ffbench {
namespace {

constexpr std::string_view suffix = "-again";
/// The first of people() act, those behind them are sources.
constexpr int actors = 5;
constexpr double frames_per_second_again = 20;

}  // namespace

synthetic::Scenario scenario_or_again(std::string_view name) {
  if (!name.ends_with(suffix)) {
    return synthetic::scenario(name);
  }
  synthetic::Scenario again = synthetic::scenario(name.substr(0, name.size() - suffix.size()));
  for (int& person : again.cast) {
    person = (person + 1) % actors;
  }
  again.frames_per_second = frames_per_second_again;
  return again;
}

}  // namespace ffbench
