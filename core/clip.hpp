#pragma once

#include <string>

#include "core/image.hpp"

namespace ffbench {

/// A source of decoded frames: a synthetic fixture, a decoded video, frames in memory.
/// `read` may be called from one thread at a time; reading forward in order is fast.
class Clip {
 public:
  virtual ~Clip() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual int width() const = 0;
  [[nodiscard]] virtual int height() const = 0;
  [[nodiscard]] virtual int frame_count() const = 0;
  [[nodiscard]] virtual double frames_per_second() const = 0;

  /// Writes frame `index`, 0 <= index < frame_count(), into `out`, which has the clip's size.
  virtual void read(int index, BgrView out) = 0;

  /// The frame where it lies in memory, for as long as the clip; empty where it has to be read.
  [[nodiscard]] virtual ConstBgrView in_memory(int /*index*/) const { return {}; }

 protected:
  Clip() = default;
  Clip(const Clip&) = default;
  Clip& operator=(const Clip&) = default;
};

}  // namespace ffbench
