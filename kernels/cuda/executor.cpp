#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/system/profiler_range.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/batch_launch.hpp"
#include "kernels/cuda/batch_slot.hpp"
#include "kernels/cuda/batch_transfers.hpp"
#include "kernels/cuda/device_frames.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/face_states.hpp"
#include "kernels/cuda/fault_points.hpp"
#include "kernels/cuda/host_memory.hpp"
#include "kernels/cuda/host_swap.hpp"
#include "kernels/cuda/shown_stages.hpp"
#include "kernels/cuda/slowdown.hpp"
#include "kernels/cuda/waiting.hpp"

namespace ffbench::cuda {
namespace {

/// Largest number of faces in a batch of several frames. A single frame may have more.
constexpr int most_faces = 64;
constexpr int most_frames = 64;
/// Longer than the host takes to enqueue the kernels of a batch, two events and itself.
constexpr std::uint64_t head_start_nanoseconds = 40'000;

class CudaExecutor final : public DeviceExecutor {
 public:
  CudaExecutor(const ExecutorOptions& options, const DeviceOptions& device)
      : options_(options), device_(device) {
    if (device.batch < 1 || device.batch > most_frames || device.streams < 1 || device.streams > 16) {
      fail("cuda: {} frames a batch and {} streams; from 1 to {} and from 1 to 16 can be used", device.batch,
           device.streams, most_frames);
    }
    if (options.swap == SwapKind::source && (options.source_crop.width() != options.crop_size ||
                                             options.source_crop.height() != options.crop_size)) {
      fail("source crop: {}x{} pixels, expected {}x{}", options.source_crop.width(),
           options.source_crop.height(), options.crop_size, options.crop_size);
    }
    use_device(device.device);
    slowdown_.emplace(device.slowdown);
    constants_.emplace(options_);
    states_.emplace(options.crop_size);
    for (int i = 0; i < device.streams; ++i) {
      slots_.push_back(std::make_unique<Slot>(options.crop_size));
    }
  }

  ~CudaExecutor() override {
    if (cudaSetDevice(device_.device) == cudaSuccess) {
      for (const auto& slot : slots_) {
        wait_for(*slot);
      }
    }
  }

  std::string description() const override {
    return fmt::format("cuda {}", devices()[static_cast<std::size_t>(device_.device)].name);
  }

  void restart() override {
    states_->restart();
    // The same batch of each pass in the same slot, which then has its graph.
    next_slot_ = 0;
  }

  int preferred_batch() const override {
    return options_.swap == SwapKind::model ? 1 : device_.batch * device_.streams;
  }

  bool works_in_place() const override { return true; }

  std::shared_ptr<void> prepare_memory(void* memory, std::size_t bytes) override {
    use_device(device_.device);
    return host_memory_->pin(memory, bytes);
  }

  void separate_stages(bool on) override { separate_ = on; }

  std::map<std::string, double> counters() const override {
    return {{"graph_captures", static_cast<double>(graphs_.captures)},
            {"graph_replays", static_cast<double>(graphs_.replays)},
            {"graph_hits", static_cast<double>(graphs_.hits)},
            {"batch", device_.batch},
            {"packed_in_composite_batches", static_cast<double>(packed_in_composite_)},
            {"streams", static_cast<double>(slots_.size())}};
  }

  void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) override {
    const FrameJob job{frame, &plan, output};
    execute_batch(index, {&job, 1});
  }

  void execute_batch(int first, std::span<const FrameJob> tasks) override {
    use_device(device_.device);
    try {
      start_batches(first, tasks, Frames{});
      finish_all();
    } catch (...) {
      abandon();
      throw;
    }
  }

  void enqueue_batch(int first, std::span<const FrameJob> jobs, StreamHandle stream) override {
    const DeviceScope scope(device_.device);
    check_stream(stream);
    check_device_frames(first, jobs, device_.device);
    try {
      start_batches(first, jobs, Frames{true, stream});
    } catch (...) {
      static_cast<void>(cudaStreamSynchronize(stream));
      abandon();
      throw;
    }
  }

  void time_batches(bool on) override {
    const DeviceScope scope(device_.device);
    need_no_network("timed");
    finish_all();
    timed_seconds_ = 0;
    timing_ = on;
  }

  double timed_seconds() override {
    const DeviceScope scope(device_.device);
    finish_all();
    return std::exchange(timed_seconds_, 0);
  }

  void end_after(Stage last) override {
    const DeviceScope scope(device_.device);
    need_no_network("ended early");
    if (std::ranges::find(device_stages, last) == device_stages.end()) {
      fail("cuda: batches cannot end after stage '{}': it does not run on the device", name_of(last));
    }
    finish_all();
    for (const auto& slot : slots_) {
      slot->memory.clear_sums();
    }
    end_after_ = last;
    restart();
  }

 private:
  void need_no_network(const char* what) const {
    if (options_.swap == SwapKind::model) {
      fail("cuda: batches with a swap network, which runs on the host, cannot be {}", what);
    }
  }

  /// Where frames are, and on which stream batches run.
  struct Frames {
    bool on_device = false;
    StreamHandle stream = nullptr;  ///< the caller's; frames on the host use those of the slots
  };

  /// Starts all frames, in batches.
  void start_batches(int first, std::span<const FrameJob> tasks, const Frames& frames) {
    while (!tasks.empty()) {
      const std::size_t count = next_batch(tasks);
      // The range of a batch contains the wait for an earlier one.
      const ProfilerRange range(ProfilerRange::Kind::frame, count == 1 ? "frame" : "frames", first);
      Ready ready;
      try {
        ready = prepare(tasks.first(count), frames);
      } catch (const CudaError& error) {
        if (!error.out_of_memory() || !shrink()) {
          throw;
        }
        continue;
      }
      start(first, ready);
      first += static_cast<int>(count);
      tasks = tasks.subspan(count);
    }
  }

  /// The number of frames of the next batch.
  std::size_t next_batch(std::span<const FrameJob> tasks) const {
    const std::size_t most = options_.swap == SwapKind::model ? 1 : static_cast<std::size_t>(device_.batch);
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

  /// Halves batches and streams after an allocation failed. Returns false where nothing is left to
  /// halve.
  bool shrink() {
    finish_all();
    for (const auto& slot : slots_) {
      slot->memory.release();
    }
    last_ = nullptr;
    if (device_.batch == 1 && slots_.size() == 1) {
      return false;
    }
    device_.batch = std::max(1, device_.batch / 2);
    if (slots_.size() > 1) {
      slots_.resize(slots_.size() / 2);
    }
    next_slot_ = 0;
    return true;
  }

  /// After a failure: waits for the batches in flight, after which the caller's memory is no longer
  /// used, and drops everything else.
  void abandon() {
    for (const auto& slot : slots_) {
      wait_for(*slot);
      if (slot->side) {
        static_cast<void>(cudaStreamSynchronize(slot->side->get()));
      }
      slot->busy = false;
      slot->timed = false;
      slot->plan = {};
      slot->tasks.clear();
      slot->staged.clear();
      // The sums are no longer 0, as the next batch needs them.
      slot->memory.release();
    }
    last_ = nullptr;
    states_->restart();
  }

  /// Waits for what a slot has under way, without a word about errors.
  static void wait_for(Slot& slot) {
    static_cast<void>(cudaStreamSynchronize(slot.stream.get()));
    if (slot.busy && slot.on_device) {
      // The event, because the caller's stream may be gone.
      static_cast<void>(cudaEventSynchronize(slot.done.get()));
    }
  }

  /// What `prepare` made for a batch.
  struct Ready {
    StreamHandle stream = nullptr;
    GraphKey key;
    std::size_t edges = 0;
    cudaGraphExec_t graph = nullptr;
    bool repeats = false;  ///< the slot replayed the same graph last
  };

  /// Plans the next slot's batch and makes room for it. Where there is no room it throws, and no
  /// other batch is affected.
  Ready prepare(std::span<const FrameJob> tasks, const Frames& frames) {
    Slot& slot = *slots_[next_slot_];
    finish(slot);
    const bool antialias = options_.preset.antialias;
    slot.on_device = frames.on_device;
    slot.plan = frames.on_device ? plan_device_batch(tasks, options_.crop_size, antialias)
                                 : plan_batch(tasks, options_.crop_size, device_.whole_frames, antialias);
    slot.tasks.assign(tasks.begin(), tasks.end());
    Ready ready;
    ready.stream = frames.on_device ? frames.stream : slot.stream.get();
    const int room = round_to_power_of_two(static_cast<int>(slot.plan.faces.size()));
    // Observed stages, and stages that are timed, need the packed crops.
    const bool may_pack_in_composite = device_.pack_in_composite && observer_ == nullptr && !separate_;
    ready.key = {
        room, std::max(slot.plan.layers, 1), size_class(std::max(slot.plan.largest_tiles, 1)),
        may_pack_in_composite ? BatchLaunch::fastest_packing(*constants_, slot.plan, room) : Packing::before,
        end_after_};
    for (const BatchFace& face : slot.plan.faces) {
      ready.edges += face.plan->geometry.mask_edges.size();
    }
    slot.memory.reserve(ready.key, ready.edges, slot.plan.transfer_bytes,
                        !frames.on_device && needs_staging(tasks, *host_memory_));
    states_->reserve(slot.plan);
    ready.repeats = slot.memory.graphs.latest_is(ready.key);
    ready.graph = graph_of(slot, ready.key);
    return ready;
  }

  /// Enqueues the batch that was prepared. Allocates no device or page-locked memory.
  void start(int first, const Ready& ready) {
    Slot& slot = *slots_[next_slot_];
    next_slot_ = (next_slot_ + 1) % slots_.size();
    if (slot.on_device) {
      bring_in(slot, ready.stream);
    } else {
      slot.busy = true;
      upload(slot, *host_memory_);
    }
    if (!slot.plan.faces.empty()) {
      compute(slot, ready);
    }
    if (slot.on_device) {
      bring_back(slot, ready.stream);
    } else {
      copy_rest(slot);
      download(slot, *host_memory_);
    }
    slot.done.record(ready.stream);
    slot.busy = true;
    if (observer_ != nullptr) {
      finish(slot);
      show_stages(first, slot, options_, *observer_);
    }
  }

  /// The graph of a batch's launches, whose parameters need not be written yet. Null where kernels
  /// are launched one by one.
  cudaGraphExec_t graph_of(Slot& slot, const GraphKey& key) {
    if (!device_.graphs || separate_ || options_.swap == SwapKind::model || slot.plan.faces.empty()) {
      return nullptr;
    }
    return slot.memory.graphs.get(key, graphs_, [&] {
      const BatchLaunch launch(*constants_, slot.memory, slot.plan, slot.tasks, key);
      Capture capture(slot.stream.get());
      launch.run(slot.stream.get(), *slowdown_);
      return capture.finish();
    });
  }

  void compute(Slot& slot, const Ready& ready) {
    BatchLaunch launch(*constants_, slot.memory, slot.plan, slot.tasks, ready.key);
    const std::size_t bytes = launch.write_parameters(*states_, options_, ready.edges);
    if (!fault_points::keeps_parameters() || !ready.repeats) {
      check(cudaMemcpyAsync(slot.memory.parameters(), slot.memory.host_parameters(), bytes,
                            cudaMemcpyHostToDevice, ready.stream),
            "copying parameters to the device");
    }
    packed_in_composite_ += ready.key.packing == Packing::in_composite ? 1 : 0;
    // The faces' temporal state passes from batch to batch.
    if (last_ != nullptr && last_ != &slot) {
      last_->computed.hold(ready.stream);
    }
    last_ = &slot;
    begin_clock(slot, ready.stream);
    if (options_.swap == SwapKind::model) {
      compute_with_model(slot, launch, ready.stream);
    } else if (separate_) {
      launch.run_separately(ready.stream, *slowdown_, stage_times_);
    } else if (ready.graph != nullptr) {
      check(cudaGraphLaunch(ready.graph, ready.stream), "replaying a graph");
    } else {
      launch.run(ready.stream, *slowdown_);
    }
    if (slot.timed) {
      slot.clock->end.record(ready.stream);
    }
    slot.computed.record(ready.stream);
  }

  /// Starts the clock of a batch that is to be timed.
  void begin_clock(Slot& slot, cudaStream_t stream) const {
    slot.timed = timing_ && slot.on_device;
    if (slot.timed) {
      if (!slot.clock) {
        slot.clock.emplace();
      }
      hold_stream(head_start_nanoseconds, stream);
      slot.clock->begin.record(stream);
    }
  }

  /// The network runs on the host, between the warp and the other stages.
  void compute_with_model(Slot& slot, const BatchLaunch& launch, cudaStream_t stream) {
    slowdown_->around(std::nullopt, stream, [&] {
      launch.stage(Stage::warp, stream, *slowdown_);
      swap_on_host(slot, *options_.model, options_.crop_size, stream);
      launch.swapped_statistics(stream);
      for (const Stage stage : {Stage::gains, Stage::mask, Stage::hysteresis, Stage::composite}) {
        launch.stage(stage, stream, *slowdown_);
      }
    });
  }

  /// Waits for a batch.
  void finish(Slot& slot) {
    if (slot.busy) {
      slot.busy = false;
      slot.done.synchronize();
      if (!slot.on_device) {
        put_in_place(slot);
      }
      if (slot.timed) {
        timed_seconds_ += 1e-3 * static_cast<double>(slot.clock->end.milliseconds_since(slot.clock->begin));
        slot.timed = false;
      }
    }
  }

  void finish_all() {
    for (const auto& slot : slots_) {
      finish(*slot);
    }
  }

  ExecutorOptions options_;
  DeviceOptions device_;
  std::shared_ptr<HostMemory> host_memory_ = std::make_shared<HostMemory>();
  std::optional<Slowdown> slowdown_;
  std::optional<ExecutorConstants> constants_;
  std::optional<FaceStates> states_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::size_t next_slot_ = 0;
  Slot* last_ = nullptr;  ///< the slot of the previous batch
  bool separate_ = false;
  Stage end_after_ = Stage::composite;
  bool timing_ = false;
  double timed_seconds_ = 0;
  std::int64_t packed_in_composite_ = 0;  ///< batches with `Packing::in_composite`
  GraphCounts graphs_;
};

}  // namespace

std::unique_ptr<DeviceExecutor> make_executor(const ExecutorOptions& options, const DeviceOptions& device) {
  return std::make_unique<CudaExecutor>(options, device);
}

}  // namespace ffbench::cuda
