#include "datasets/fixture.hpp"

#include <cstdlib>

#include "core/error.hpp"
#include "core/system/parallel.hpp"
#include "core/warp_template.hpp"
#include "datasets/clip_cache.hpp"
#include "datasets/held_out.hpp"
#include "datasets/manifest.hpp"
#include "datasets/mapped_clip.hpp"
#include "datasets/synthetic/observation.hpp"
#include "datasets/synthetic/scene.hpp"
#include "datasets/synthetic/synthetic_truth.hpp"

namespace ffbench {
namespace {

/// The clip under the fixture's name.
class NamedClip : public Clip {
 public:
  NamedClip(std::string name, std::unique_ptr<Clip> clip) : name_(std::move(name)), clip_(std::move(clip)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int width() const override { return clip_->width(); }
  [[nodiscard]] int height() const override { return clip_->height(); }
  [[nodiscard]] int frame_count() const override { return clip_->frame_count(); }
  [[nodiscard]] double frames_per_second() const override { return clip_->frames_per_second(); }
  void read(int index, BgrView out) override { clip_->read(index, out); }
  [[nodiscard]] ConstBgrView in_memory(int index) const override { return clip_->in_memory(index); }

 private:
  std::string name_;
  std::unique_ptr<Clip> clip_;
};

std::filesystem::path environment_folder(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr ? std::filesystem::path(value) : std::filesystem::path();
}

/// Distinguishes clips of this renderer from those of another.
std::string renderer_tag() {
  return FFBENCH_RENDERER_DIGEST;
}

void open_source(const synthetic::Scenario& scenario, const std::filesystem::path& folder, int threads,
                 Fixture& fixture) {
  const synthetic::PortraitGeometry portrait(scenario.source, fixture.spec.crop_size);
  const int side = portrait.side();
  ClipKey key{fmt::format("portrait{}-{}x{}-{}", scenario.source, side, side, renderer_tag()), side, side, 1,
              1};
  const auto file = open_or_render(folder, key, std::nullopt, 1,
                                   [&](int, BgrView out) { portrait.render(out, threads); }, {}, {});
  fixture.source = BgrImage(side, side);
  file->read(0, fixture.source.view());
  fixture.source_landmarks68 = portrait.landmarks();
  fixture.source_landmarks = landmarks5_from_68(fixture.source_landmarks68);
}

}  // namespace

std::filesystem::path default_cache_folder() {
  if (auto folder = environment_folder("FFBENCH_CACHE"); !folder.empty()) {
    return folder;
  }
  if (auto folder = environment_folder("XDG_CACHE_HOME"); !folder.empty()) {
    return folder / "ffbench";
  }
  if (auto folder = environment_folder("HOME"); !folder.empty()) {
    return folder / ".cache" / "ffbench";
  }
  fail(
      "no folder for the cache: neither FFBENCH_CACHE nor XDG_CACHE_HOME nor HOME is set; set FFBENCH_CACHE");
}

void validate(const FixtureSpec& spec, std::string_view place) {
  const auto check = [&](std::string_view field, int value, int low, int high) {
    if (value < low || value > high) {
      fail("{}.{}: {} is not within {} and {}", place, field, value, low, high);
    }
  };
  try {
    static_cast<void>(scenario_or_held_out(spec.scenario));
  } catch (const Error& error) {
    fail("{}.scenario: {}", place, error.what());
  }
  check("width", spec.width, 64, 4096);
  check("height", spec.height, 64, 4096);
  check("frames", spec.frames, 1, 10000);
  check("crop_size", spec.crop_size, 64, 1024);
  try {
    static_cast<void>(warp_template(spec.warp_template));
  } catch (const Error& error) {
    fail("{}.warp_template: {}", place, error.what());
  }
}

Fixture open_fixture(const FixtureSpec& spec, const CacheOptions& cache,
                     const FixtureProgressCallback& progress) {
  validate(spec, spec.name);
  const synthetic::Scenario scenario = scenario_or_held_out(spec.scenario);
  const std::filesystem::path folder = cache.folder.empty() ? default_cache_folder() : cache.folder;
  const int threads = cache.threads > 0 ? cache.threads : hardware_threads();
  const auto report = [&](int done, std::string_view message) {
    if (progress) {
      progress({spec.name, done, spec.frames, message});
    }
  };

  Fixture fixture;
  fixture.spec = spec;
  fixture.frames_per_second = scenario.frames_per_second;
  fixture.moving_face = scenario.moving_face;

  const auto geometry =
      std::make_shared<const synthetic::SceneGeometry>(scenario, spec.width, spec.height, spec.frames);
  const synthetic::SyntheticScene scene(geometry, threads);
  const std::string name = Manifest::clip_name(spec);
  const ClipKey key{fmt::format("{}-{}", name, renderer_tag()), spec.width, spec.height, spec.frames,
                    scenario.frames_per_second};
  auto clip = open_or_render(
      folder, key, Manifest::committed().find(name), threads,
      [&](int index, BgrView out) { scene.render(index, out); }, [&](int done) { report(done, {}); },
      [&](const std::string& message) { report(0, message); });
  fixture.clip_digest = clip->clip_digest();
  std::unique_ptr<Clip> frames;
  if (cache.decoded_frames) {
    frames = map_frames(std::move(clip), folder / "frames", threads,
                        [&](const std::string& message) { report(0, message); });
  } else {
    frames = std::move(clip);
  }
  fixture.clip = std::make_unique<NamedClip>(spec.name, std::move(frames));

  auto truth = std::make_unique<synthetic::SyntheticTruth>(geometry);
  fixture.observed = synthetic::observe(truth->track(), scenario, noise_seed(spec.name));
  fixture.truth = std::move(truth);
  open_source(scenario, folder, threads, fixture);
  return fixture;
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const synthetic::Scenario& s : synthetic::scenarios()) {
    names.emplace_back(s.name);
  }
  return names;
}

std::string scenario_description(std::string_view scenario) {
  return std::string(scenario_or_held_out(scenario).description);
}

}  // namespace ffbench
