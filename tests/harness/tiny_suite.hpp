#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "core/system/atomic_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench::test {

/// A suite of one small clip with one face, and a cache of its own.
class TinySuite : public testing::Test {
 protected:
  static constexpr int frames = 6;

  TinySuite() {
    ::setenv("FFBENCH_CACHE", (folder_.path() / "cache").c_str(), 1);
    write_file_atomically(suite(),
                          R"({"schema": "ffbench.suite/1", "name": "tiny", "description": "One small clip",
      "fixtures": [{"name": "clip", "scenario": "talk", "width": 160, "height": 96, "frames": 6, "crop_size": 64}]})");
  }
  ~TinySuite() override { ::unsetenv("FFBENCH_CACHE"); }

  [[nodiscard]] std::string suite() const { return (folder_.path() / "tiny.json").string(); }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

 private:
  TemporaryFolder folder_;
};

}  // namespace ffbench::test
