#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/compare/line_store.hpp"
#include "harness/compare/sample.hpp"

namespace ffbench::compare {

/// Base and head, measured right after each other in fresh processes.
struct Pair {
  int number = 0;  ///< from 0, per fixture and pipeline; a quad is two pairs
  bool base_first = true;
  bool in_turns = false;  ///< pass by pass, so that the k-th passes of both lie side by side
  double at = 0;          ///< seconds since 1970, when it was complete
  Sample base;
  Sample head;

  /// ln(head / base): in turns the median over the passes of the logarithm of their ratio, so that
  /// what the machine does to neighbours cancels; else of the medians of their passes. Not finite
  /// where a side did not measure the figure.
  [[nodiscard]] double log_ratio(const Figure& figure = {host_clock, ""}) const;
  [[nodiscard]] std::string voided() const { return base.voided.empty() ? head.voided : base.voided; }
};

/// The figures that both sides of every pair measured: the host's clock, then the device's, then
/// its stages in pipeline order.
std::vector<Figure> figures_of(const std::vector<const Pair*>& pairs);

/// The pairs of a session, kept in a `LineStore`.
class PairStore {
 public:
  /// `header` is a one-line JSON text that says what is measured; see `LineStore`.
  PairStore(std::filesystem::path path, const std::string& header, bool resume);

  /// The pairs of a fixture and pipeline, by number.
  [[nodiscard]] const std::map<int, Pair>& pairs(const std::string& fixture,
                                                 const std::string& pipeline) const;
  [[nodiscard]] int count() const;
  void add(const Pair& pair);

 private:
  LineStore lines_;
  std::map<std::string, std::map<int, Pair>> pairs_;
};

}  // namespace ffbench::compare
