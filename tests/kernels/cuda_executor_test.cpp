#include <algorithm>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "kernels/cpu/executor.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/frames_on_device.hpp"
#include "kernels/cuda/resident_frames.hpp"
#include "reference/executor.hpp"
#include "tests/kernels/plans.hpp"
#include "tests/kernels/recorder.hpp"
#include "tests/support/images.hpp"

#ifdef FFBENCH_WITH_CUDA
#include <cuda_runtime_api.h>
#endif

namespace ffbench::cuda {
namespace {

using test::Recorder;
using testing::HasSubstr;

TEST(DeviceExecutor, IsNoneOfTheOtherBackends) {
  ExecutorOptions options;
  options.swap = SwapKind::identity;
  const auto on_host = cpu::make_executor(options);
  EXPECT_EQ(device_executor(*on_host), nullptr);
}

TEST(DeviceExecutor, WithoutADeviceTheReasonIsSaid) {
  if (why_unavailable().empty()) {
    GTEST_SKIP() << "this machine has a CUDA device";
  }
  for (const auto& use : std::vector<std::function<void()>>{
           [] {
             ExecutorOptions options;
             options.swap = SwapKind::identity;
             make_executor(options, default_options());
           },
           [] { ResidentFrames(0, 64, 64, 1); },
       }) {
    try {
      use();
      FAIL() << "nothing was said";
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), why_unavailable());
    }
  }
}

#ifdef FFBENCH_WITH_CUDA

/// Tests of this fixture need a device, and are reported as skipped without one.
class CudaExecutor : public testing::Test {
 protected:
  void SetUp() override {
    if (!why_unavailable().empty()) {
      GTEST_SKIP() << why_unavailable();
    }
  }
};

constexpr int crop_size = 96;
constexpr int frames = 21;

ExecutorOptions options_of(SwapKind swap = SwapKind::source) {
  ExecutorOptions options;
  options.crop_size = crop_size;
  options.swap = swap;
  if (swap == SwapKind::source) {
    options.source_crop = test::noise_image(crop_size, crop_size, 99, 30, 220);
  }
  return options;
}

/// A clip on the host, and what the reference makes of it.
struct Clip {
  Clip(int width_, int height_, int faces, const ExecutorOptions& options) : width(width_), height(height_) {
    const auto reference = reference::make_executor(options);
    reference->observe(&stages);
    for (int i = 0; i < frames; ++i) {
      inputs.push_back(test::noise_image(width, height, static_cast<std::uint32_t>(i), 10, 200));
      plans.push_back(test::moving_plan(i, frames, faces, width, height, options.crop_size));
      outputs.emplace_back(width, height);
      reference->execute(i, inputs.back().view(), plans.back(), outputs.back().view());
    }
  }

  int width;
  int height;
  std::vector<BgrImage> inputs;
  std::vector<FramePlan> plans;
  std::vector<BgrImage> outputs;
  Recorder stages;
};

/// The clip's outputs from an executor that takes frames on the host.
std::vector<BgrImage> run(Executor& executor, const Clip& clip) {
  std::vector<BgrImage> outputs(clip.inputs.size(), BgrImage(clip.width, clip.height));
  std::vector<FrameJob> jobs;
  for (std::size_t i = 0; i < clip.inputs.size(); ++i) {
    jobs.push_back({clip.inputs[i].view(), &clip.plans[i], outputs[i].view()});
  }
  executor.restart();
  executor.execute_batch(0, jobs);
  return outputs;
}

/// Frames of a clip in device memory, to be worked on in place.
struct OnDevice {
  explicit OnDevice(const Clip& clip) : frames(0, clip.width, clip.height, ffbench::cuda::frames) {
    for (std::size_t i = 0; i < clip.inputs.size(); ++i) {
      frames.upload(static_cast<int>(i), clip.inputs[i].view());
    }
    // Puts the uploaded bytes where passes work.
    const auto executor = make_executor(options_of(), {});
    const std::vector<FramePlan> none(clip.plans.size());
    frames.timed_pass(*executor, 0, none);
    for (std::size_t i = 0; i < clip.plans.size(); ++i) {
      const BgrView image = frames.frame(static_cast<int>(i));
      jobs.push_back({image, &clip.plans[i], image});
    }
  }

  void expect(const std::vector<BgrImage>& expected) const {
    BgrImage image(expected[0].width(), expected[0].height());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      frames.download(static_cast<int>(i), image.view());
      EXPECT_EQ(image, expected[i]) << "frame " << i;
    }
  }

  ResidentFrames frames;
  std::vector<FrameJob> jobs;
};

struct CallersStream {
  CallersStream() { cudaStreamCreate(&stream); }
  ~CallersStream() { cudaStreamDestroy(stream); }
  CallersStream(const CallersStream&) = delete;
  CallersStream& operator=(const CallersStream&) = delete;
  cudaStream_t stream = nullptr;
};

TEST_F(CudaExecutor, FramesInDeviceMemoryGiveTheBytesOfTheReference) {
  struct Size {
    int width, height, faces;
  };
  for (const auto& [width, height, faces] : {Size{231, 190, 3}, Size{640, 360, 1}, Size{320, 180, 2}}) {
    for (const SwapKind swap : {SwapKind::source, SwapKind::identity}) {
      const ExecutorOptions options = options_of(swap);
      const Clip clip(width, height, faces, options);
      for (const int batch : {1, 5, 16}) {
        for (const bool graphs : {true, false}) {
          SCOPED_TRACE(
              fmt::format("{}x{}, {} faces, batches of {}, graphs {}", width, height, faces, batch, graphs));
          const auto executor = with_frames_on_device(
              make_executor(options, {.batch = batch, .streams = 2, .graphs = graphs}), 0);
          EXPECT_EQ(run(*executor, clip), clip.outputs);
          EXPECT_EQ(run(*executor, clip), clip.outputs) << "again";
          Recorder stages;
          executor->observe(&stages);
          EXPECT_EQ(run(*executor, clip), clip.outputs);
          EXPECT_EQ(stages.seen, clip.stages.seen);
        }
      }
    }
  }
}

TEST_F(CudaExecutor, BatchesFollowOneAnotherOverTheCallersStreams) {
  const Clip clip(320, 180, 2, options_of());
  const OnDevice on(clip);
  const CallersStream a;
  const CallersStream b;
  const auto executor = make_executor(options_of(), {.batch = 3, .streams = 3});
  // Without any wait of the host: the executor alone orders the streams.
  const std::vector<cudaStream_t> streams{a.stream, b.stream, nullptr, b.stream, a.stream};
  for (std::size_t i = 0; i < on.jobs.size(); i += 3) {
    executor->enqueue_batch(static_cast<int>(i), std::span(on.jobs).subspan(i, 3),
                            streams[i / 3 % streams.size()]);
  }
  cudaDeviceSynchronize();
  on.expect(clip.outputs);
}

TEST_F(CudaExecutor, WorkIsOrderedOnTheCallersStream) {
  const Clip clip(320, 180, 2, options_of());
  const OnDevice on(clip);
  const CallersStream stream;
  const auto executor = make_executor(options_of(), {.batch = 4, .streams = 2});
  std::vector<BgrImage> outputs(clip.inputs.size(), BgrImage(clip.width, clip.height));
  const auto pitch = static_cast<std::size_t>(on.jobs[0].frame.stride_bytes);
  const std::size_t row = on.jobs[0].frame.row_bytes();
  for (std::size_t i = 0; i < on.jobs.size(); ++i) {
    std::uint8_t* memory = on.jobs[i].output.data;
    // Another content is overwritten by the frame on the same stream, and the result by zeros.
    cudaMemset2DAsync(memory, pitch, 77, row, 180, stream.stream);
    cudaMemcpy2DAsync(memory, pitch, clip.inputs[i].data(), row, row, 180, cudaMemcpyHostToDevice,
                      stream.stream);
    executor->enqueue_batch(static_cast<int>(i), std::span(on.jobs).subspan(i, 1), stream.stream);
    cudaMemcpy2DAsync(outputs[i].data(), row, memory, pitch, row, 180, cudaMemcpyDeviceToHost, stream.stream);
    cudaMemset2DAsync(memory, pitch, 0, row, 180, stream.stream);
  }
  cudaStreamSynchronize(stream.stream);
  EXPECT_EQ(outputs, clip.outputs);
}

TEST_F(CudaExecutor, HostAndDeviceFramesCarryOnOneState) {
  const Clip clip(320, 180, 2, options_of());
  const OnDevice on(clip);
  const auto executor = make_executor(options_of(), {.batch = 4, .streams = 2});
  std::vector<BgrImage> outputs(clip.inputs.size(), BgrImage(clip.width, clip.height));
  for (std::size_t i = 0; i < clip.inputs.size(); i += 3) {
    if (i % 2 == 0) {
      executor->enqueue_batch(static_cast<int>(i), std::span(on.jobs).subspan(i, 3), nullptr);
      for (std::size_t k = i; k < i + 3; ++k) {
        cudaDeviceSynchronize();
        on.frames.download(static_cast<int>(k), outputs[k].view());
      }
      continue;
    }
    std::vector<FrameJob> jobs;
    for (std::size_t k = i; k < i + 3; ++k) {
      jobs.push_back({clip.inputs[k].view(), &clip.plans[k], outputs[k].view()});
    }
    executor->execute_batch(static_cast<int>(i), jobs);
  }
  EXPECT_EQ(outputs, clip.outputs);
}

TEST_F(CudaExecutor, CanBeDestroyedWhileBatchesAreUnderWay) {
  const Clip clip(320, 180, 2, options_of());
  const OnDevice on(clip);
  const CallersStream stream;
  {
    const auto executor = make_executor(options_of(), {.batch = 4, .streams = 8});
    executor->enqueue_batch(0, on.jobs, stream.stream);
  }
  cudaStreamSynchronize(stream.stream);
  on.expect(clip.outputs);
}

TEST_F(CudaExecutor, TheThreadsDeviceStays) {
  const Clip clip(320, 180, 2, options_of());
  const OnDevice on(clip);
  const int last = static_cast<int>(devices().size()) - 1;
  cudaSetDevice(last);
  const auto executor = make_executor(options_of(), {});
  cudaSetDevice(last);
  executor->enqueue_batch(0, on.jobs, nullptr);
  EXPECT_EQ(current_device().index, last);
  cudaSetDevice(0);
}

/// What is said of jobs that cannot be computed.
std::string refusal(DeviceExecutor& executor, std::span<const FrameJob> jobs, cudaStream_t stream = nullptr) {
  try {
    executor.enqueue_batch(40, jobs, stream);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

TEST_F(CudaExecutor, JobsThatCannotBeComputedAreRefusedByName) {
  const Clip clip(320, 180, 1, options_of());
  OnDevice on(clip);
  const auto executor = make_executor(options_of(), {.batch = 4});
  const auto changed = [&](auto change) {
    std::vector<FrameJob> jobs{on.jobs[0], on.jobs[1]};
    change(jobs[1]);
    return refusal(*executor, jobs);
  };
  BgrImage on_host(320, 180);
  EXPECT_THAT(changed([&](FrameJob& job) { job.frame = on_host.view(); }),
              HasSubstr("frame 41 in device memory: the frame lies in memory that CUDA does not know"));
  EXPECT_THAT(changed([](FrameJob& job) { job.plan = nullptr; }), HasSubstr("there is no plan"));
  EXPECT_THAT(changed([](FrameJob& job) { job.output.data = nullptr; }), HasSubstr("has no pixels"));
  EXPECT_THAT(changed([](FrameJob& job) { job.output.height = 90; }),
              HasSubstr("320x180 pixels, the output 320x90"));
  EXPECT_THAT(changed([](FrameJob& job) { job.output.stride_bytes = 959; }), HasSubstr("pitch is 959 bytes"));
  EXPECT_THAT(changed([](FrameJob& job) { job.output.stride_bytes = -960; }),
              HasSubstr("pitch is -960 bytes"));
  EXPECT_THAT(changed([](FrameJob& job) { job.output.stride_bytes = 963; }), HasSubstr("the pitches differ"));
  EXPECT_THAT(changed([](FrameJob& job) { job.output.data += 960; }), HasSubstr("overlap"));
  EXPECT_THAT(changed([&](FrameJob& job) {
                job.output = job.frame.data == nullptr ? job.output : on.jobs[0].output;
              }),
              HasSubstr("the same output"));
  const CallersStream stream;
  cudaStreamBeginCapture(stream.stream, cudaStreamCaptureModeThreadLocal);
  EXPECT_THAT(refusal(*executor, on.jobs, stream.stream), HasSubstr("capturing a graph"));
  cudaGraph_t graph = nullptr;
  cudaStreamEndCapture(stream.stream, &graph);
  cudaGraphDestroy(graph);
  // Nothing of all that was begun.
  executor->enqueue_batch(0, on.jobs, nullptr);
  cudaDeviceSynchronize();
  on.expect(clip.outputs);
}

TEST_F(CudaExecutor, TheTimesOfStagesAddUpToThatOfBatches) {
  const Clip clip(320, 180, 2, options_of());
  OnDevice on(clip);
  const auto executor = make_executor(options_of(), {.batch = 8, .streams = 2});
  std::vector<double> passes;
  const StageTimes times = stage_seconds(*executor, [&] {
    executor->restart();
    passes.push_back(on.frames.timed_pass(*executor, 0, clip.plans));
    return passes.back();
  });
  ASSERT_EQ(passes.size(), 2 * device_stages.size());
  double sum = 0;
  for (const Stage stage : device_stages) {
    sum += times[stage];
  }
  EXPECT_DOUBLE_EQ(sum, passes.back());
  EXPECT_GT(times[Stage::composite], 0);
  EXPECT_GT(times[Stage::warp], 0);
  executor->restart();
  EXPECT_GT(on.frames.timed_pass(*executor, 0, clip.plans), 0);
  on.expect(clip.outputs);
}

TEST_F(CudaExecutor, ASlowDownIsSeenAndChangesNoByte) {
  const Clip clip(640, 360, 2, options_of());
  OnDevice on(clip);
  const auto times_with = [&](const DeviceSlowdown& slowdown) {
    DeviceOptions options{.batch = 8, .streams = 2};
    options.slowdown = slowdown;
    const auto executor = make_executor(options_of(), options);
    const StageTimes times = stage_seconds(*executor, [&] {
      std::vector<double> passes;
      for (int i = 0; i < 5; ++i) {
        executor->restart();
        passes.push_back(on.frames.timed_pass(*executor, 0, clip.plans));
      }
      std::ranges::sort(passes);
      return passes[2];
    });
    executor->restart();
    on.frames.timed_pass(*executor, 0, clip.plans);
    on.expect(clip.outputs);
    return times;
  };
  const auto total = [](const StageTimes& times) {
    double sum = 0;
    for (const double seconds : times.seconds) {
      sum += seconds;
    }
    return sum;
  };
  const StageTimes plain = times_with({});
  const StageTimes whole = times_with({1, {}});
  EXPECT_GT(total(whole), 1.7 * total(plain));
  EXPECT_LT(total(whole), 2.6 * total(plain));
  const StageTimes paste = times_with({.share = 3, .stage = Stage::composite});
  EXPECT_GT(paste[Stage::composite], 3 * plain[Stage::composite]);
  EXPECT_LT(paste[Stage::warp], 2 * plain[Stage::warp]);
  DeviceOptions wrong;
  wrong.slowdown = {.share = 0.1, .stage = Stage::swap};
  EXPECT_THROW(make_executor(options_of(), wrong), Error);
  wrong.slowdown = {-0.1, {}};
  EXPECT_THROW(make_executor(options_of(), wrong), Error);
}

#endif

}  // namespace
}  // namespace ffbench::cuda
