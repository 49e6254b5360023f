#include "kernels/cuda/kernel_registry.hpp"

#include <algorithm>
#include <utility>

namespace ffbench::cuda {

/// A list, because records are made before `main`, in no certain order.
struct KernelRegistry {
  static std::atomic<const KernelRecord*>& head() {
    static std::atomic<const KernelRecord*> first{nullptr};
    return first;
  }

  static void add(KernelRecord& record) {
    record.next_ = head().load();
    while (!head().compare_exchange_weak(record.next_, &record)) {
    }
  }

  template <typename Visit>
  static void for_each(const Visit& visit) {
    for (const KernelRecord* record = head().load(); record != nullptr; record = record->next_) {
      visit(record->row_, record->name_, record->launches_);
    }
  }
};

KernelRecord::KernelRecord(const char* row, std::string name) : row_(row), name_(std::move(name)) {
  KernelRegistry::add(*this);
}

std::string kernel_name(const char* function, std::initializer_list<int> template_arguments) {
  std::string name = function;
  const char* before = "<";
  for (const int argument : template_arguments) {
    name += before + std::to_string(argument);
    before = ", ";
  }
  return name + ">";
}

std::vector<RegisteredKernel> registered_kernels() {
  std::vector<RegisteredKernel> kernels;
  KernelRegistry::for_each(
      [&kernels](const char* row, const std::string& name, const std::atomic<long>& count) {
        kernels.push_back({name, row, count.load()});
      });
  std::ranges::sort(kernels, {}, &RegisteredKernel::name);
  return kernels;
}

void forget_launches() {
  KernelRegistry::for_each([](const char*, const std::string&, std::atomic<long>& count) { count = 0; });
}

}  // namespace ffbench::cuda
