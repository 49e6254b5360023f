#include "harness/faults/faulty_executor.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "core/system/seconds_since.hpp"
#include "harness/compare/injected_delay.hpp"
#include "harness/faults/plan_faults.hpp"

namespace ffbench::faults {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int faulty_frame = 12;
constexpr int gain_numerator_up = 17;  ///< of 16
constexpr int gain_numerator_down = 15;
constexpr std::size_t leak_bytes = 128U << 10;

/// Keeps the composite back, so that observers see what the fault made of it.
class Relay final : public StageObserver {
 public:
  void set_target(StageObserver* target) { target_ = target; }
  [[nodiscard]] bool kept_back() const { return kept_back_; }
  void forget() { kept_back_ = false; }

  void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
             int channels, std::ptrdiff_t stride_bytes) override {
    if (stage == Stage::composite) {
      kept_back_ = true;
    } else {
      target_->image(frame, face_id, stage, pixels, width, height, channels, stride_bytes);
    }
  }

 private:
  StageObserver* target_ = nullptr;
  bool kept_back_ = false;
};

void copy(ConstBgrView from, BgrView to, int rows) {
  for (int y = 0; y < rows; ++y) {
    std::memcpy(to.row(y), from.row(y), from.row_bytes());
  }
}

/// A byte of uninitialised memory: what an earlier allocation left there.
unsigned char uninitialised_byte() {
  void* volatile earlier = std::malloc(64);
  std::free(earlier);
  auto* volatile memory = static_cast<volatile unsigned char*>(std::malloc(64));
  // NOLINT(clang-analyzer-core.uninitialized.Assign): what it is for
  const unsigned char value = memory[1];
  std::free(const_cast<unsigned char*>(memory));
  return value;
}

class FaultyExecutor final : public Executor {
 public:
  FaultyExecutor(std::unique_ptr<Executor> inner, std::string fault, Clock::time_point begun)
      : inner_(std::move(inner)), fault_(std::move(fault)), begun_(begun) {}

  [[nodiscard]] std::string description() const override { return inner_->description(); }

  void restart() override { inner_->restart(); }

  void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) override {
    const auto start = Clock::now();
    relay_.set_target(observer_);
    relay_.forget();
    inner_->observe(observer_ == nullptr ? nullptr : &relay_);
    inner_->reset_stage_times();
    compute(index, frame, plan, output);
    damage(index, frame, plan, output);
    keep(output);
    for (const Stage stage : all_stages) {
      stage_times_[stage] += inner_->stage_times()[stage];
    }
    waste_time(start);
    if (observer_ != nullptr && relay_.kept_back()) {
      observer_->image(index, -1, Stage::composite, output.data, output.width, output.height, 3,
                       output.stride_bytes);
    }
    ++frames_;
  }

 private:
  void compute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) {
    if (fault_ == "crash" && index == faulty_frame) {
      std::signal(SIGSEGV, SIG_DFL);  // a sanitizer's handler would make an exit code of it
      std::raise(SIGSEGV);
    }
    if (fault_ == "device-lost" && index == faulty_frame) {
      fail("CUDA: waiting for a stream: the device is lost for this process (a fault put in)");
    }
    if (fault_ == "stale-parameter") {
      const FramePlan stale = index > 0 && !last_plan_.faces.empty() ? last_plan_ : plan;
      last_plan_ = plan;
      inner_->execute(index, frame, stale, output);
    } else if (fault_ == "mask-jump" && index == faulty_frame) {
      inner_->execute(index, frame, with_shifted_mask(plan), output);
    } else if (fault_ == "race") {
      race(index, frame, plan, output);
    } else {
      inner_->execute(index, frame, plan, output);
    }
  }

  /// The copy does not wait for the computation.
  void race(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) {
    if (buffer_.width() != output.width || buffer_.height() != output.height) {
      buffer_ = BgrImage(output.width, output.height);
    }
    std::thread computation([&] { inner_->execute(index, frame, plan, buffer_.view()); });
    copy(buffer_.view(), output, output.height);
    computation.join();
  }

  void damage(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) {
    const bool now = index == faulty_frame;
    if (fault_ == "one-bit" && now) {
      output.row(output.height / 2)[3 * (output.width / 2)] ^= 1U;
    } else if (fault_ == "dropped-frame" && now) {
      copy(frame, output, output.height);
    } else if (fault_ == "duplicated-frame" && now && kept_.width() == output.width) {
      copy(kept_.view(), output, output.height);
    } else if (fault_ == "border") {
      // The loop ends one row early: what was in the buffer stays.
      std::memset(output.row(output.height - 1), 0, output.row_bytes());
    } else if (fault_ == "uninitialised" && now) {
      output.row(output.height / 2)[3 * (output.width / 2)] ^=
          static_cast<std::uint8_t>(uninitialised_byte() | 1U);
    } else if (fault_ == "swapped-channels" || fault_ == "gain-pumping") {
      for (const FacePlan& face : plan.faces) {
        recolour(index, face.geometry.region, output);
      }
    } else if (fault_ == "leak") {
      leaked_.emplace_back(leak_bytes, char{1});
    }
  }

  void recolour(int index, const Region& region, BgrView output) {
    // Two frames up, two down: frames that are two apart differ.
    const int gain = index / 2 % 2 == 0 ? gain_numerator_up : gain_numerator_down;
    for (int y = region.y; y < region.y + region.height; ++y) {
      for (int x = region.x; x < region.x + region.width; ++x) {
        std::uint8_t* pixel = output.row(y) + std::ptrdiff_t{3} * x;
        if (fault_ == "swapped-channels") {
          std::swap(pixel[0], pixel[2]);
          continue;
        }
        for (int c = 0; c < 3; ++c) {
          pixel[c] = static_cast<std::uint8_t>(std::min(255, pixel[c] * gain / 16));
        }
      }
    }
  }

  void keep(BgrView output) {
    if (fault_ == "duplicated-frame") {
      kept_ = BgrImage(output.width, output.height);
      copy(output, kept_.view(), output.height);
    }
  }

  void waste_time(Clock::time_point start) {
    const double elapsed = seconds_since(start);
    if (fault_ == "slow-3") {
      three_percent_.spin_after(elapsed);
    } else if (fault_ == "slow-stage-10") {
      stage_times_[Stage::mask] += ten_percent_.spin_after(elapsed);
    } else if (fault_ == "first-frame" && frames_ == 0) {
      as_much_again_.spin_after(seconds_since(begun_));
    }
  }

  std::unique_ptr<Executor> inner_;
  std::string fault_;
  Clock::time_point begun_;
  Relay relay_;
  FramePlan last_plan_;
  BgrImage buffer_;
  BgrImage kept_;
  std::vector<std::vector<char>> leaked_;
  InjectedDelay three_percent_{0.03};
  InjectedDelay ten_percent_{0.10};
  InjectedDelay as_much_again_{1};
  int frames_ = 0;
};

}  // namespace

std::unique_ptr<Executor> make_faulty_executor(std::unique_ptr<Executor> inner, std::string fault,
                                               std::chrono::steady_clock::time_point begun) {
  return std::make_unique<FaultyExecutor>(std::move(inner), std::move(fault), begun);
}

}  // namespace ffbench::faults
