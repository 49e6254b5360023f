#pragma once

#include <span>
#include <vector>

namespace ffbench::statistics {

struct ChangePoint {
  int index = 0;      ///< of the first value after the change
  double before = 0;  ///< medians of the segments beside it
  double after = 0;
};

struct ChangePointOptions {
  double alpha = 0.001;       ///< of one segment, over all its splits
  double least_shift = 0.02;  ///< of the medians; smaller ones are not reported
  int least_length = 4;       ///< of a segment
};

/// Where the level of a series changes, by binary segmentation: the split with the largest
/// Mann-Whitney z (normal approximation with midranks for ties; Mann and Whitney 1947) is a change
/// where its Bonferroni-corrected probability is below alpha and the medians differ by
/// `least_shift`; then both sides likewise. Advisory: neighbours of a series are not independent.
std::vector<ChangePoint> change_points(std::span<const double> series,
                                       const ChangePointOptions& options = {});

}  // namespace ffbench::statistics
