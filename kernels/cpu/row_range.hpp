#pragma once

namespace ffbench::cpu {

/// The rows [begin, end) of an operator's output: a band that one thread computes.
struct RowRange {
  int begin = 0;
  int end = 0;
};

}  // namespace ffbench::cpu
