#pragma once

// For the room's own sources only: the worst pairs of frames as pictures.

#include <kainjow/mustache.hpp>

#include "reports/html.hpp"
#include "reports/html_charts.hpp"

namespace ffbench {

/// One view per worst pair. Pictures whose role is "WHO, frame N" or "WHO, difference N"
/// (harness/run/worst_pairs.hpp) become a film of rows by WHO that a slider moves through; others
/// stand beside one another.
kainjow::mustache::data pair_views(const FixtureGroup& group, const HtmlOptions& options);

}  // namespace ffbench
