#include "kernels/cpu/executor.hpp"

#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <vector>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/kept_faces.hpp"
#include "core/numeric/mask_tiles.hpp"
#include "core/system/stage_clock.hpp"
#include "kernels/cpu/apply_gains.hpp"
#include "kernels/cpu/area_mask.hpp"
#include "kernels/cpu/bands.hpp"
#include "kernels/cpu/box_mask.hpp"
#include "kernels/cpu/composite.hpp"
#include "kernels/cpu/gain_statistics.hpp"
#include "kernels/cpu/gain_tables.hpp"
#include "kernels/cpu/gain_update.hpp"
#include "kernels/cpu/mask_hysteresis.hpp"
#include "kernels/cpu/targets.hpp"
#include "kernels/cpu/warp.hpp"
#include "kernels/cpu/warp_antialiased.hpp"

namespace ffbench::cpu {
namespace {

/// Rows of a crop that one thread does at a time.
constexpr int crop_band = 32;
/// Rows of a frame: few enough to stay in the cache between the copy and the paste.
constexpr int frame_band = 16;

/// What carries over from frame to frame for one face.
struct FaceState {
  GainState gains;
  MaskImage mask;
  bool has_mask = false;

  /// Forgets everything but the memory.
  void reset() {
    gains = {};
    has_mask = false;
  }
};

/// What the paste needs of one face of the frame at hand.
struct Slot {
  BgrImage crop;  ///< swapped, with gains; unused where the source crop is pasted as it is
  MaskImage mask;
  MaskTiles tiles;
  ConstBgrView pasted;  ///< `crop`, or the source crop
  GainTables tables{};  ///< through which `crop` was made from the source crop
  bool crop_is_source = false;
};

class CpuExecutor final : public Executor {
 public:
  CpuExecutor(const ExecutorOptions& options, int threads)
      : options_(options),
        band_(options.preset),
        bands_(threads),
        warped_(options.crop_size, options.crop_size) {
    if (options.swap == SwapKind::source) {
      if (options.source_crop.width() != options.crop_size ||
          options.source_crop.height() != options.crop_size) {
        fail("source crop: {}x{} pixels, expected {}x{}", options.source_crop.width(),
             options.source_crop.height(), options.crop_size, options.crop_size);
      }
      source_sums_ = gain_statistics(options_.source_crop.view());
    }
    if (options.swap == SwapKind::model && !options.model) {
      fail("swap 'model': no network was given");
    }
  }

  std::string description() const override {
    return bands_.threads() == 1 ? fmt::format("cpu {}", active_target())
                                 : fmt::format("cpu {}, {} threads", active_target(), bands_.threads());
  }

  void restart() override {
    states_.clear();
    kept_.clear();
  }

  bool works_in_place() const override { return true; }

  void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) override {
    const bool in_place = check_views(frame, output) == Sharing::identical;
    StageClock clock(stage_times_, index);
    if (slots_.size() < plan.faces.size()) {
      slots_.resize(plan.faces.size());
    }
    for (std::size_t i = 0; i < plan.faces.size(); ++i) {
      prepare_face(index, frame, plan.faces[i], slots_[i], clock);
    }
    clock.begin(Stage::composite);
    // Every face has been cut out by now, so that pasting may overwrite the frame.
    bands_.run(frame.height, frame_band, [&](RowRange rows) {
      if (!in_place) {
        copy_rows(frame, output, rows);
      }
      paste(plan, output, rows);
    });
    clock.end();
    for (const int face_id : kept_.draw(plan)) {
      states_.erase(face_id);
    }
    observe_image(index, -1, Stage::composite, ConstBgrView(output));
  }

 private:
  /// Everything in the crop: from the frame to the crop and the mask that are pasted.
  void prepare_face(int index, ConstBgrView frame, const FacePlan& face, Slot& slot, StageClock& clock) {
    FaceState& state = states_[face.face_id];
    if (face.reset) {
      state.reset();
    }

    clock.begin(Stage::warp);
    cut_out(frame, face.geometry.crop_to_frame);
    observe_image(index, face.face_id, Stage::warp, warped_.const_view());

    clock.begin(Stage::swap);
    // The swapped crop is written once, by the gains; without them the source crop is pasted from
    // where it is.
    const ConstBgrView swapped = swap();
    observe_image(index, face.face_id, Stage::swap, swapped);

    clock.begin(Stage::gains);
    make_crop(face, swapped, state, slot);
    observe_image(index, face.face_id, Stage::gains, slot.pasted);

    clock.begin(Stage::mask);
    make_mask(face, slot);
    observe_image(index, face.face_id, Stage::mask, slot.mask.const_view());

    clock.begin(Stage::hysteresis);
    if (options_.preset.hysteresis) {
      hold_mask(state, slot);
    }
    observe_image(index, face.face_id, Stage::hysteresis, slot.mask.const_view());

    clock.begin(Stage::composite);
    slot.tiles.update(slot.mask.const_view());
  }

  void cut_out(ConstBgrView frame, const AffineF& crop_to_frame) {
    if (!options_.preset.antialias) {
      bands_.run(options_.crop_size, crop_band,
                 [&](RowRange rows) { warp_rows(frame, crop_to_frame, warped_.view(), rows); });
      return;
    }
    antialias_.prepare(crop_to_frame);
    bands_.run(options_.crop_size, crop_band, [&](RowRange rows) {
      warp_antialiased_rows(frame, crop_to_frame, antialias_, warped_.view(), rows);
    });
  }

  ConstBgrView swap() {
    switch (options_.swap) {
      case SwapKind::source:
        return options_.source_crop.view();
      case SwapKind::identity:
        return warped_.const_view();
      case SwapKind::model:
        swapped_.resize(options_.crop_size, options_.crop_size);
        options_.model->swap(warped_.const_view(), swapped_.view());
        return swapped_.const_view();
    }
    return warped_.const_view();
  }

  /// The gain statistics of the swapped crop; `target` are those of the warped one.
  LinearSums swapped_statistics(ConstBgrView swapped, const LinearSums& target) {
    switch (options_.swap) {
      case SwapKind::source:
        return source_sums_;
      case SwapKind::identity:
        return target;
      case SwapKind::model:
        return statistics(swapped);
    }
    return target;
  }

  void make_crop(const FacePlan& face, ConstBgrView swapped, FaceState& state, Slot& slot) {
    const bool from_source = options_.swap == SwapKind::source;
    const int size = options_.crop_size;
    if (!options_.preset.gains) {
      slot.pasted = swapped;
      if (!from_source) {
        // The next face overwrites the warped crop, and what the network made of it.
        slot.crop.resize(size, size);
        copy_pixels(swapped, slot.crop.view());
        slot.pasted = slot.crop.const_view();
      }
      return;
    }
    if (!face.tail || !state.gains.started) {
      const LinearSums target = statistics(warped_.const_view());
      gain_update(target, swapped_statistics(swapped, target), options_.preset, face.tail, state.gains);
    }
    const GainTables tables = gain_tables(state.gains);
    slot.pasted = slot.crop.const_view();
    if (from_source && slot.crop_is_source && slot.tables == tables) {
      return;  // the same source through the same tables is there already
    }
    slot.crop.resize(size, size);
    bands_.run(size, crop_band,
               [&](RowRange rows) { apply_gains_rows(tables, swapped, slot.crop.view(), rows); });
    slot.pasted = slot.crop.const_view();
    slot.tables = tables;
    slot.crop_is_source = from_source;
  }

  LinearSums statistics(ConstBgrView crop) {
    std::array<std::atomic<std::uint64_t>, 3> sums{};
    bands_.run(crop.height, crop_band, [&](RowRange rows) {
      const LinearSums part = gain_statistics_rows(crop, rows);
      for (std::size_t c = 0; c < 3; ++c) {
        sums[c].fetch_add(part[c], std::memory_order_relaxed);
      }
    });
    return {sums[0].load(), sums[1].load(), sums[2].load()};
  }

  void make_mask(const FacePlan& face, Slot& slot) {
    const int size = options_.crop_size;
    const MaskImage& box = box_.get(size, size, options_.preset.mask_blur, options_.preset.mask_padding);
    slot.mask.resize(size, size);
    const auto feather = static_cast<float>(options_.preset.area_feather);
    bands_.run(size, crop_band, [&](RowRange rows) {
      const int height = rows.end - rows.begin;
      copy_pixels(box.view().crop(0, rows.begin, size, height),
                  slot.mask.view().crop(0, rows.begin, size, height));
      area_mask_rows(face.geometry.mask_edges, feather, slot.mask.view(), rows);
    });
  }

  void hold_mask(FaceState& state, Slot& slot) {
    if (!state.has_mask) {
      state.mask = slot.mask;
      state.has_mask = true;
      return;
    }
    bands_.run(options_.crop_size, crop_band, [&](RowRange rows) {
      mask_hysteresis_update_rows(state.mask.view(), options_.preset.hysteresis_band, slot.mask.view(), rows);
    });
  }

  static Sharing check_views(ConstBgrView frame, BgrView output) {
    if (output.width != frame.width || output.height != frame.height) {
      fail("cpu backend: the output is {}x{} pixels, the frame {}x{}; they must agree", output.width,
           output.height, frame.width, frame.height);
    }
    const Sharing sharing = sharing_of(frame, ConstBgrView(output));
    if (sharing == Sharing::partial) {
      fail("cpu backend: frame and output overlap; give the frame itself as output, or memory of its own");
    }
    return sharing;
  }

  static void copy_rows(ConstBgrView frame, BgrView output, RowRange rows) {
    for (int y = rows.begin; y < rows.end; ++y) {
      std::memcpy(output.row(y), frame.row(y), frame.row_bytes());
    }
  }

  /// Every face that covers the rows, while they are in the cache.
  void paste(const FramePlan& plan, BgrView output, RowRange rows) {
    for (std::size_t i = 0; i < plan.faces.size(); ++i) {
      const FaceGeometry& geometry = plan.faces[i].geometry;
      const Slot& slot = slots_[i];
      composite_rows(slot.pasted, slot.mask.const_view(), slot.tiles, geometry.frame_to_crop, geometry.region,
                     band_, output, rows);
    }
  }

  template <int Channels>
  void observe_image(int index, int face_id, Stage stage, ImageView<const std::uint8_t, Channels> view) {
    if (observer_ != nullptr) {
      observer_->image(index, face_id, stage, view.data, view.width, view.height, Channels,
                       view.stride_bytes);
    }
  }

  ExecutorOptions options_;
  SeamBand band_;
  Bands bands_;
  BoxMaskCache box_;
  LinearSums source_sums_{};
  AntialiasTables antialias_;
  BgrImage warped_;
  BgrImage swapped_;  ///< of SwapKind::model
  std::vector<Slot> slots_;
  std::map<int, FaceState> states_;
  KeptFaces kept_;
};

}  // namespace

std::unique_ptr<Executor> make_executor(const ExecutorOptions& options, int threads) {
  return std::make_unique<CpuExecutor>(options, threads);
}

}  // namespace ffbench::cpu
