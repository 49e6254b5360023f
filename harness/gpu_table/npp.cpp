#include "harness/gpu_table/npp.hpp"

#include "core/error.hpp"
#include "kernels/cuda/timing.hpp"

#ifdef FFBENCH_WITH_NPP
#include <cuda_runtime_api.h>
#include <nppi_geometry_transforms.h>

#include "kernels/cuda/error.hpp"
#endif

namespace ffbench {

#ifdef FFBENCH_WITH_NPP
double npp_warp_seconds(const std::uint8_t* frame, int stride, int width, int height, std::uint8_t* crop,
                        int crop_size, const AffineF& frame_to_crop, cuda::StreamHandle stream, int runs) {
  NppStreamContext context{};
  cudaDeviceProp properties{};
  cuda::check(cudaGetDevice(&context.nCudaDeviceId), "asking for the device");
  cuda::check(cudaGetDeviceProperties(&properties, context.nCudaDeviceId), "asking for the device");
  context.hStream = stream;
  context.nMultiProcessorCount = properties.multiProcessorCount;
  context.nMaxThreadsPerMultiProcessor = properties.maxThreadsPerMultiProcessor;
  context.nMaxThreadsPerBlock = properties.maxThreadsPerBlock;
  context.nSharedMemPerBlock = properties.sharedMemPerBlock;
  context.nCudaDevAttrComputeCapabilityMajor = properties.major;
  context.nCudaDevAttrComputeCapabilityMinor = properties.minor;
  cuda::check(cudaStreamGetFlags(stream, &context.nStreamFlags), "asking for the stream");
  const AffineF& m = frame_to_crop;
  const double coefficients[2][3] = {{double{m.xx}, double{m.xy}, double{m.xt}},
                                     {double{m.yx}, double{m.yy}, double{m.yt}}};
  const auto warp = [&] {
    const NppStatus status =
        nppiWarpAffine_8u_C3R_Ctx(frame, {width, height}, stride, {0, 0, width, height}, crop, 3 * crop_size,
                                  {0, 0, crop_size, crop_size}, coefficients, NPPI_INTER_LINEAR, context);
    if (status < 0) {
      fail("NPP: nppiWarpAffine_8u_C3R fails with status {}", static_cast<int>(status));
    }
  };
  return cuda::device_seconds(stream, warp, runs, true);
}
#else
double npp_warp_seconds(const std::uint8_t* /*frame*/, int /*stride*/, int /*width*/, int /*height*/,
                        std::uint8_t* /*crop*/, int /*crop_size*/, const AffineF& /*frame_to_crop*/,
                        cuda::StreamHandle /*stream*/, int /*runs*/) {
  return 0;
}
#endif

}  // namespace ffbench
