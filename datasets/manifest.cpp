#include "datasets/manifest.hpp"

#include <charconv>
#include <memory>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json/json_reader.hpp"
#include "core/json/json_text.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "core/system/parallel.hpp"
#include "datasets/held_out.hpp"
#include "datasets/synthetic/scene.hpp"

namespace ffbench {
namespace {

std::optional<Digest> parse_digest(const std::string& hex) {
  Digest d;
  if (hex.size() != 32) {
    return std::nullopt;
  }
  const auto half = [&](std::size_t at, std::uint64_t& out) {
    const char* end = hex.data() + at + 16;
    const auto result = std::from_chars(hex.data() + at, end, out, 16);
    return result.ec == std::errc() && result.ptr == end;
  };
  return half(0, d.high) && half(16, d.low) ? std::optional(d) : std::nullopt;
}

}  // namespace

const Manifest& Manifest::committed() {
  static const Manifest manifest = [] {
    const std::filesystem::path path = data_path("datasets/manifest.json");
    return parse(read_file(path), path.string());
  }();
  return manifest;
}

Manifest Manifest::parse(std::string_view text, std::string_view file) {
  const JsonReader json = parse_json(text, std::string(file));
  json.require_schema("ffbench.manifest/1");
  Manifest manifest;
  for (const auto& [name, value] : json.at("clips").members()) {
    const std::optional<Digest> digest = parse_digest(value.text());
    if (!digest) {
      value.wrong("is not a digest of 32 hexadecimal digits");
    }
    manifest.set(name, *digest);
  }
  return manifest;
}

std::string Manifest::clip_name(const FixtureSpec& spec) {
  return fmt::format("{}-{}x{}-{}", spec.scenario, spec.width, spec.height, spec.frames);
}

std::optional<Digest> Manifest::find(const std::string& clip) const {
  const auto found = digests_.find(clip);
  return found != digests_.end() ? std::optional(found->second) : std::nullopt;
}

std::string Manifest::to_json() const {
  nlohmann::ordered_json json;
  json["schema"] = "ffbench.manifest/1";
  json["clips"] = nlohmann::ordered_json::object();
  for (const auto& [name, digest] : digests_) {
    json["clips"][name] = digest.hex();
  }
  return json_text(json, 2) + "\n";
}

Digest render_digest(const FixtureSpec& spec, int threads) {
  validate(spec, spec.name);
  const synthetic::SyntheticScene scene(
      std::make_shared<const synthetic::SceneGeometry>(scenario_or_held_out(spec.scenario), spec.width,
                                                       spec.height, spec.frames),
      threads);
  std::vector<Digest> digests(static_cast<std::size_t>(spec.frames));
  parallel_for(spec.frames, threads, [&](int i) {
    BgrImage image(spec.width, spec.height);
    scene.render(i, image.view());
    digests[static_cast<std::size_t>(i)] = digest_of(image.const_view());
  });
  Hasher hasher;
  for (const Digest& d : digests) {
    hasher.update(&d.high, sizeof d.high);
    hasher.update(&d.low, sizeof d.low);
  }
  return hasher.digest();
}

}  // namespace ffbench
