#include "core/exit_severity.hpp"

#include <gtest/gtest.h>

namespace ffbench {
namespace {

TEST(ExitSeverity, TheMoreSevereOfTwo) {
  for (std::size_t i = 0; i < exit_codes_by_severity.size(); ++i) {
    for (std::size_t j = 0; j < exit_codes_by_severity.size(); ++j) {
      const ExitCode a = exit_codes_by_severity[i];
      const ExitCode b = exit_codes_by_severity[j];
      EXPECT_EQ(more_severe(a, b), i < j ? a : b);
      EXPECT_EQ(is_more_severe(a, b), i < j);
    }
  }
  EXPECT_EQ(more_severe(ExitCode::incorrect, ExitCode::bad_input), ExitCode::bad_input);
  EXPECT_EQ(more_severe(ExitCode::gate_failed, ExitCode::incorrect), ExitCode::incorrect);
  EXPECT_EQ(more_severe(ExitCode::not_enough_evidence, ExitCode::gate_failed), ExitCode::gate_failed);
  EXPECT_EQ(more_severe(ExitCode::ok, ExitCode::not_enough_evidence), ExitCode::not_enough_evidence);
}

}  // namespace
}  // namespace ffbench
