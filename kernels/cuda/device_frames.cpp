#include "kernels/cuda/device_frames.hpp"

#include <cstdint>
#include <set>

#include "kernels/cuda/error.hpp"

namespace ffbench::cuda {
namespace {

/// Offsets of a few rows stay within 32 bits, as kernels compute them.
constexpr std::ptrdiff_t largest_pitch = std::ptrdiff_t{1} << 24;

const std::uint8_t* end_of(ConstBgrView image) {
  return image.data + (image.height - 1) * image.stride_bytes + image.row_bytes();
}

/// What kind of memory it is, where it is not the device's. Empty: it is.
std::string wrong_memory(const std::uint8_t* address, int device) {
  cudaPointerAttributes attributes{};
  const cudaError_t status = cudaPointerGetAttributes(&attributes, address);
  static_cast<void>(cudaGetLastError());
  if (status != cudaSuccess || attributes.type == cudaMemoryTypeUnregistered) {
    return "memory that CUDA does not know";
  }
  if (attributes.type == cudaMemoryTypeHost) {
    return "host memory";
  }
  if (attributes.type == cudaMemoryTypeDevice && attributes.device != device) {
    return fmt::format("memory of device {}", attributes.device);
  }
  return {};
}

class JobCheck {
 public:
  JobCheck(int index, int device) : index_(index), device_(device) {}

  void operator()(const FrameJob& job) const {
    if (job.plan == nullptr) {
      refuse("there is no plan");
    }
    check_shape("frame", job.frame);
    check_shape("output", job.output);
    if (job.frame.width != job.output.width || job.frame.height != job.output.height) {
      refuse(fmt::format("the frame has {}x{} pixels, the output {}x{}", job.frame.width, job.frame.height,
                         job.output.width, job.output.height));
    }
    if (job.frame.data == job.output.data) {
      if (job.frame.stride_bytes != job.output.stride_bytes) {
        refuse(fmt::format("in place, but the pitches differ: {} and {}", job.frame.stride_bytes,
                           job.output.stride_bytes));
      }
    } else if (overlap(job.frame, job.output)) {
      refuse("frame and output overlap without being the same");
    } else {
      check_memory("frame", job.frame);
    }
    check_memory("output", job.output);
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    fail("cuda: frame {} in device memory: {}", index_, reason);
  }

 private:
  void check_shape(const char* what, ConstBgrView image) const {
    if (image.data == nullptr || image.empty()) {
      refuse(fmt::format("the {} has no pixels", what));
    }
    if (image.stride_bytes < static_cast<std::ptrdiff_t>(image.row_bytes()) ||
        image.stride_bytes > largest_pitch) {
      refuse(fmt::format("the {}'s pitch is {} bytes; from {} (3 x width) to {} can be used", what,
                         image.stride_bytes, image.row_bytes(), largest_pitch));
    }
  }

  void check_memory(const char* what, ConstBgrView image) const {
    for (const std::uint8_t* address : {image.data, end_of(image) - 1}) {
      if (const std::string wrong = wrong_memory(address, device_); !wrong.empty()) {
        refuse(fmt::format("the {} lies in {}; memory of device {} is needed", what, wrong, device_));
      }
    }
  }

  /// Whether the rows of two images share a byte. Images of one pitch may lie side by side.
  static bool overlap(ConstBgrView a, ConstBgrView b) {
    if (a.data > b.data) {
      std::swap(a, b);
    }
    if (b.data >= end_of(a)) {
      return false;
    }
    if (a.stride_bytes != b.stride_bytes) {
      return true;
    }
    const auto row_bytes = static_cast<std::ptrdiff_t>(a.row_bytes());
    const std::ptrdiff_t column = (b.data - a.data) % a.stride_bytes;
    return column < row_bytes || column + row_bytes > a.stride_bytes;
  }

  int index_;
  int device_;
};

}  // namespace

void check_device_frames(int first, std::span<const FrameJob> jobs, int device) {
  std::set<const std::uint8_t*> outputs;
  for (const FrameJob& job : jobs) {
    const JobCheck check_job(first++, device);
    check_job(job);
    if (!outputs.insert(job.output.data).second) {
      check_job.refuse("an earlier job of the call has the same output");
    }
  }
}

void check_stream(StreamHandle stream) {
  cudaStreamCaptureStatus status{};
  check(cudaStreamIsCapturing(stream, &status), "asking whether the stream is captured");
  if (status != cudaStreamCaptureStatusNone) {
    fail("cuda: the stream is capturing a graph; batches are enqueued on a stream that does not");
  }
}

}  // namespace ffbench::cuda
