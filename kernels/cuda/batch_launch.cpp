#include "kernels/cuda/batch_launch.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include "core/system/profiler_range.hpp"
#include "kernels/cuda/composite_staged.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "kernels/cuda/warp_antialiased_table.hpp"

namespace ffbench::cuda {
namespace {

/// Shows profilers the stage that is enqueued.
struct StageRange : ProfilerRange {
  explicit StageRange(Stage stage) : ProfilerRange(Kind::stage, name_of(stage).data()) {}
};

}  // namespace

std::size_t BatchLaunch::write_parameters(FaceStates& states, const ExecutorOptions& options,
                                          std::size_t edges) {
  const int n = constants_.crop_size;
  const std::vector<bool> starts = states.begin_batch(plan_, tasks_);
  std::memset(memory_.host_parameters(), 0, layout_.edges);
  auto* warps = host<WarpItem>(layout_.warps);
  auto* areas = host<AreaMaskItem>(layout_.areas);
  auto* host_edges = host<HalfPlane>(layout_.edges);
  const auto* device_edges = device<HalfPlane>(layout_.edges);
  const auto feather = static_cast<float>(options.preset.area_feather);
  std::vector<int> in_layer(static_cast<std::size_t>(key_.layers), 0);

  for (std::size_t i = 0; i < plan_.faces.size(); ++i) {
    const BatchFace& face = plan_.faces[i];
    const FaceGeometry& geometry = face.plan->geometry;
    const auto at = static_cast<int>(i);
    const Pixels pixels = frame(face);

    warps[i] = {
        pixels, to_map(geometry.crop_to_frame), {memory_.warped(at), n, n, 3LL * n}, memory_.sums(at), {},
        {}};
    if (constants_.preset.antialias) {
      const AntialiasRadii radii = antialias_radii(geometry.crop_to_frame);
      warps[i].across = antialias_table().axis(radii.across, constants_.antialias_weights());
      warps[i].down = antialias_table().axis(radii.down, constants_.antialias_weights());
    }
    if (constants_.swap == SwapKind::model) {
      host<GainStatisticsItem>(layout_.statistics)[i] = {{memory_.swapped(at), n, n, 3LL * n},
                                                         memory_.swapped_sums(at)};
    }
    areas[i] = {constants_.box(), {memory_.mask(at), n, n, n},
                device_edges,     static_cast<int>(geometry.mask_edges.size()),
                feather,          1.0F / feather};
    for (const HalfPlane& edge : geometry.mask_edges) {
      *host_edges++ = edge;
      ++device_edges;
    }
    if (!geometry.region.empty()) {
      const auto layer = static_cast<std::size_t>(face.layer);
      const std::size_t place =
          layer * static_cast<std::size_t>(key_.faces) + static_cast<std::size_t>(in_layer[layer]++);
      const auto paste = [&](auto crop) {
        host<CompositeItem<decltype(crop)>>(layout_.composites)[place] = {
            crop, to_map(geometry.frame_to_crop), geometry.region, pixels};
      };
      if (key_.packing == Packing::before) {
        paste(PackedCrop{memory_.packed(at), n, n});
      } else {
        paste(UnpackedCrop{crop(at), held_mask(states, at), tables(at), n, n});
      }
    }
  }
  write_tracks(states, starts);
  states.end_batch();
  return layout_.edges + edges * sizeof(HalfPlane);
}

Pixels BatchLaunch::frame(const BatchFace& face) const {
  const FrameJob& task = tasks_[static_cast<std::size_t>(face.task)];
  if (face.transfer < 0) {
    return to_pixels(task.output);
  }
  const RegionTransfer& transfer = plan_.transfers[static_cast<std::size_t>(face.transfer)];
  const auto pitch = static_cast<std::int64_t>(transfer.pitch);
  // The address that the frame's first pixel would have.
  std::uint8_t* origin =
      memory_.regions() + transfer.offset - pitch * transfer.region.y - 3LL * transfer.region.x;
  return {origin, task.frame.width, task.frame.height, pitch};
}

const std::uint8_t* BatchLaunch::crop(int at) const {
  switch (constants_.swap) {
    case SwapKind::source:
      return constants_.source();
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
  return constants_.preset.hysteresis && last ? states[id].mask.data() : memory_.mask(at);
}

const std::uint8_t* BatchLaunch::tables(int at) const {
  return constants_.preset.gains ? memory_.tables(at) : nullptr;
}

void BatchLaunch::write_tracks(FaceStates& states, const std::vector<bool>& starts) const {
  auto* pack_tracks = host<PackTrack>(layout_.pack_tracks);
  auto* pack_steps = host<PackStep>(layout_.pack_steps);
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
    PackTrack& pack_track = pack_tracks[track];
    pack_track = {constants_.preset.hysteresis ? state.mask.data() : nullptr,
                  device<PackStep>(layout_.pack_steps) + step + 1,
                  {},
                  count};
    const PackStep* first_step = pack_steps + step;
    gain_tracks[track] = {state.gains.as<std::int64_t>(), device<GainStep>(layout_.gain_steps) + step, count};
    ++track;
    for (const int at : faces) {
      const FacePlan& face = *plan_.faces[static_cast<std::size_t>(at)].plan;
      if (face.reset || starts[static_cast<std::size_t>(at)]) {
        state.has_gains = state.has_mask = false;
      }
      pack_steps[step] = {crop(at), memory_.mask(at), tables(at), memory_.packed(at), state.has_mask ? 0 : 1};
      const unsigned long long* swapped = constants_.swap == SwapKind::source  ? constants_.source_sums()
                                          : constants_.swap == SwapKind::model ? memory_.swapped_sums(at)
                                                                               : memory_.sums(at);
      gain_steps[step] = {memory_.sums(at), swapped, memory_.tables(at), state.has_gains ? 0 : 1,
                          face.tail ? 1 : 0};
      state.has_mask = state.has_mask || constants_.preset.hysteresis;
      state.has_gains = state.has_gains || constants_.preset.gains;
      ++step;
    }
    pack_track.first = *first_step;
  }
}

void BatchLaunch::warp(StreamHandle stream, WarpStatistics statistics) const {
  const StageRange range(Stage::warp);
  const auto warp = constants_.preset.antialias ? stage_kernels.warp_antialiased : stage_kernels.warp;
  warp(device<WarpItem>(layout_.warps), key_.faces, constants_.crop_size, constants_.crop_size,
       constants_.preset.gains && statistics == WarpStatistics::of_preset, constants_.linear_light(), stream);
}

void BatchLaunch::swapped_statistics(StreamHandle stream) const {
  if (!constants_.preset.gains) {
    return;
  }
  for (std::size_t i = 0; i < plan_.faces.size(); ++i) {
    check(
        cudaMemsetAsync(memory_.swapped_sums(static_cast<int>(i)), 0, 3 * sizeof(unsigned long long), stream),
        "clearing device memory");
  }
  stage_kernels.gain_statistics(device<GainStatisticsItem>(layout_.statistics), key_.faces,
                                constants_.crop_size, constants_.linear_light(), stream);
}

void BatchLaunch::gains(StreamHandle stream) const {
  const StageRange range(Stage::gains);
  if (constants_.preset.gains) {
    stage_kernels.gain_update(device<GainTrack>(layout_.gain_tracks), key_.faces, constants_.limits,
                              constants_.linear_light(), stream);
  }
}

void BatchLaunch::masks(StreamHandle stream) const {
  const StageRange range(Stage::mask);
  stage_kernels.area_mask(device<AreaMaskItem>(layout_.areas), key_.faces, constants_.crop_size,
                          constants_.crop_size, stream);
}

void BatchLaunch::pack(StreamHandle stream) const {
  const StageRange range(Stage::hysteresis);
  const auto* tracks = device<PackTrack>(layout_.pack_tracks);
  const int band = constants_.preset.hysteresis_band;
  if (key_.packing == Packing::before) {
    stage_kernels.pack_crops(tracks, key_.faces, constants_.crop_size, band, stream);
  } else if (constants_.preset.hysteresis) {
    stage_kernels.hold_masks(tracks, key_.faces, constants_.crop_size, band, stream);
  }
}

void BatchLaunch::composite(StreamHandle stream) const {
  const StageRange range(Stage::composite);
  for (int layer = 0; layer < key_.layers; ++layer) {
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(layer) * key_.faces;
    if (key_.packing == Packing::before) {
      const auto* items = device<CompositeItem<PackedCrop>>(layout_.composites);
      stage_kernels.composite_packed(items + first, key_.faces, key_.tiles, constants_.band, stream);
    } else {
      const auto* items = device<CompositeItem<UnpackedCrop>>(layout_.composites);
      stage_kernels.composite_unpacked(items + first, key_.faces, key_.tiles, constants_.band, stream);
    }
  }
}

Packing BatchLaunch::fastest_packing(const ExecutorConstants& constants, const BatchPlan& plan, int room) {
  const bool in_composite = room >= many_items && size_class(plan.largest_tiles) <= most_staged_tiles &&
                            can_pack_in_composite(constants.crop_size, constants.band) &&
                            std::ranges::all_of(plan.faces, [](const BatchFace& face) {
                              return footprint_is_small(face.plan->geometry.frame_to_crop);
                            });
  return in_composite ? Packing::in_composite : Packing::before;
}

void BatchLaunch::stage(Stage stage, StreamHandle stream, const Slowdown& slowdown) const {
  slowdown.around(stage, stream, [&] {
    switch (stage) {
      case Stage::mask:
        masks(stream);
        break;
      case Stage::warp:
        warp(stream);
        break;
      case Stage::gains:
        gains(stream);
        break;
      case Stage::hysteresis:
        pack(stream);
        break;
      default:
        composite(stream);
    }
  });
}

void BatchLaunch::run(StreamHandle stream, const Slowdown& slowdown) const {
  slowdown.around(std::nullopt, stream, [&] {
    for (const Stage each : device_stages) {
      stage(each, stream, slowdown);
      if (each == key_.last) {
        break;
      }
    }
  });
}

void BatchLaunch::run_separately(StreamHandle stream, const Slowdown& slowdown, StageTimes& times) const {
  std::vector<Event> events;
  for (std::size_t i = 0; i <= device_stages.size(); ++i) {
    events.emplace_back(Event::Kind::timing);
  }
  events[0].record(stream);
  for (std::size_t i = 0; i < device_stages.size(); ++i) {
    stage(device_stages[i], stream, slowdown);
    events[i + 1].record(stream);
  }
  events.back().synchronize();
  for (std::size_t i = 0; i < device_stages.size(); ++i) {
    times[device_stages[i]] += 1e-3 * static_cast<double>(events[i + 1].milliseconds_since(events[i]));
  }
}

}  // namespace ffbench::cuda
