#include "reports/report.hpp"

#include <algorithm>

namespace ffbench {

void fill_speedups(Report& report, std::string_view base, std::optional<double> share) {
  const auto timed = [](const Result& result) {
    return result.status == ResultStatus::ok && result.face_frames > 0 && result.timing &&
           result.timing->total_s.median > 0;
  };
  for (Result& result : report.results) {
    const auto found = std::ranges::find_if(report.results, [&](const Result& other) {
      return other.fixture == result.fixture && other.pipeline == base && timed(other) &&
             (!result.timing || other.timing->what == result.timing->what);
    });
    if (found == report.results.end() || !timed(result)) {
      continue;
    }
    const double speedup = found->timing->total_s.median / result.timing->total_s.median;
    result.timing->speedup_vs_base = speedup;
    if (share) {
      result.timing->whole_run =
          WholeRunEstimate{.share = *share, .speedup = 1 / (1 - *share + *share / speedup)};
    }
  }
}

}  // namespace ffbench
