#pragma once

#include <vector>

namespace ffbench::stability {

/// How a series goes on behind its last value: for `count` further values it moves as it did over
/// its last few steps, each of which counts as far as both its ends are trusted (0 to 1) and the
/// later the more; for the first few values it also goes on getting faster or slower. An
/// acceleration that lasts is soon far from any face.
std::vector<double> gone_on(const std::vector<double>& series, const std::vector<double>& trust, int count);

}  // namespace ffbench::stability
