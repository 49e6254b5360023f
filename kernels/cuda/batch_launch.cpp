#include "kernels/cuda/batch_launch.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "core/system/profiler_range.hpp"
#include "kernels/cuda/antialias_table.hpp"
#include "kernels/cuda/composite_staged.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/tables.hpp"

namespace ffbench::cuda {
namespace {

/// Shows profilers which stage is enqueued.
struct StageRange : ProfilerRange {
  explicit StageRange(Stage stage) : ProfilerRange(Kind::stage, name_of(stage).data()) {}
};

}  // namespace

SharedMemory::SharedMemory(const ExecutorOptions& options)
    : crop_size(options.crop_size),
      swap(options.swap),
      preset(options.preset),
      band(seam_band(options.preset)),
      limits(gain_limits(options.preset)) {
  const auto side = static_cast<std::size_t>(crop_size);
  const int n = crop_size;
  const Stream stream;
  const auto upload = [&stream](const DeviceBuffer& to, const void* from, std::size_t bytes) {
    check(cudaMemcpyAsync(to.data(), from, bytes, cudaMemcpyHostToDevice, stream.get()),
          "copying tables to the device");
    stream.synchronize();
  };

  const MaskPadding& padding = preset.mask_padding;
  const auto across = box_profile(n, preset.mask_blur, padding.left, padding.right);
  const auto down = box_profile(n, preset.mask_blur, padding.top, padding.bottom);
  box_ = DeviceBuffer(side * side);
  const DeviceBuffer profiles(2 * side * sizeof(std::uint32_t));
  const DeviceBuffer item(std::max(sizeof(BoxItem), sizeof(StatisticsItem)));
  std::vector<std::uint32_t> both = across;
  both.insert(both.end(), down.begin(), down.end());
  upload(profiles, both.data(), both.size() * sizeof(std::uint32_t));
  const BoxItem box_item{box(), profiles.as<std::uint32_t>(), profiles.as<std::uint32_t>() + side};
  upload(item, &box_item, sizeof box_item);
  box_mask(item.as<BoxItem>(), 1, n, n, stream.get());
  stream.synchronize();

  if (preset.antialias) {
    const std::vector<float>& weights = antialias_table().weights();
    antialias_weights_ = DeviceBuffer(weights.size() * sizeof(float));
    upload(antialias_weights_, weights.data(), weights.size() * sizeof(float));
  }

  source_sums_ = DeviceBuffer(3 * sizeof(unsigned long long));
  check(cudaMemsetAsync(source_sums_.data(), 0, source_sums_.size(), stream.get()), "clearing device memory");
  if (swap == SwapKind::source) {
    source_ = DeviceBuffer(3 * side * side);
    upload(source_, options.source_crop.data(), options.source_crop.size_bytes());
    const StatisticsItem statistics{{source_.data(), n, n, 3LL * n}, source_sums_.as<unsigned long long>()};
    upload(item, &statistics, sizeof statistics);
    gain_statistics(item.as<StatisticsItem>(), 1, n, light(), stream.get());
    stream.synchronize();
  }
}

std::size_t BatchLaunch::write_parameters(FaceStates& states, const ExecutorOptions& options,
                                          std::size_t edges) {
  const int n = shared_.crop_size;
  std::memset(memory_.host_parameters(), 0, layout_.edges);
  auto* warps = host<WarpItem>(layout_.warps);
  auto* areas = host<AreaItem>(layout_.areas);
  auto* host_edges = host<HalfPlane>(layout_.edges);
  const auto* device_edges = device<HalfPlane>(layout_.edges);
  const auto feather = static_cast<float>(options.preset.area_feather);
  std::vector<int> in_wave(static_cast<std::size_t>(bucket_.waves), 0);

  for (std::size_t i = 0; i < plan_.faces.size(); ++i) {
    const BatchFace& face = plan_.faces[i];
    const FaceGeometry& geometry = face.plan->geometry;
    const Patch& patch = plan_.patches[static_cast<std::size_t>(face.patch)];
    const ConstBgrView whole = tasks_[static_cast<std::size_t>(face.task)].frame;
    const auto pitch = static_cast<std::int64_t>(patch.pitch);
    const auto at = static_cast<int>(i);
    // Where the frame's first pixel would lie.
    std::uint8_t* origin = memory_.patches() + patch.offset - pitch * patch.region.y - 3LL * patch.region.x;
    const Pixels frame{origin, whole.width, whole.height, pitch};

    warps[i] = {
        frame, to_map(geometry.crop_to_frame), {memory_.warped(at), n, n, 3LL * n}, memory_.sums(at), {}, {}};
    if (shared_.preset.antialias) {
      const AntialiasRadii radii = antialias_radii(geometry.crop_to_frame);
      warps[i].across = antialias_table().axis(radii.across, shared_.antialias_weights());
      warps[i].down = antialias_table().axis(radii.down, shared_.antialias_weights());
    }
    if (shared_.swap == SwapKind::model) {
      host<StatisticsItem>(layout_.statistics)[i] = {{memory_.swapped(at), n, n, 3LL * n},
                                                     memory_.swapped_sums(at)};
    }
    areas[i] = {shared_.box(), {memory_.mask(at), n, n, n},
                device_edges,  static_cast<int>(geometry.mask_edges.size()),
                feather,       1.0F / feather};
    for (const HalfPlane& edge : geometry.mask_edges) {
      *host_edges++ = edge;
      ++device_edges;
    }
    if (!geometry.region.empty()) {
      const auto wave = static_cast<std::size_t>(face.wave);
      const std::size_t place =
          wave * static_cast<std::size_t>(bucket_.faces) + static_cast<std::size_t>(in_wave[wave]++);
      const auto paste = [&](auto sprite) {
        host<CompositeItem<decltype(sprite)>>(layout_.composites)[place] = {
            sprite, to_map(geometry.frame_to_crop), geometry.region, frame};
      };
      if (bucket_.joined == Joined::before) {
        paste(PackedSprite{memory_.sprite(at), n, n});
      } else {
        paste(UnjoinedSprite{crop(at), held_mask(states, at), tables(at), n, n});
      }
    }
  }
  write_tracks(states);
  return layout_.edges + edges * sizeof(HalfPlane);
}

const std::uint8_t* BatchLaunch::crop(int at) const {
  switch (shared_.swap) {
    case SwapKind::source:
      return shared_.source();
    case SwapKind::model:
      return memory_.swapped(at);
    default:
      return memory_.warped(at);
  }
}

const std::uint8_t* BatchLaunch::held_mask(FaceStates& states, int at) const {
  const auto here = plan_.faces.begin() + at;
  const int id = here->plan->face_id;
  const bool last = std::none_of(here + 1, plan_.faces.end(),
                                 [id](const BatchFace& face) { return face.plan->face_id == id; });
  return shared_.preset.hysteresis && last ? states[id].mask.data() : memory_.mask(at);
}

const std::uint8_t* BatchLaunch::tables(int at) const {
  return shared_.preset.gains ? memory_.tables(at) : nullptr;
}

void BatchLaunch::write_tracks(FaceStates& states) const {
  auto* sprite_tracks = host<SpriteTrack>(layout_.sprite_tracks);
  auto* sprite_steps = host<SpriteStep>(layout_.sprite_steps);
  auto* gain_tracks = host<GainTrack>(layout_.gain_tracks);
  auto* gain_steps = host<GainStep>(layout_.gain_steps);
  // The faces of the batch by id, each in the order of the frames.
  std::map<int, std::vector<int>> tracks;
  for (std::size_t i = 0; i < plan_.faces.size(); ++i) {
    tracks[plan_.faces[i].plan->face_id].push_back(static_cast<int>(i));
  }
  int track = 0;
  int step = 0;
  for (const auto& [id, faces] : tracks) {
    FaceState& state = states[id];
    const auto count = static_cast<int>(faces.size());
    SpriteTrack& sprites = sprite_tracks[track];
    sprites = {shared_.preset.hysteresis ? state.mask.data() : nullptr,
               device<SpriteStep>(layout_.sprite_steps) + step + 1,
               {},
               count};
    const SpriteStep* first_sprite = sprite_steps + step;
    gain_tracks[track] = {state.gains.as<std::int64_t>(), device<GainStep>(layout_.gain_steps) + step, count};
    ++track;
    for (const int at : faces) {
      const FacePlan& face = *plan_.faces[static_cast<std::size_t>(at)].plan;
      if (face.reset) {
        state.has_gains = state.has_mask = false;
      }
      sprite_steps[step] = {crop(at), memory_.mask(at), tables(at), memory_.sprite(at),
                            state.has_mask ? 0 : 1};
      const unsigned long long* swapped = shared_.swap == SwapKind::source  ? shared_.source_sums()
                                          : shared_.swap == SwapKind::model ? memory_.swapped_sums(at)
                                                                            : memory_.sums(at);
      gain_steps[step] = {memory_.sums(at), swapped, memory_.tables(at), state.has_gains ? 0 : 1,
                          face.tail ? 1 : 0};
      state.has_mask = state.has_mask || shared_.preset.hysteresis;
      state.has_gains = state.has_gains || shared_.preset.gains;
      ++step;
    }
    sprites.first = *first_sprite;
  }
}

void BatchLaunch::warp(StreamHandle stream, WarpStatistics statistics) const {
  const StageRange range(Stage::warp);
  const auto warp = shared_.preset.antialias ? &cuda::antialiased_warp : &cuda::warp;
  warp(device<WarpItem>(layout_.warps), bucket_.faces, shared_.crop_size, shared_.crop_size,
       shared_.preset.gains && statistics == WarpStatistics::of_preset, shared_.light(), stream);
}

void BatchLaunch::swapped_statistics(StreamHandle stream) const {
  if (!shared_.preset.gains) {
    return;
  }
  for (std::size_t i = 0; i < plan_.faces.size(); ++i) {
    check(
        cudaMemsetAsync(memory_.swapped_sums(static_cast<int>(i)), 0, 3 * sizeof(unsigned long long), stream),
        "clearing device memory");
  }
  gain_statistics(device<StatisticsItem>(layout_.statistics), bucket_.faces, shared_.crop_size,
                  shared_.light(), stream);
}

void BatchLaunch::gains(StreamHandle stream) const {
  const StageRange range(Stage::gains);
  if (shared_.preset.gains) {
    gain_update(device<GainTrack>(layout_.gain_tracks), bucket_.faces, shared_.limits, shared_.light(),
                stream);
  }
}

void BatchLaunch::masks(StreamHandle stream) const {
  const StageRange range(Stage::mask);
  area_mask(device<AreaItem>(layout_.areas), bucket_.faces, shared_.crop_size, shared_.crop_size, stream);
}

void BatchLaunch::sprites(StreamHandle stream) const {
  const StageRange range(Stage::hysteresis);
  const auto* tracks = device<SpriteTrack>(layout_.sprite_tracks);
  const int band = shared_.preset.hysteresis_band;
  if (bucket_.joined == Joined::before) {
    make_sprites(tracks, bucket_.faces, shared_.crop_size, band, stream);
  } else if (shared_.preset.hysteresis) {
    hold_masks(tracks, bucket_.faces, shared_.crop_size, band, stream);
  }
}

void BatchLaunch::composite(StreamHandle stream) const {
  const StageRange range(Stage::composite);
  for (int wave = 0; wave < bucket_.waves; ++wave) {
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(wave) * bucket_.faces;
    const auto paste = [&](const auto* items) {
      cuda::composite(items + first, bucket_.faces, bucket_.tiles, shared_.band, stream);
    };
    if (bucket_.joined == Joined::before) {
      paste(device<CompositeItem<PackedSprite>>(layout_.composites));
    } else {
      paste(device<CompositeItem<UnjoinedSprite>>(layout_.composites));
    }
  }
}

Joined BatchLaunch::joined(const SharedMemory& shared, const BatchPlan& plan, int room) {
  const bool by_parts = room >= many_items && size_class(plan.largest_tiles) <= most_staged_tiles &&
                        joins_by_parts(shared.crop_size, shared.band) &&
                        std::ranges::all_of(plan.faces, [](const BatchFace& face) {
                          return part_is_small(face.plan->geometry.frame_to_crop);
                        });
  return by_parts ? Joined::by_parts : Joined::before;
}

void BatchLaunch::run(StreamHandle stream) const {
  masks(stream);
  warp(stream);
  gains(stream);
  sprites(stream);
  composite(stream);
}

void BatchLaunch::run_separately(StreamHandle stream, StageTimes& times) const {
  constexpr std::array<Stage, 4> stages{Stage::mask, Stage::warp, Stage::gains, Stage::composite};
  std::vector<Event> events;
  for (std::size_t i = 0; i <= stages.size(); ++i) {
    events.emplace_back(Event::Kind::timing);
  }
  events[0].record(stream);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    switch (stages[i]) {
      case Stage::mask:
        masks(stream);
        break;
      case Stage::warp:
        warp(stream);
        break;
      case Stage::gains:
        gains(stream);
        sprites(stream);
        break;
      default:
        composite(stream);
    }
    events[i + 1].record(stream);
  }
  events.back().synchronize();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    times[stages[i]] += 1e-3 * static_cast<double>(events[i + 1].milliseconds_since(events[i]));
  }
}

}  // namespace ffbench::cuda
