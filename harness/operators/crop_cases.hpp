#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "harness/operators/generator.hpp"
#include "harness/operators/plane.hpp"
#include "harness/operators/typed_problem.hpp"

namespace ffbench::operators {

/// The cases of an operator whose one image is a crop, made by `make(width, height, content,
/// padding, seed)`.
template <typename Inputs, typename Make>
std::vector<NamedInputs<Inputs>> crop_cases(Make make) {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int width, int height, Content content, int padding,
                       bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark,
                      [=, seed = result.size() + 1] { return make(width, height, content, padding, seed); }});
  };
  for (int size : hostile_sizes()) {
    add("padded", size, 5, Content::random, 7);
    add("square", size, size, Content::random, 0);
    add("tall", 6, size, Content::extremes, 1);
  }
  for (Content content : {Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    add(name_of(content), 128, 128, content, 0);
  }
  add("random", 256, 256, Content::random, 0, true);
  add("random", 512, 512, Content::random, 0, true);
  add("random", 3840, 2160, Content::random, 0, true);
  // More than a million pixels, whose bytes are not a multiple of 16.
  add("large", 1031, 1025, Content::random, 0);
  return result;
}

/// A random case of the same operators.
template <typename Make>
auto random_crop(std::uint64_t seed, Make make) {
  Generator draw(seed);
  const int width = draw.size(300);
  const int height = draw.size(300);
  const Content content = draw.content();
  return make(width, height, content, draw.padding(), seed);
}

}  // namespace ffbench::operators
