#pragma once

#include <string>

#include "reports/report.hpp"

namespace ffbench {

/// Runtimes of the pixel stages in the JSON form of Google Benchmark: one iteration entry per
/// repetition, named `FIXTURE/PIPELINE`, and the aggregates mean, median, stddev. Its tools
/// (compare.py) read it.
std::string to_benchmark_json(const Report& report);

}  // namespace ffbench
