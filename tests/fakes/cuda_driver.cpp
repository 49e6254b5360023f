// Stands in for NVIDIA's driver (libcuda.so.1) as far as asking what is there: FAKE_CUDA_VERSION,
// FAKE_CUDA_INIT (the CUresult of cuInit) and FAKE_CUDA_DEVICES are its answers.
#include <cstdlib>

namespace {

int answer(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

}  // namespace

extern "C" {

int cuDriverGetVersion(int* version) {
  *version = answer("FAKE_CUDA_VERSION", 13000);
  return 0;
}

int cuInit(unsigned /*flags*/) {
  return answer("FAKE_CUDA_INIT", 0);
}

int cuDeviceGetCount(int* count) {
  *count = answer("FAKE_CUDA_DEVICES", 0);
  return 0;
}

}  // extern "C"
