#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/image.hpp"
#include "datasets/synthetic/materials.hpp"
#include "datasets/synthetic/person_model.hpp"
#include "datasets/synthetic/scenario.hpp"

namespace ffbench::fhr {

/// A person drawn at random: any appearance the renderer has, evenly over its range. The people of
/// the fixtures are not among them.
synthetic::Person random_person(std::uint64_t seed);

/// A person with textures, to be drawn many times.
class Sitter {
 public:
  explicit Sitter(const synthetic::Person& person);
  ~Sitter();
  Sitter(const Sitter&) = delete;
  Sitter& operator=(const Sitter&) = delete;

  /// The 68 landmarks under a pose.
  [[nodiscard]] Landmarks68 landmarks(const synthetic::Placement& placement,
                                      const synthetic::Expression& expression) const;

  /// Draws the pixels of which `wanted` says so; without noise, before a plain background.
  void render(const synthetic::Placement& placement, const synthetic::Expression& expression, int shot,
              synthetic::Colour light, const std::function<bool(int x, int y)>& wanted, BgrView out) const;

 private:
  synthetic::PersonModel model_;
  std::unique_ptr<synthetic::PersonTextures> textures_;
};

}  // namespace ffbench::fhr
