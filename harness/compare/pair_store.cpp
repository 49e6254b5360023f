#include "harness/compare/pair_store.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/json/json_reader.hpp"
#include "core/json/json_text.hpp"
#include "core/numeric/median.hpp"
#include "core/stage.hpp"

namespace ffbench::compare {
namespace {

std::string key_of(const std::string& fixture, const std::string& pipeline) {
  return fixture + "\n" + pipeline;
}

std::string line_of(const Pair& pair) {
  const nlohmann::ordered_json json{
      {"number", pair.number},      {"first", pair.base_first ? "base" : "head"},
      {"in_turns", pair.in_turns},  {"at", pair.at},
      {"base", json_of(pair.base)}, {"head", json_of(pair.head)}};
  return json_text(json);
}

Pair pair_of(std::string_view line, const std::string& origin) {
  const JsonReader json = parse_json(line, origin, {.hint = "delete the file to begin again"});
  Pair pair;
  pair.number = json.at("number").integer();
  pair.base_first = json.at("first").text() == "base";
  pair.in_turns = json.at("in_turns").flag();
  pair.at = json.at("at").number();
  pair.base = sample_of(json.at("base"));
  pair.head = sample_of(json.at("head"));
  return pair;
}

}  // namespace

double Pair::log_ratio(const Figure& figure) const {
  const std::vector<double> of_base = base.times(figure);
  const std::vector<double> of_head = head.times(figure);
  if (of_base.empty() || of_head.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (!in_turns) {
    return std::log(median(of_head) / median(of_base));
  }
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(of_base.size(), of_head.size()); ++i) {
    ratios.push_back(std::log(of_head[i] / of_base[i]));
  }
  return median(ratios);
}

namespace {

/// The stage's part of the device's time, in the arm where it is larger.
double share_of(const std::vector<const Pair*>& pairs, const Figure& stage) {
  std::vector<double> in_base;
  std::vector<double> in_head;
  for (const Pair* pair : pairs) {
    in_base.push_back(median(pair->base.times(stage)) / median(pair->base.device_passes));
    in_head.push_back(median(pair->head.times(stage)) / median(pair->head.device_passes));
  }
  return std::max(median(in_base), median(in_head));
}

}  // namespace

std::vector<Figure> figures_of(const std::vector<const Pair*>& pairs) {
  std::vector<Figure> figures{{host_clock, ""}, {device_clock, ""}};
  for (const Stage stage : all_stages) {
    figures.push_back({device_clock, std::string(name_of(stage))});
  }
  std::erase_if(figures, [&](const Figure& figure) {
    return !std::ranges::all_of(pairs, [&](const Pair* pair) {
      return !pair->base.times(figure).empty() && !pair->head.times(figure).empty();
    });
  });
  std::erase_if(figures, [&](const Figure& figure) {
    return !figure.stage.empty() && share_of(pairs, figure) < least_judged_share;
  });
  return figures;
}

PairStore::PairStore(std::filesystem::path path, const std::string& header, bool resume)
    : lines_(std::move(path), header, resume) {
  for (std::size_t i = 0; i < lines_.stored().size(); ++i) {
    Pair pair = pair_of(lines_.stored()[i], lines_.place(i));
    pairs_[key_of(pair.base.fixture, pair.base.pipeline)].insert_or_assign(pair.number, std::move(pair));
  }
}

const std::map<int, Pair>& PairStore::pairs(const std::string& fixture, const std::string& pipeline) const {
  static const std::map<int, Pair> none;
  const auto found = pairs_.find(key_of(fixture, pipeline));
  return found == pairs_.end() ? none : found->second;
}

int PairStore::count() const {
  int count = 0;
  for (const auto& [key, pairs] : pairs_) {
    count += static_cast<int>(pairs.size());
  }
  return count;
}

void PairStore::add(const Pair& pair) {
  lines_.add(line_of(pair));
  pairs_[key_of(pair.base.fixture, pair.base.pipeline)].insert_or_assign(pair.number, pair);
}

}  // namespace ffbench::compare
