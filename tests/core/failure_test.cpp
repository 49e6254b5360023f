#include "core/system/failure.hpp"

#include <new>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/system/interruption.hpp"

namespace ffbench {
namespace {

template <typename Exception>
std::string reason_of(const Exception& exception) {
  try {
    throw exception;
  } catch (...) {
    return failure_reason();
  }
}

TEST(FailureReason, IsOneLineForEveryKindOfException) {
  EXPECT_EQ(reason_of(Error("a.json: is wrong")), "a.json: is wrong");
  EXPECT_EQ(reason_of(std::bad_alloc()), "out of memory; use fewer threads or smaller fixtures");
  EXPECT_EQ(reason_of(std::runtime_error("OpenCV(4.6.0) a.cpp:1: error:\n> Assertion  failed\n")),
            "unexpected error: OpenCV(4.6.0) a.cpp:1: error: > Assertion failed");
  EXPECT_EQ(reason_of(std::out_of_range("")), "unexpected error: ");
  EXPECT_EQ(reason_of(7), "unexpected error of an unknown kind");
}

TEST(FailureReason, AnInterruptionGoesOn) {
  EXPECT_THROW(reason_of(Interrupted("interrupted by SIGINT")), Interrupted);
}

}  // namespace
}  // namespace ffbench
