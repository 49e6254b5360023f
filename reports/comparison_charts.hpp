#pragma once

#include <string>

#include <kainjow/mustache.hpp>

#include "reports/comparison.hpp"

namespace ffbench {

/// How a verdict is written and coloured on the page.
std::string word_of(CompareVerdict verdict);
std::string colour_of(CompareVerdict verdict);

/// Every runtime ratio with its interval, on one axis.
void put_forest(const Comparison& comparison, kainjow::mustache::data& page);

/// The ratio of every pair over time. Points are strokes of no length: they stay round however the
/// picture is stretched.
void put_pairs(const Comparison& comparison, const RuntimeComparison& runtime, kainjow::mustache::data& view);

/// The difference of tPSNR by frame, the tail shaded.
void put_delta(const ComparedResult& result, kainjow::mustache::data& view);

/// The time of every stage on both sides, as bars.
kainjow::mustache::data stage_views(const RuntimeComparison& runtime);

}  // namespace ffbench
