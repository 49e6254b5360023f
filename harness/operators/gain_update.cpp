#include "kernels/cpu/gain_update.hpp"

#include <array>
#include <cstring>

#include <fmt/core.h>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cpu/gain_tables.hpp"
#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/linear_light.hpp"
#include "kernels/cuda/preset_parameters.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "reference/gain_tables.hpp"
#include "reference/gain_update.hpp"

namespace ffbench::operators {
namespace {

using Sums = std::array<std::uint64_t, 3>;

/// The sum of a white crop of 65536 x 65536 pixels, the largest that NUMERICS.md allows.
constexpr std::uint64_t largest_sum = std::uint64_t{65535} << 28;

struct Frame {
  Sums target{};
  Sums swapped{};
  bool hold = false;
};

/// The frames of one face in order. The state of one that has not started must not be used.
struct Face {
  bool started = false;
  std::vector<Frame> frames;
};

/// Faces whose gains are updated over their frames. The tables of every frame are outputs too: they
/// are where the device shows the gains between the first frame and the last.
struct Inputs {
  Inputs(std::vector<Face> faces_, std::uint64_t seed, const Preset& preset_ = {})
      : preset(preset_), faces(std::move(faces_)), gains("gains", static_cast<int>(24 * faces.size())) {
    Generator draw(seed);
    std::vector<std::int64_t> start;
    for (const Face& face : faces) {
      for (int c = 0; c < 3; ++c) {
        start.push_back(draw.integer(32768, 131072));
      }
      frames += face.frames.size();
    }
    gains.assign(start.data(), 8 * start.size());
    tables = Plane("tables", static_cast<int>(768 * frames));
  }

  Preset preset;
  std::vector<Face> faces;
  std::size_t frames = 0;
  Plane gains;   ///< the state: three for each face, in 1/65536
  Plane tables;  ///< 3 x 256 for each frame

  std::vector<Plane*> planes() { return {&gains, &tables}; }
  std::vector<Plane*> outputs() { return {&gains, &tables}; }
  std::uint64_t bytes_moved() const {
    return 2 * gains.pixel_bytes() + tables.pixel_bytes() + frames * 2 * sizeof(Sums);
  }
  std::string describe() const {
    return fmt::format("{} faces, {} frames, gains {} to {}, beta {}", faces.size(), frames, preset.gains_min,
                       preset.gains_max, preset.gains_beta);
  }
};

/// Mostly two sums whose ratio is within the limits or a little beyond.
std::uint64_t random_sum(Generator& draw) {
  switch (draw.integer(0, 15)) {
    case 0:
      return 0;
    case 1:
      return static_cast<std::uint64_t>(draw.integer(1, 3));
    case 2:
      return largest_sum - static_cast<std::uint64_t>(draw.integer(0, 3));
    default:
      return static_cast<std::uint64_t>(draw.integer(1 << 28, 1 << 30));
  }
}

std::vector<Frame> random_frames(std::uint64_t seed, int count, bool hold_some) {
  Generator draw(seed);
  std::vector<Frame> frames(static_cast<std::size_t>(count));
  for (Frame& frame : frames) {
    for (std::size_t c = 0; c < 3; ++c) {
      frame.target[c] = random_sum(draw);
      frame.swapped[c] = random_sum(draw);
    }
    if (draw.one_in(8)) {
      frame.swapped = frame.target;
    }
    frame.hold = hold_some && draw.one_in(4);
  }
  return frames;
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& name, const std::vector<Face>& faces, bool benchmark = false,
                       const Preset& preset = {}) {
    result.push_back(
        {name, benchmark, [=, seed = result.size() + 1] { return Inputs(faces, seed, preset); }});
  };
  const Frame usual{{3'000'000, 2'000'000, 1'000'001}, {2'000'000, 2'000'003, 1'500'000}, false};
  const Frame other{{1'000'000, 3'000'000, 2'000'001}, {1'700'000, 2'000'003, 1'900'000}, false};
  const auto held = [](Frame frame) {
    frame.hold = true;
    return frame;
  };
  add("first-frame", {{false, {usual}}});
  add("first-frame-held", {{false, {held(usual)}}});
  add("hold", {{true, {held(usual), held(other)}}});
  add("no-hold", {{true, {usual, other}}});
  add("hold-between", {{false, {usual, held(other), other}}});
  add("sums-of-0", {{false, {{{0, 5, 0}, {0, 0, 5}, false}, {{7, 0, 0}, {0, 7, 0}, false}}}});
  add("largest-sums", {{false,
                        {{{largest_sum, largest_sum, 1}, {largest_sum, 1, largest_sum}, false},
                         {{largest_sum, largest_sum - 1, largest_sum / 2},
                          {largest_sum - 1, largest_sum, largest_sum},
                          false}}}});
  add("same-sums", {{true, {{usual.target, usual.target, false}, {other.target, other.target, false}}}});
  for (double beta : {0.0, 0.5, 1.0}) {
    Preset preset;
    preset.gains_beta = beta;
    add(fmt::format("beta-{}", beta), {{false, random_frames(11, 6, true)}}, false, preset);
  }
  Preset narrow;
  narrow.gains_min = 1;
  narrow.gains_max = 1;
  add("no-range", {{true, random_frames(12, 6, true)}}, false, narrow);
  add("sequence/16", {{false, random_frames(13, 16, true)}}, true);
  // The device computes the ratios of 85 frames at once.
  for (int count : {85, 86, 171}) {
    add(fmt::format("sequence/{}", count), {{false, random_frames(14, count, true)}});
  }
  add("faces", {{false, random_frames(15, 3, true)},
                {true, {}},
                {true, random_frames(16, 1, false)},
                {false, random_frames(17, 90, true)},
                {true, random_frames(18, 16, true)}});
  return result;
}

Inputs random(std::uint64_t seed) {
  Generator draw(seed);
  Preset preset;
  preset.gains_min = draw.real(0, 1);
  preset.gains_max = draw.real(1, 4);
  preset.gains_beta = draw.real(0, 1);
  std::vector<Face> faces(static_cast<std::size_t>(draw.integer(1, 4)));
  for (Face& face : faces) {
    face.started = draw.one_in(2);
    face.frames = random_frames(draw.next(), draw.integer(0, draw.one_in(8) ? 200 : 12), draw.one_in(2));
  }
  if (faces.front().frames.empty()) {
    faces.front().frames = random_frames(draw.next(), 1, true);
  }
  return {std::move(faces), draw.next(), preset};
}

/// Goes through the frames of every face, with functions that are called like the reference's.
template <typename State, typename Update, typename Tables>
void in_order(Inputs& in, Update update, Tables tables_of) {
  std::uint8_t* gains = in.gains.pixels();
  std::uint8_t* tables = in.tables.pixels();
  for (const Face& face : in.faces) {
    State state;
    state.started = face.started;
    std::memcpy(state.gain.data(), gains, sizeof state.gain);
    for (const Frame& frame : face.frames) {
      update(frame.target, frame.swapped, in.preset, frame.hold, state);
      const auto made = tables_of(state);
      std::memcpy(tables, made.data(), sizeof made);
      tables += sizeof made;
    }
    std::memcpy(gains, state.gain.data(), sizeof state.gain);
    gains += sizeof state.gain;
  }
}

/// As the executor writes the tracks of a batch.
std::function<void()> prepare(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    static_assert(sizeof(unsigned long long) == sizeof(std::uint64_t));
    std::uint8_t* tables = on(in.tables).data;
    auto* state = reinterpret_cast<std::int64_t*>(on(in.gains).data);
    std::vector<cuda::GainTrack> tracks;
    for (const Face& face : in.faces) {
      std::vector<cuda::GainStep> steps;
      bool started = face.started;
      for (const Frame& frame : face.frames) {
        // The kernel clears the target's sums: all runs but the first see zeros. They are timed
        // alone.
        auto* target = reinterpret_cast<unsigned long long*>(on.put(frame.target.data(), 3));
        // Where nothing is swapped, the executor passes the same sums twice.
        const auto* swapped =
            frame.swapped == frame.target
                ? target
                : reinterpret_cast<const unsigned long long*>(on.put(frame.swapped.data(), 3));
        steps.push_back({target, swapped, tables, started ? 0 : 1, frame.hold ? 1 : 0});
        tables += 768;
        started = true;
      }
      tracks.push_back({state, on.put(steps.data(), steps.size()), static_cast<int>(steps.size())});
      state += 3;
    }
    const auto* items = on.put(tracks.data(), tracks.size());
    return [&on, items, count = static_cast<int>(tracks.size()), limits = cuda::gain_limits(in.preset)] {
      cuda::stage_kernels.gain_update(items, count, limits, on.linear_light(), on.stream());
    };
  }
  return {};
}

void update_on_host(const Sums& target, const Sums& swapped, const Preset& preset, bool hold,
                    reference::GainState& state) {
  const cuda::GainLimits limits = cuda::gain_limits(preset);
  for (std::size_t c = 0; c < 3; ++c) {
    const std::int64_t ratio = cuda::gain_ratio(target[c], swapped[c], limits);
    if (!state.started) {
      state.gain[c] = ratio;
    } else if (!hold) {
      state.gain[c] = cuda::low_passed(state.gain[c], ratio, limits);
    }
  }
  state.started = true;
}

reference::GainTables tables_on_host(const reference::GainState& state) {
  const cuda::LinearLightTables& light = cuda::linear_light_tables();
  reference::GainTables tables;
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t v = 0; v < 256; ++v) {
      tables[c][v] =
          cuda::gain_entry(light.linear[v], cuda::quantised_gain(state.gain[c]), light.code_of.data());
    }
  }
  return tables;
}

}  // namespace

Operator gain_update_operator() {
  return make_operator<Inputs>(
      {"gain-update",
       "low-passed gains of faces over their frames, and the tables of every frame",
       {{"reference",
         [](Inputs& in) {
           in_order<reference::GainState>(in, reference::gain_update, reference::gain_tables);
         }},
        {"cpu", [](Inputs& in) { in_order<cpu::GainState>(in, cpu::gain_update, cpu::gain_tables); }},
        on_cuda<Inputs>(prepare),
        cuda_arithmetic<Inputs>(
            [](Inputs& in) { in_order<reference::GainState>(in, update_on_host, tables_on_host); })},
       ""},
      cases(), random);
}

}  // namespace ffbench::operators
