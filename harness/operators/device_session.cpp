#include "harness/operators/device_session.hpp"

#include <algorithm>

#include "core/error.hpp"

#ifdef FFBENCH_WITH_CUDA
#include "kernels/cuda/device_linear_light.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/resources.hpp"
#include "kernels/cuda/timing.hpp"

namespace ffbench::operators {

struct DevicePlanes::State {
  std::vector<Plane*> planes;
  std::vector<cuda::DeviceBuffer> buffers;  ///< of the planes
  std::vector<cuda::DeviceBuffer> values;
  cuda::Stream stream;
  cuda::DeviceLinearLight light;

  /// In the order of the stream: a plain copy from pageable memory may return before the device has
  /// the bytes, and streams that do not wait for the default stream would not wait for it.
  void upload(const cuda::DeviceBuffer& to, const void* from, std::size_t bytes) const {
    cuda::check(cudaMemcpyAsync(to.data(), from, bytes, cudaMemcpyHostToDevice, stream.get()),
                "copying to the device");
    stream.synchronize();
  }
};

DevicePlanes::DevicePlanes(std::vector<Plane*> planes) {
  cuda::use_device(0);
  state_ = std::make_unique<State>();
  state_->planes = std::move(planes);
  for (const Plane* plane : state_->planes) {
    const auto& bytes = plane->bytes();
    cuda::DeviceBuffer& buffer = state_->buffers.emplace_back(bytes.size());
    state_->upload(buffer, bytes.data(), bytes.size());
  }
}

DevicePlanes::~DevicePlanes() = default;

cuda::Pixels DevicePlanes::operator()(const Plane& plane) const {
  const auto at = std::find(state_->planes.begin(), state_->planes.end(), &plane);
  const auto& buffer = state_->buffers[static_cast<std::size_t>(at - state_->planes.begin())];
  const auto offset = (*at)->pixels() - (*at)->bytes().data();
  return {buffer.data() + offset, plane.width(), plane.height(), (*at)->stride()};
}

void* DevicePlanes::put_bytes(const void* data, std::size_t bytes) {
  cuda::DeviceBuffer& buffer = state_->values.emplace_back(std::max<std::size_t>(bytes, 1));
  if (bytes > 0) {
    state_->upload(buffer, data, bytes);
  }
  return buffer.data();
}

const cuda::LinearLightPointers& DevicePlanes::linear_light() const {
  return state_->light.pointers();
}

cuda::StreamHandle DevicePlanes::stream() const {
  return state_->stream.get();
}

void DevicePlanes::clear(void* data, std::size_t bytes) const {
  cuda::check(cudaMemsetAsync(data, 0, bytes, stream()), "clearing device memory");
}

void DevicePlanes::fetch() const {
  state_->stream.synchronize();
  for (std::size_t i = 0; i < state_->planes.size(); ++i) {
    std::vector<std::uint8_t> bytes(state_->planes[i]->bytes().size());
    cuda::check(cudaMemcpy(bytes.data(), state_->buffers[i].data(), bytes.size(), cudaMemcpyDeviceToHost),
                "copying an image from the device");
    state_->planes[i]->restore(bytes);
  }
}

double DevicePlanes::seconds(const std::function<void()>& run, int runs, bool graph) const {
  return cuda::device_seconds(stream(), run, runs, graph);
}

}  // namespace ffbench::operators

#else

namespace ffbench::operators {

struct DevicePlanes::State {
  cuda::LinearLightPointers light{};
};

// With CUDA it is kept. NOLINTNEXTLINE(performance-unnecessary-value-param)
DevicePlanes::DevicePlanes(std::vector<Plane*> /*planes*/) {
  fail("{}", cuda::why_unavailable());
}
DevicePlanes::~DevicePlanes() = default;
cuda::Pixels DevicePlanes::operator()(const Plane& /*plane*/) const {
  return {};
}
void* DevicePlanes::put_bytes(const void* /*data*/, std::size_t /*bytes*/) {
  return nullptr;
}
const cuda::LinearLightPointers& DevicePlanes::linear_light() const {
  return state_->light;
}
cuda::StreamHandle DevicePlanes::stream() const {
  return nullptr;
}
void DevicePlanes::clear(void* /*data*/, std::size_t /*bytes*/) const {}
void DevicePlanes::fetch() const {}
double DevicePlanes::seconds(const std::function<void()>& /*run*/, int /*runs*/, bool /*graph*/) const {
  return 0;
}

}  // namespace ffbench::operators
#endif
