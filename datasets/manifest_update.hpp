#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/hash.hpp"
#include "datasets/fixture.hpp"
#include "datasets/manifest.hpp"

namespace ffbench {

/// The clips that datasets/manifest.json records, each once: those of the suites `smoke`,
/// `standard` and `held-out`, and six frames of 320x180 of each scenario.
std::vector<FixtureSpec> recorded_clips();

/// A clip whose entry changed; without `before` it is new, without `after` it was removed.
struct ManifestChange {
  std::string clip;
  std::optional<Digest> before;
  std::optional<Digest> after;
};

/// Renders the clips, without the cache, and records their digests. `done` is called
/// after each clip. Returns the entries that changed, in the clips' order.
std::vector<ManifestChange> record_clips(Manifest& manifest, const std::vector<FixtureSpec>& clips,
                                         int threads, const std::function<void()>& done);

/// Removes the entries of all clips but these. Returns what was removed.
std::vector<ManifestChange> remove_other_clips(Manifest& manifest, const std::vector<FixtureSpec>& clips);

}  // namespace ffbench
