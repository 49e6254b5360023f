#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/executor.hpp"

namespace ffbench::test {

/// Where a byte is changed.
struct Fault {
  Stage stage = Stage::gains;
  int frame = 0;
  int x = 0;
  int y = 0;
  int channel = 0;
  int bits = 4;            ///< these are flipped
  bool unwatched = false;  ///< in the output, while no stage is observed
};

/// An executor that changes a byte of what observers see, or of what it makes while there are none,
/// whenever `acts` says so at the start of a pass.
class FaultyExecutor final : public Executor {
 public:
  FaultyExecutor(std::unique_ptr<Executor> inner, Fault fault, std::function<bool()> acts)
      : inner_(std::move(inner)), view_(*this), fault_(fault), acts_(std::move(acts)) {}

  [[nodiscard]] std::string description() const override { return inner_->description(); }

  void restart() override {
    inner_->restart();
    active_ = acts_();
  }

  void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) override {
    inner_->observe(observer_ == nullptr ? nullptr : &view_);
    inner_->execute(index, frame, plan, output);
    if (active_ && fault_.unwatched && observer_ == nullptr && index == fault_.frame) {
      std::uint8_t& byte = output.row(fault_.y)[3 * fault_.x + fault_.channel];
      byte = static_cast<std::uint8_t>(byte ^ fault_.bits);
    }
  }

 private:
  class View final : public StageObserver {
   public:
    explicit View(FaultyExecutor& owner) : owner_(owner) {}

    void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
               int channels, std::ptrdiff_t stride_bytes) override {
      const Fault& fault = owner_.fault_;
      std::vector<std::uint8_t> copy(pixels, pixels + stride_bytes * height);
      if (owner_.active_ && !fault.unwatched && frame == fault.frame && stage == fault.stage) {
        auto& byte =
            copy[static_cast<std::size_t>(fault.y * stride_bytes + fault.x * channels + fault.channel)];
        byte = static_cast<std::uint8_t>(byte ^ fault.bits);
      }
      owner_.observer_->image(frame, face_id, stage, copy.data(), width, height, channels, stride_bytes);
    }

   private:
    FaultyExecutor& owner_;
  };

  std::unique_ptr<Executor> inner_;
  View view_;
  Fault fault_;
  std::function<bool()> acts_;
  bool active_ = false;
};

}  // namespace ffbench::test
