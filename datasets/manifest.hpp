#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.hpp"
#include "datasets/fixture.hpp"

namespace ffbench {

/// Digests of rendered clips, recorded in datasets/manifest.json: every machine must render the
/// same bytes.
class Manifest {
 public:
  /// The committed manifest.
  static const Manifest& committed();
  /// Parses a manifest; `file` is for messages.
  static Manifest parse(std::string_view text, std::string_view file);

  /// Name of a clip in the manifest: SCENARIO-WIDTHxHEIGHT-FRAMES.
  static std::string clip_name(const FixtureSpec& spec);

  [[nodiscard]] std::optional<Digest> find(const std::string& clip) const;
  void set(const std::string& clip, Digest digest) { digests_[clip] = digest; }
  void remove(const std::string& clip) { digests_.erase(clip); }
  [[nodiscard]] const std::map<std::string, Digest>& digests() const { return digests_; }
  [[nodiscard]] std::string to_json() const;

 private:
  std::map<std::string, Digest> digests_;
};

/// The digest of a fixture's clip, rendered without the cache.
Digest render_digest(const FixtureSpec& spec, int threads);

}  // namespace ffbench
