#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clip.hpp"
#include "core/face_track.hpp"
#include "core/hash.hpp"
#include "core/image.hpp"
#include "core/truth.hpp"

namespace ffbench {

/// One synthetic fixture: which scenario, at which size and length, and how its faces are to be
/// aligned.
struct FixtureSpec {
  std::string name;      ///< unique within a suite; seeds the noise of the observed landmarks
  std::string scenario;  ///< one of scenario_names()
  int width = 0;         ///< pixels, 64 to 4096
  int height = 0;        ///< pixels, 64 to 4096
  int frames = 0;        ///< 1 to 10000
  int crop_size = 512;
  std::string warp_template = "arcface_128";
  friend bool operator==(const FixtureSpec&, const FixtureSpec&) = default;
};

/// Where rendered clips are kept and how many threads render what is missing.
struct CacheOptions {
  std::filesystem::path folder;  ///< empty: default_cache_folder()
  int threads = 0;               ///< 0: hardware_threads()
  /// Frames are kept decoded too, and mapped: for processes that read a clip and end soon
  bool decoded_frames = false;
};

/// $FFBENCH_CACHE, else $XDG_CACHE_HOME/ffbench, else ~/.cache/ffbench.
std::filesystem::path default_cache_folder();

/// Progress of rendering: `done` of `total` frames of that fixture; `message` is empty or says what
/// happened, e.g. that a damaged cache file is rendered again. Called from the calling thread only.
struct FixtureProgress {
  std::string_view fixture;
  int done = 0;
  int total = 0;
  std::string_view message;
};
using FixtureProgressCallback = std::function<void(const FixtureProgress&)>;

/// An opened fixture. `clip` streams frames from the cache; `truth` outlives nothing but the
/// fixture.
struct Fixture {
  FixtureSpec spec;
  double frames_per_second = 25;
  std::unique_ptr<Clip> clip;
  Digest clip_digest;  ///< XXH3-128 over the digests of all frames' pixels
  /// The truth seen through the detector model: integers, dropouts, outliers
  FaceTrack observed;
  std::unique_ptr<Truth> truth;  ///< exact landmarks and maps
  /// Portrait of another person, frontal, for the built-in `source` swap
  BgrImage source;
  Landmarks5 source_landmarks{};
  Landmarks68 source_landmarks68{};
  bool moving_face = false;  ///< the scenario's face moves: the gates on motion apply
};

/// Opens a fixture; renders it into the cache first where it is not there whole and sound. Throws
/// `Error` for a bad spec, for a cache folder that cannot be written, and (exit code 4) where
/// rendered bytes differ from the manifest.
Fixture open_fixture(const FixtureSpec& spec, const CacheOptions& cache = {},
                     const FixtureProgressCallback& progress = {});

/// Throws `Error` that begins with `place` where a spec has an unknown scenario or template or an
/// illegal size.
void validate(const FixtureSpec& spec, std::string_view place);

/// Names of all scenarios, in the order of the table.
std::vector<std::string> scenario_names();
/// One sentence on what the scenario shows; throws `Error` that lists the legal names.
std::string scenario_description(std::string_view scenario);

}  // namespace ffbench
