#include <atomic>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "kernels/cpu/executor.hpp"
#include "tests/kernels/plans.hpp"
#include "tests/support/images.hpp"

// Sanitizers bring allocation functions of their own, which must stay in place.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {
std::atomic<long> allocations{0};

void* counted(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  void* memory = std::aligned_alloc(
      alignment, (bytes + alignment - 1) / alignment * alignment + (bytes == 0 ? alignment : 0));
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

/// Not inlined: the compiler would take the pair of operator new and free for a mistake.
[[gnu::noinline]] void released(void* memory) noexcept {
  std::free(memory);
}
}  // namespace

void* operator new(std::size_t bytes) {
  return counted(bytes, alignof(std::max_align_t));
}
void* operator new[](std::size_t bytes) {
  return counted(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  released(memory);
}
void operator delete[](void* memory) noexcept {
  released(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  released(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  released(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  released(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  released(memory);
}

namespace ffbench::cpu {
namespace {

TEST(CpuExecutor, AllocatesNothingInSteadyState) {
  for (const bool identity : {false, true}) {
    ExecutorOptions options;
    options.crop_size = 64;
    options.swap = identity ? SwapKind::identity : SwapKind::source;
    options.source_crop = test::noise_image(64, 64, 1);
    const auto executor = make_executor(options);
    const BgrImage frame = test::noise_image(200, 150, 2);
    BgrImage output(200, 150);
    std::vector<FramePlan> plans;
    for (int i = 0; i < 12; ++i) {
      plans.push_back(test::moving_plan(i, 12, 3, 200, 150, 64));
    }
    long before = 0;
    for (int i = 0; i < 12; ++i) {
      if (i == 3) {
        before = allocations.load();
        EXPECT_GT(before, 0) << "allocations are not counted";
      }
      executor->execute(i, frame.view(), plans[static_cast<std::size_t>(i)], output.view());
    }
    EXPECT_EQ(allocations.load() - before, 0);
  }
}

}  // namespace
}  // namespace ffbench::cpu

#endif
