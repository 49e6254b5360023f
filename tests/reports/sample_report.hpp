#pragma once

#include "reports/report.hpp"

namespace ffbench {

/// A report as a run of the suite `standard` makes it: several fixtures and pipelines, a skipped
/// GPU, outliers in the tail, known failures, one real failure. Deterministic; figures are made up.
Report sample_report();

/// One fixture and two pipelines with round figures, for literal expectations.
Report small_report();

}  // namespace ffbench
