#pragma once

// How failures show the project's values: enums as the words that the command line uses, images as
// pixels. Every test program includes it first (tests/CMakeLists.txt), so that a value is printed
// the same everywhere.

#include <concepts>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <type_traits>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/image.hpp"

namespace ffbench {

/// The word of an enum that has a `name_of`.
template <typename E>
requires std::is_enum_v<E> && requires(E e) {
  { name_of(e) } -> std::convertible_to<std::string_view>;
}
void PrintTo(const E& value, std::ostream* out) {
  *out << name_of(value);
}

inline void PrintTo(const ExitCode& code, std::ostream* out) {
  constexpr const char* words[] = {"ok", "gate failed", "bad input", "not enough evidence", "incorrect"};
  const int number = static_cast<int>(code);
  *out << number << " (" << (number >= 0 && number <= 4 ? words[number] : "no exit code") << ")";
}

/// Size, and the pixels of the upper left corner, one row a line.
template <typename T, int Channels>
void PrintTo(const ImageView<T, Channels>& view, std::ostream* out) {
  constexpr int most = 4;
  *out << view.width << "x" << view.height << "x" << Channels;
  for (int y = 0; y < view.height && y < most; ++y) {
    *out << "\n  row " << y << ":";
    for (int x = 0; x < view.width && x < most; ++x) {
      *out << (x == 0 ? " " : " | ");
      for (int c = 0; c < Channels; ++c) {
        *out << (c == 0 ? "" : " ") << +view.pixel(x, y)[c];
      }
    }
    *out << (view.width > most ? " ..." : "");
  }
}

template <typename T, int Channels>
void PrintTo(const Image<T, Channels>& image, std::ostream* out) {
  PrintTo(image.const_view(), out);
}

namespace test {

/// Whether two images hold the same; else how many values differ, and the first with its place:
/// EXPECT_TRUE(same_pixels(actual.view(), expected.view())).
template <typename T, typename U, int Channels>
testing::AssertionResult same_pixels(const ImageView<T, Channels>& actual,
                                     const ImageView<U, Channels>& expected) {
  if (actual.width != expected.width || actual.height != expected.height) {
    return testing::AssertionFailure() << actual.width << "x" << actual.height << " pixels, expected "
                                       << expected.width << "x" << expected.height;
  }
  std::int64_t differ = 0;
  testing::Message first;
  for (int y = 0; y < actual.height; ++y) {
    for (int x = 0; x < actual.width; ++x) {
      for (int c = 0; c < Channels; ++c) {
        const auto ours = actual.pixel(x, y)[c];
        const auto theirs = expected.pixel(x, y)[c];
        if (ours != theirs && ++differ == 1) {
          first << "x " << x << ", y " << y << ", channel " << c << ": got " << +ours << ", expected "
                << +theirs;
        }
      }
    }
  }
  if (differ == 0) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << differ << " values of " << actual.width << "x" << actual.height << "x"
                                     << Channels << " differ, the first at " << first.GetString();
}

template <typename T, int Channels>
testing::AssertionResult same_pixels(const Image<T, Channels>& actual, const Image<T, Channels>& expected) {
  return same_pixels(actual.const_view(), expected.const_view());
}

}  // namespace test
}  // namespace ffbench
