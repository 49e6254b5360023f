#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>

#include "core/profiler_range.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/batch_launch.hpp"
#include "kernels/cuda/batch_memory.hpp"
#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/face_states.hpp"
#include "kernels/cuda/host_memory.hpp"
#include "kernels/cuda/seams.hpp"
#include "kernels/cuda/stack_copy.hpp"

namespace ffbench::cuda {
namespace {

/// More faces than this are not put into one batch (a single frame may still have more).
constexpr int most_faces = 64;
constexpr int most_frames = 64;

/// A batch under way: its memory, its stream, and what is left to do once it is done.
struct Slot {
  explicit Slot(int crop_size) : memory(crop_size) {}

  BatchMemory memory;
  Stream stream;
  Stream side;  ///< for copies that a seam lets run at once
  Event computed;
  Event done;
  bool busy = false;
  BatchPlan plan;
  std::vector<FrameJob> tasks;
  std::vector<bool> staged;  ///< by patch: comes back through the staging memory
};

class CudaExecutor final : public Executor {
 public:
  CudaExecutor(const ExecutorOptions& options, const ExecutorTuning& tuning)
      : options_(options), tuning_(tuning) {
    if (tuning.batch < 1 || tuning.batch > most_frames || tuning.streams < 1 || tuning.streams > 16) {
      fail("cuda: {} frames a batch and {} streams; from 1 to {} and from 1 to 16 can be used", tuning.batch,
           tuning.streams, most_frames);
    }
    if (options.swap == SwapKind::source && (options.source_crop.width() != options.crop_size ||
                                             options.source_crop.height() != options.crop_size)) {
      fail("source crop: {}x{} pixels, expected {}x{}", options.source_crop.width(),
           options.source_crop.height(), options.crop_size, options.crop_size);
    }
    use_device(tuning.device);
    shared_.emplace(options_);
    states_.emplace(options.crop_size);
    for (int i = 0; i < tuning.streams; ++i) {
      slots_.push_back(std::make_unique<Slot>(options.crop_size));
    }
  }

  ~CudaExecutor() override {
    if (cudaSetDevice(tuning_.device) == cudaSuccess) {
      for (const auto& slot : slots_) {
        static_cast<void>(cudaStreamSynchronize(slot->stream.get()));
      }
    }
  }

  std::string description() const override {
    return fmt::format("cuda {}", devices()[static_cast<std::size_t>(tuning_.device)].name);
  }

  void restart() override { states_->restart(); }

  int preferred_batch() const override {
    return options_.swap == SwapKind::model ? 1 : tuning_.batch * tuning_.streams;
  }

  bool works_in_place() const override { return true; }

  std::shared_ptr<void> prepare_memory(void* memory, std::size_t bytes) override {
    use_device(tuning_.device);
    return host_memory_->pin(memory, bytes);
  }

  void separate_stages(bool on) override { separate_ = on; }

  std::map<std::string, double> counters() const override {
    return {{"graph_captures", static_cast<double>(graphs_.captures)},
            {"graph_replays", static_cast<double>(graphs_.replays)},
            {"graph_hits", static_cast<double>(graphs_.hits)},
            {"batch", tuning_.batch},
            {"streams", static_cast<double>(slots_.size())}};
  }

  void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) override {
    const FrameJob job{frame, &plan, output};
    execute_batch(index, {&job, 1});
  }

  void execute_batch(int first, std::span<const FrameJob> tasks) override {
    use_device(tuning_.device);
    while (!tasks.empty()) {
      const std::size_t count = next_batch(tasks);
      try {
        start(first, tasks.first(count));
      } catch (const CudaError& error) {
        if (!error.out_of_memory() || !shrink()) {
          throw;
        }
        continue;
      }
      first += static_cast<int>(count);
      tasks = tasks.subspan(count);
    }
    finish_all();
  }

 private:
  /// Frames that go into the next batch.
  std::size_t next_batch(std::span<const FrameJob> tasks) const {
    const std::size_t most = options_.swap == SwapKind::model ? 1 : static_cast<std::size_t>(tuning_.batch);
    std::size_t faces = 0;
    std::size_t count = 0;
    while (count < std::min(most, tasks.size())) {
      faces += tasks[count].plan->faces.size();
      if (count > 0 && faces > most_faces) {
        break;
      }
      ++count;
    }
    return count;
  }

  /// After an allocation failed: smaller batches, fewer of them at a time. False where nothing is left to shrink.
  bool shrink() {
    finish_all();
    for (const auto& slot : slots_) {
      slot->memory.release();
    }
    last_ = nullptr;
    if (tuning_.batch == 1 && slots_.size() == 1) {
      return false;
    }
    tuning_.batch = std::max(1, tuning_.batch / 2);
    if (slots_.size() > 1) {
      slots_.resize(slots_.size() / 2);
    }
    next_slot_ = 0;
    return true;
  }

  void start(int first, std::span<const FrameJob> tasks) {
    // A frame, or the frames of a batch; waiting for an earlier one is part of it.
    const ProfilerRange range(ProfilerRange::Kind::frame, tasks.size() == 1 ? "frame" : "frames", first);
    Slot& slot = *slots_[next_slot_];
    finish(slot);
    slot.plan = plan_batch(tasks, options_.crop_size, tuning_.whole_frames, options_.preset.antialias);
    slot.tasks.assign(tasks.begin(), tasks.end());
    const auto& faces = slot.plan.faces;
    const Bucket bucket{round_to_power_of_two(static_cast<int>(faces.size())), std::max(slot.plan.waves, 1),
                        size_class(std::max(slot.plan.largest_tiles, 1))};
    std::size_t edges = 0;
    for (const BatchFace& face : faces) {
      edges += face.plan->geometry.mask_edges.size();
    }
    const bool staging = std::any_of(tasks.begin(), tasks.end(), [this](const FrameJob& task) {
      return !host_memory_->holds(task.frame) || !host_memory_->holds(ConstBgrView(task.output));
    });
    slot.memory.reserve(bucket, edges, slot.plan.patch_bytes, staging);
    states_->reserve(slot.plan);
    // Nothing below allocates, so that a batch that had no room can be tried again.
    next_slot_ = (next_slot_ + 1) % slots_.size();
    slot.busy = true;
    upload(slot);
    if (!faces.empty()) {
      compute(slot, bucket, edges);
    }
    copy_rest(slot);
    download(slot);
    slot.done.record(slot.stream.get());
    if (observer_ != nullptr) {
      finish(slot);
      show(first, slot);
    }
  }

  void upload(Slot& slot) {
    for (const PatchRun& run : slot.plan.runs) {
      if (copy_run(
              slot, run, [](const FrameJob& task) { return task.frame; }, Direction::to_device,
              slot.stream.get())) {
        continue;
      }
      for (std::size_t i = run.first; i < run.first + run.count; ++i) {
        upload(slot, slot.plan.patches[i]);
      }
    }
  }

  void upload(Slot& slot, const Patch& patch) {
    const ConstBgrView frame = slot.tasks[static_cast<std::size_t>(patch.task)].frame;
    const ConstBgrView part =
        frame.crop(patch.region.x, patch.region.y, patch.region.width, patch.region.height);
    std::uint8_t* to = slot.memory.patches() + patch.offset;
    if (host_memory_->holds(frame)) {
      check(cudaMemcpy2DAsync(to, patch.pitch, part.data, static_cast<std::size_t>(part.stride_bytes),
                              part.row_bytes(), static_cast<std::size_t>(part.height), cudaMemcpyHostToDevice,
                              slot.stream.get()),
            "copying a frame to the device");
    } else {
      std::uint8_t* staged = slot.memory.staged_up() + patch.offset;
      for (int y = 0; y < part.height; ++y) {
        std::memcpy(staged + static_cast<std::size_t>(y) * patch.pitch, part.row(y), part.row_bytes());
      }
      check(cudaMemcpyAsync(to, staged, patch.pitch * static_cast<std::size_t>(part.height),
                            cudaMemcpyHostToDevice, slot.stream.get()),
            "copying a frame to the device");
    }
  }

  /// Copies a run of one patch of each frame of the batch in one go, where all of the frames' memory is page-locked. False where not.
  template <typename View>
  bool copy_run(const Slot& slot, const PatchRun& run, View view, Direction direction,
                cudaStream_t stream) const {
    const auto held = [&](const FrameJob& task) { return host_memory_->holds(view(task)); };
    if (run.count < 2 || !std::all_of(slot.tasks.begin(), slot.tasks.end(), held)) {
      return false;
    }
    const ConstBgrView first = view(slot.tasks[0]);
    const Patch& patch = slot.plan.patches[run.first];
    copy_stack(first, static_cast<std::size_t>(view(slot.tasks[1]).data - first.data), patch, run.count,
               slot.memory.patches() + patch.offset, direction, stream);
    return true;
  }

  void compute(Slot& slot, const Bucket& bucket, std::size_t edges) {
    BatchLaunch launch(*shared_, slot.memory, slot.plan, slot.tasks, bucket);
    const std::size_t bytes = launch.write_parameters(*states_, options_, edges);
    if (!seams::keeps_parameters() || !slot.memory.graphs.latest_is(bucket)) {
      check(cudaMemcpyAsync(slot.memory.parameters(), slot.memory.host_parameters(), bytes,
                            cudaMemcpyHostToDevice, slot.stream.get()),
            "copying parameters to the device");
    }
    // The faces' temporal state goes from batch to batch.
    if (last_ != nullptr && last_ != &slot) {
      last_->computed.hold(slot.stream.get());
    }
    last_ = &slot;
    if (options_.swap == SwapKind::model) {
      compute_with_model(slot, launch);
    } else if (separate_) {
      launch.run_separately(slot.stream.get(), stage_times_);
    } else if (tuning_.graphs) {
      cudaGraphExec_t graph = slot.memory.graphs.get(bucket, graphs_, [&] {
        Capture capture(slot.stream.get());
        launch.run(slot.stream.get());
        return capture.finish();
      });
      check(cudaGraphLaunch(graph, slot.stream.get()), "replaying a graph");
    } else {
      launch.run(slot.stream.get());
    }
    slot.computed.record(slot.stream.get());
  }

  /// A network runs on the host, in the middle.
  void compute_with_model(Slot& slot, const BatchLaunch& launch) {
    cudaStream_t stream = slot.stream.get();
    const int n = options_.crop_size;
    launch.warp(stream);
    slot.stream.synchronize();
    BgrImage crop(n, n);
    BgrImage swapped(n, n);
    for (std::size_t i = 0; i < slot.plan.faces.size(); ++i) {
      const auto at = static_cast<int>(i);
      check(cudaMemcpyAsync(crop.data(), slot.memory.warped(at), crop.size_bytes(), cudaMemcpyDeviceToHost,
                            stream),
            "copying a crop from the device");
      slot.stream.synchronize();
      {
        const ProfilerRange range(ProfilerRange::Kind::stage, "swap", at);
        options_.model->swap(crop.view(), swapped.view());
      }
      check(cudaMemcpyAsync(slot.memory.swapped(at), swapped.data(), swapped.size_bytes(),
                            cudaMemcpyHostToDevice, stream),
            "copying a crop to the device");
      slot.stream.synchronize();
    }
    launch.swapped_statistics(stream);
    launch.gains(stream);
    launch.masks(stream);
    launch.sprites(stream);
    launch.composite(stream);
  }

  /// What does not travel is copied on the host, while the device works.
  static void copy_rest(const Slot& slot) {
    for (const FrameJob& task : slot.tasks) {
      if (task.frame.data != task.output.data) {
        copy_pixels(task.frame, task.output);
      }
    }
  }

  void download(Slot& slot) {
    cudaStream_t stream = seams::copies_at_once() ? slot.side.get() : slot.stream.get();
    slot.staged.assign(slot.plan.patches.size(), false);
    for (const PatchRun& run : slot.plan.runs) {
      if (copy_run(
              slot, run, [](const FrameJob& task) { return ConstBgrView(task.output); }, Direction::to_host,
              stream)) {
        continue;
      }
      for (std::size_t i = run.first; i < run.first + run.count; ++i) {
        slot.staged[i] = !download(slot, slot.plan.patches[i], stream);
      }
    }
  }

  /// False where it comes back through the staging memory.
  bool download(Slot& slot, const Patch& patch, cudaStream_t stream) {
    const BgrView output = slot.tasks[static_cast<std::size_t>(patch.task)].output;
    const BgrView part = output.crop(patch.region.x, patch.region.y, patch.region.width, patch.region.height);
    const std::uint8_t* from = slot.memory.patches() + patch.offset;
    const auto rows = static_cast<std::size_t>(part.height);
    if (host_memory_->holds(ConstBgrView(output))) {
      check(cudaMemcpy2DAsync(part.data, static_cast<std::size_t>(part.stride_bytes), from, patch.pitch,
                              part.row_bytes(), rows, cudaMemcpyDeviceToHost, stream),
            "copying a frame from the device");
      return true;
    }
    check(cudaMemcpyAsync(slot.memory.staged_down() + patch.offset, from, patch.pitch * rows,
                          cudaMemcpyDeviceToHost, stream),
          "copying a frame from the device");
    return false;
  }

  /// Waits for a batch and puts what came through the staging memory in place.
  static void finish(Slot& slot) {
    if (!slot.busy) {
      return;
    }
    slot.busy = false;
    slot.done.synchronize();
    for (std::size_t i = 0; i < slot.plan.patches.size(); ++i) {
      if (slot.staged[i]) {
        const Patch& patch = slot.plan.patches[i];
        const BgrView part = slot.tasks[static_cast<std::size_t>(patch.task)].output.crop(
            patch.region.x, patch.region.y, patch.region.width, patch.region.height);
        const std::uint8_t* staged = slot.memory.staged_down() + patch.offset;
        for (int y = 0; y < part.height; ++y) {
          std::memcpy(part.row(y), staged + static_cast<std::size_t>(y) * patch.pitch, part.row_bytes());
        }
      }
    }
  }

  void finish_all() {
    for (const auto& slot : slots_) {
      finish(*slot);
    }
  }

  /// Brings the stages of a batch to the observer, frame by frame.
  void show(int first, const Slot& slot) {
    const int n = options_.crop_size;
    BgrImage crop(n, n);
    MaskImage mask(n, n);
    const auto side = static_cast<std::size_t>(n);
    const auto pitch = static_cast<std::size_t>(sprite_pitch(n));
    std::vector<std::uint32_t> sprite(pitch * side);
    const auto fetch = [&slot](void* to, const void* from, std::size_t bytes) {
      check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, slot.stream.get()),
            "copying a stage from the device");
      slot.stream.synchronize();
    };
    std::size_t next_face = 0;
    for (std::size_t t = 0; t < slot.tasks.size(); ++t) {
      const int index = first + static_cast<int>(t);
      for (const FacePlan& face : slot.tasks[t].plan->faces) {
        const auto at = static_cast<int>(next_face++);
        const auto show_crop = [&](Stage stage, const BgrImage& image) {
          observer_->image(index, face.face_id, stage, image.data(), n, n, 3, 3 * std::ptrdiff_t{n});
        };
        const auto show_mask = [&](Stage stage) {
          observer_->image(index, face.face_id, stage, mask.data(), n, n, 1, n);
        };
        fetch(crop.data(), slot.memory.warped(at), crop.size_bytes());
        show_crop(Stage::warp, crop);
        if (options_.swap == SwapKind::model) {
          fetch(crop.data(), slot.memory.swapped(at), crop.size_bytes());
        }
        show_crop(Stage::swap, options_.swap == SwapKind::source ? options_.source_crop : crop);
        fetch(sprite.data(), slot.memory.sprite(at), 4 * sprite.size());
        for (std::size_t k = 0; k < side * side; ++k) {
          for (unsigned c = 0; c < 3; ++c) {
            crop.data()[3 * k + c] =
                static_cast<std::uint8_t>(sprite[k / side * pitch + k % side] >> (8 * c));
          }
        }
        show_crop(Stage::gains, crop);
        fetch(mask.data(), slot.memory.mask(at), mask.size_bytes());
        show_mask(Stage::mask);
        for (std::size_t k = 0; k < side * side; ++k) {
          mask.data()[k] = static_cast<std::uint8_t>(sprite[k / side * pitch + k % side] >> 24);
        }
        show_mask(Stage::hysteresis);
      }
      const BgrView output = slot.tasks[t].output;
      observer_->image(index, -1, Stage::composite, output.data, output.width, output.height, 3,
                       output.stride_bytes);
    }
  }

  ExecutorOptions options_;
  ExecutorTuning tuning_;
  std::shared_ptr<HostMemory> host_memory_ = std::make_shared<HostMemory>();
  std::optional<SharedMemory> shared_;
  std::optional<FaceStates> states_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::size_t next_slot_ = 0;
  Slot* last_ = nullptr;  ///< computed last
  bool separate_ = false;
  GraphCounts graphs_;
};

}  // namespace

std::unique_ptr<Executor> make_executor(const ExecutorOptions& options, const ExecutorTuning& tuning) {
  return std::make_unique<CudaExecutor>(options, tuning);
}

}  // namespace ffbench::cuda
