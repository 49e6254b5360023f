#include "tests/reports/python_tool.hpp"

#include <array>
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ffbench {

ToolOutput run_python(const std::string& script, const std::string& arguments) {
  const std::string file = testing::TempDir() + "ffbench_tool_" + std::to_string(getpid()) + ".py";
  std::ofstream(file) << script;
  ToolOutput output;
  // NOLINT(cert-env33-c)
  FILE* pipe = popen(("python3 '" + file + "' " + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    return output;
  }
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    output.text += buffer.data();
  }
  const int status = pclose(pipe);
  output.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::remove(file.c_str());
  return output;
}

}  // namespace ffbench
