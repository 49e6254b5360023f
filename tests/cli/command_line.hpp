#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/report.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench::test {

/// Runs ffbench in a folder of its own.
class CommandLine : public testing::Test {
 protected:
  Finished ffbench(const std::vector<std::string>& arguments) const;

  /// Puts `text` into the file of that name in the folder; returns the name.
  std::string put(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  /// The arguments end with exit code 2 and one line on standard error that holds every part.
  void expect_refusal(const std::vector<std::string>& arguments, const std::vector<std::string>& parts) const;

  /// Puts files into the folder `out` that an earlier run might have left.
  void put_earlier_report() const;
  /// They are there as they were, and nothing else is.
  void expect_earlier_report() const;

  /// out/report.json, or that of another folder.
  [[nodiscard]] Report report(const std::string& folder = "out") const;

  /// A suite file of one fixture, 6 frames of 320x180, and its name.
  [[nodiscard]] std::string tiny_suite(const std::string& scenario = "talk") const;

 private:
  TemporaryFolder folder_;
};

/// "fixture, pipeline: gate: reason", one a line, of the gates with one of these verdicts.
std::string gates_with(const Report& report, const std::vector<GateVerdict>& verdicts);

}  // namespace ffbench::test
