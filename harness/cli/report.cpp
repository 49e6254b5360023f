#include <filesystem>
#include <memory>

#include <fmt/core.h>
#include <unistd.h>

#include "core/system/data_path.hpp"
#include "harness/cli/commands.hpp"
#include "reports/gates.hpp"
#include "reports/report_files.hpp"
#include "reports/report_json.hpp"
#include "reports/terminal.hpp"

namespace ffbench::cli {

void add_report(Command& app, Action& action) {
  struct Arguments {
    std::filesystem::path result;
    std::filesystem::path gates;
    std::filesystem::path out;
    std::filesystem::path bench;
  };
  const auto arguments = std::make_shared<Arguments>();
  Command command =
      app.add_subcommand("report", "Judge a report.json again and write its HTML, JUnit and Markdown");
  command.add_option("RESULT", arguments->result, "A report.json, or the folder that holds one").required();
  command.add_option("--gates", arguments->gates, "Gate file (default: ci/gates.json)");
  command.add_option("--out", arguments->out, "Folder of the new files (default: beside the result)");
  command.add_option("--bench", arguments->bench,
                     "A file of `ffbench bench --benchmark_out=FILE`, shown as a roofline");
  command.callback([arguments, &action] {
    action = [arguments] {
      Report report = read_report(arguments->result);
      judge(report, read_gates(arguments->gates.empty() ? data_path("ci/gates.json") : arguments->gates));
      const std::filesystem::path beside = std::filesystem::is_directory(arguments->result)
                                               ? arguments->result
                                               : std::filesystem::absolute(arguments->result).parent_path();
      write_report_files(report, arguments->out.empty() ? beside : arguments->out, arguments->bench, beside);
      fmt::print("{}", to_terminal(report, terminal_style(STDOUT_FILENO)));
      return report.exit_code;
    };
  });
}

}  // namespace ffbench::cli
