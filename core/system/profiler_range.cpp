#include "core/system/profiler_range.hpp"

#ifdef FFBENCH_WITH_NVTX
#include <nvtx3/nvToolsExt.h>
#endif

namespace ffbench {

#ifdef FFBENCH_WITH_NVTX

namespace {

nvtxDomainHandle_t domain() {
  static const nvtxDomainHandle_t made = [] {
    const nvtxDomainHandle_t handle = nvtxDomainCreateA("ffbench");
    const auto name = [handle](ProfilerRange::Kind kind, const char* text) {
      nvtxDomainNameCategoryA(handle, static_cast<std::uint32_t>(kind), text);
    };
    name(ProfilerRange::Kind::fixture, "fixture");
    name(ProfilerRange::Kind::frame, "frame");
    name(ProfilerRange::Kind::stage, "stage");
    return handle;
  }();
  return made;
}

}  // namespace

ProfilerRange::ProfilerRange(Kind kind, const char* name, std::int64_t number) {
  nvtxEventAttributes_t attributes{};
  attributes.version = NVTX_VERSION;
  attributes.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
  attributes.category = static_cast<std::uint32_t>(kind);
  attributes.messageType = NVTX_MESSAGE_TYPE_ASCII;
  attributes.message.ascii = name;
  attributes.payloadType = NVTX_PAYLOAD_TYPE_INT64;
  attributes.payload.llValue = number;
  nvtxDomainRangePushEx(domain(), &attributes);
}

ProfilerRange::~ProfilerRange() {
  nvtxDomainRangePop(domain());
}

bool ProfilerRange::built_in() {
  return true;
}

#else

ProfilerRange::ProfilerRange(Kind, const char*, std::int64_t) {}
ProfilerRange::~ProfilerRange() = default;

bool ProfilerRange::built_in() {
  return false;
}

#endif

}  // namespace ffbench
