#pragma once

#include <atomic>
#include <initializer_list>
#include <string>
#include <vector>

// Every kernel of this backend registers itself where it is defined (`Kernel` in launch.cuh), and
// counts its launches: so that what pipelines launch can be compared with what `ffbench verify`
// compares (harness/verify/launched_kernels.hpp).
namespace ffbench::cuda {

/// The entry of a kernel in the registry; lives as long as the program.
class KernelRecord {
 public:
  /// `row` is the row of the operator table whose cases launch the kernel; empty for a kernel that
  /// computes nothing. `name` is the function's, with template arguments: each instance is a kernel
  /// of its own.
  KernelRecord(const char* row, std::string name);
  KernelRecord(const KernelRecord&) = delete;
  KernelRecord& operator=(const KernelRecord&) = delete;

  [[nodiscard]] const char* name() const { return name_.c_str(); }

  /// Called by each launch, captured ones too.
  void count() const { launches_.fetch_add(1, std::memory_order_relaxed); }

 private:
  friend struct KernelRegistry;
  const char* row_;
  std::string name_;
  mutable std::atomic<long> launches_{0};
  const KernelRecord* next_ = nullptr;
};

/// "warp_kernel<1, 4, 1>".
std::string kernel_name(const char* function, std::initializer_list<int> template_arguments);

struct RegisteredKernel {
  std::string name;
  std::string row;
  long launches = 0;  ///< since the program began, or since `forget_launches`
  friend bool operator==(const RegisteredKernel&, const RegisteredKernel&) = default;
};

/// All kernels that are linked into the program, by name; none in a build without the toolkit.
std::vector<RegisteredKernel> registered_kernels();

/// Sets all counts to 0.
void forget_launches();

}  // namespace ffbench::cuda
