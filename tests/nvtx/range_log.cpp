// An NVTX injection library: NVTX_INJECTION64_PATH names it, and the program's ranges of the domain
// `ffbench` are written to the file that FFBENCH_RANGE_LOG names, one a line where it begins,
// inside those of its thread that are open:
//   fixture talk 0/frame frame 3/stage warp 0
// A last line says how many were still open when the program ended.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <nvtx3/nvToolsExt.h>

namespace {

class RangeLog {
 public:
  RangeLog() {
    if (const char* path = std::getenv("FFBENCH_RANGE_LOG"); path != nullptr) {
      file_ = std::fopen(path, "w");
    }
  }
  ~RangeLog() {
    if (file_ != nullptr) {
      std::fprintf(file_, "open %d\n", open_);
      std::fclose(file_);
    }
  }
  RangeLog(const RangeLog&) = delete;
  RangeLog& operator=(const RangeLog&) = delete;

  void name_category(std::uint32_t category, const char* name) {
    const std::lock_guard lock(mutex_);
    categories_[category] = name;
  }

  int push(const nvtxEventAttributes_t& range) {
    std::vector<std::string>& stack = stack_of_thread();
    const std::lock_guard lock(mutex_);
    std::string line = stack.empty() ? std::string() : stack.back() + "/";
    line +=
        categories_[range.category] + " " + range.message.ascii + " " + std::to_string(range.payload.llValue);
    if (file_ != nullptr) {
      std::fprintf(file_, "%s\n", line.c_str());
    }
    stack.push_back(line);
    ++open_;
    return static_cast<int>(stack.size()) - 1;
  }

  int pop() {
    std::vector<std::string>& stack = stack_of_thread();
    const std::lock_guard lock(mutex_);
    if (stack.empty()) {
      return -1;
    }
    stack.pop_back();
    --open_;
    return static_cast<int>(stack.size());
  }

 private:
  static std::vector<std::string>& stack_of_thread() {
    thread_local std::vector<std::string> stack;
    return stack;
  }

  std::mutex mutex_;
  std::FILE* file_ = nullptr;
  std::map<std::uint32_t, std::string> categories_;
  int open_ = 0;
};

RangeLog& range_log() {
  static RangeLog log;
  return log;
}

/// Handles of domains are ours to choose; all but `ffbench` is none of ours.
nvtxDomainHandle_t ours() {
  return reinterpret_cast<nvtxDomainHandle_t>(&range_log());
}

nvtxDomainHandle_t create_domain(const char* name) {
  return std::string(name) == "ffbench" ? ours() : nullptr;
}

void name_category(nvtxDomainHandle_t domain, std::uint32_t category, const char* name) {
  if (domain == ours()) {
    range_log().name_category(category, name);
  }
}

int push(nvtxDomainHandle_t domain, const nvtxEventAttributes_t* range) {
  return domain == ours() ? range_log().push(*range) : -1;
}

int pop(nvtxDomainHandle_t domain) {
  return domain == ours() ? range_log().pop() : -1;
}

}  // namespace

/// NVTX calls this before the program's first range; 1 is success.
extern "C" int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t get_export_table) {
  const auto* callbacks = static_cast<const NvtxExportTableCallbacks*>(get_export_table(NVTX_ETID_CALLBACKS));
  NvtxFunctionTable table = nullptr;
  unsigned size = 0;
  if (callbacks == nullptr || callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE2, &table, &size) == 0 ||
      size <= NVTX_CBID_CORE2_DomainCreateA) {
    return 0;
  }
  const auto answer = [table](NvtxCallbackIdCore2 call, auto* function) {
    *table[call] = reinterpret_cast<NvtxFunctionPointer>(function);
  };
  answer(NVTX_CBID_CORE2_DomainCreateA, &create_domain);
  answer(NVTX_CBID_CORE2_DomainNameCategoryA, &name_category);
  answer(NVTX_CBID_CORE2_DomainRangePushEx, &push);
  answer(NVTX_CBID_CORE2_DomainRangePop, &pop);
  return 1;
}
