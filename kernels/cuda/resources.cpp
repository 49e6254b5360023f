#include "kernels/cuda/resources.hpp"

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/fault_points.hpp"

namespace ffbench::cuda {
namespace {

/// Held by captures, and by calls that no thread may make during a capture.
std::mutex& capture_mutex() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

void detail::FreeDevice::operator()(std::uint8_t* memory) const {
  const std::lock_guard lock(capture_mutex());
  static_cast<void>(cudaFree(memory));
}

void detail::FreePinned::operator()(std::uint8_t* memory) const {
  const std::lock_guard lock(capture_mutex());
  static_cast<void>(cudaFreeHost(memory));
}

Stream::Stream() {
  cudaStream_t made = nullptr;
  check(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking), "making a stream");
  stream_.reset(made);
}

void Stream::synchronize() const {
  check(cudaStreamSynchronize(get()), "waiting for a stream");
}

Event::Event(Kind kind) {
  cudaEvent_t made = nullptr;
  check(cudaEventCreateWithFlags(&made, kind == Kind::timing ? cudaEventDefault : cudaEventDisableTiming),
        "making an event");
  event_.reset(made);
}

void Event::record(cudaStream_t stream) {
  check(cudaEventRecord(get(), stream), "recording an event");
}

void Event::synchronize() const {
  check(cudaEventSynchronize(get()), "waiting for the device");
}

void Event::hold(cudaStream_t stream) const {
  check(cudaStreamWaitEvent(stream, get(), 0), "ordering two streams");
}

float Event::milliseconds_since(const Event& start) const {
  float milliseconds = 0;
  check(cudaEventElapsedTime(&milliseconds, start.get(), get()), "reading a time");
  return milliseconds;
}

DeviceBuffer::DeviceBuffer(std::size_t bytes) : bytes_((bytes + 15) / 16 * 16) {
  void* made = nullptr;
  if (bytes_ > 0) {
    const std::lock_guard lock(capture_mutex());
    check(fault_points::allocation_fails(bytes_) ? cudaErrorMemoryAllocation : cudaMalloc(&made, bytes_),
          "allocating device memory");
  }
  memory_.reset(static_cast<std::uint8_t*>(made));
}

void DeviceBuffer::grow(std::size_t bytes) {
  if (bytes > bytes_) {
    *this = DeviceBuffer();
    *this = DeviceBuffer(bytes);
  }
}

PinnedBuffer::PinnedBuffer(std::size_t bytes) : bytes_(bytes) {
  void* made = nullptr;
  if (bytes > 0) {
    const std::lock_guard lock(capture_mutex());
    check(cudaHostAlloc(&made, bytes, cudaHostAllocDefault), "allocating page-locked host memory");
  }
  memory_.reset(static_cast<std::uint8_t*>(made));
}

void PinnedBuffer::grow(std::size_t bytes) {
  if (bytes > bytes_) {
    *this = PinnedBuffer();
    *this = PinnedBuffer(bytes);
  }
}

Capture::Capture(cudaStream_t stream) : lock_(capture_mutex()), stream_(stream) {
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "capturing a graph");
}

Capture::~Capture() {
  if (open_) {
    cudaGraph_t abandoned = nullptr;
    static_cast<void>(cudaStreamEndCapture(stream_, &abandoned));
    if (abandoned != nullptr) {
      static_cast<void>(cudaGraphDestroy(abandoned));
    }
  }
}

Capture::Executable Capture::finish() {
  open_ = false;
  cudaGraph_t captured = nullptr;
  check(cudaStreamEndCapture(stream_, &captured), "capturing a graph");
  const detail::Owner<cudaGraph_t, detail::DestroyGraph> graph(captured);
  cudaGraphExec_t made = nullptr;
  check(cudaGraphInstantiate(&made, graph.get(), 0), "instantiating a graph");
  return Executable(made);
}

}  // namespace ffbench::cuda
