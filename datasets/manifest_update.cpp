#include "datasets/manifest_update.hpp"

#include <set>

#include "datasets/suite.hpp"

namespace ffbench {

std::vector<FixtureSpec> recorded_clips() {
  std::vector<FixtureSpec> clips;
  std::set<std::string> names;
  const auto add = [&](const FixtureSpec& spec) {
    if (names.insert(Manifest::clip_name(spec)).second) {
      clips.push_back(spec);
    }
  };
  for (const char* suite : {"smoke", "standard", "held-out"}) {
    for (const FixtureSpec& spec : load_suite(suite).fixtures) {
      add(spec);
    }
  }
  for (const std::string& scenario : scenario_names()) {
    FixtureSpec spec;
    spec.name = spec.scenario = scenario;
    spec.width = 320;
    spec.height = 180;
    spec.frames = 6;
    add(spec);
  }
  return clips;
}

std::vector<ManifestChange> record_clips(Manifest& manifest, const std::vector<FixtureSpec>& clips,
                                         int threads, const std::function<void()>& done) {
  std::vector<ManifestChange> changes;
  for (const FixtureSpec& spec : clips) {
    const std::string clip = Manifest::clip_name(spec);
    const std::optional<Digest> before = manifest.find(clip);
    const Digest after = render_digest(spec, threads);
    if (before != after) {
      manifest.set(clip, after);
      changes.push_back({clip, before, after});
    }
    done();
  }
  return changes;
}

std::vector<ManifestChange> remove_other_clips(Manifest& manifest, const std::vector<FixtureSpec>& clips) {
  std::set<std::string> kept;
  for (const FixtureSpec& spec : clips) {
    kept.insert(Manifest::clip_name(spec));
  }
  std::vector<ManifestChange> changes;
  for (const auto& [clip, digest] : manifest.digests()) {
    if (!kept.contains(clip)) {
      changes.push_back({clip, digest, std::nullopt});
    }
  }
  for (const ManifestChange& change : changes) {
    manifest.remove(change.clip);
  }
  return changes;
}

}  // namespace ffbench
