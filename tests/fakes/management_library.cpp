// Stands in for NVIDIA's management library (libnvidia-ml.so.1): one device, whose SM clock and
// reasons FAKE_SM_MHZ and FAKE_REASONS give; FAKE_NVML_INIT is the answer of its start.
#include <cstdlib>

namespace {

int answer(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

int device = 0;
constexpr int not_found = 6;
constexpr int bad_argument = 2;

}  // namespace

extern "C" {

int nvmlInit_v2() {
  return answer("FAKE_NVML_INIT", 0);
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** handle) {
  *handle = &device;
  return index == 0 ? 0 : not_found;
}

int nvmlDeviceGetHandleByUUID(const char* /*uuid*/, void** /*handle*/) {
  return not_found;
}

int nvmlDeviceGetClockInfo(void* handle, int kind, unsigned* mhz) {
  *mhz = static_cast<unsigned>(answer("FAKE_SM_MHZ", 1980));
  return handle == &device && kind == 1 ? 0 : bad_argument;
}

int nvmlDeviceGetCurrentClocksThrottleReasons(void* handle, unsigned long long* reasons) {
  *reasons = static_cast<unsigned long long>(answer("FAKE_REASONS", 0));
  return handle == &device ? 0 : bad_argument;
}

}  // extern "C"
