#include <memory>

#include <fmt/core.h>
#include <unistd.h>

#include "harness/cli/commands.hpp"
#include "harness/compare/output.hpp"
#include "harness/compare/stored.hpp"
#include "reports/report_json.hpp"
#include "reports/terminal.hpp"

namespace ffbench::cli {

ExitCode print_outcome(const Comparison& comparison, const std::filesystem::path& out) {
  compare::write_comparison(comparison, out);
  fmt::print("{}", to_terminal(comparison, terminal_style(STDOUT_FILENO)));
  fmt::print("report: {}\n", (out / "comparison.html").string());
  return exit_code_of(comparison.verdict);
}

void add_compare(Command& app, Action& action) {
  struct Arguments {
    std::filesystem::path base;
    std::filesystem::path head;
    std::filesystem::path out = "out/compare";
    bool allow_changed_output = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  Command command =
      app.add_subcommand("compare", "Compare two stored results: bytes, determinism, gates, every figure");
  command.add_option("BASE", arguments->base, "The report.json (or its folder) to compare with").required();
  command.add_option("HEAD", arguments->head, "The report.json (or its folder) that is judged").required();
  command.add_option("--out", arguments->out, "Folder of the comparison").capture_default_str();
  command.add_flag("--allow-changed-output", arguments->allow_changed_output,
                   "Bytes that differ are not an error; the gates decide");
  command.callback([arguments, &action] {
    action = [arguments] {
      const Report base = read_report(arguments->base);
      const Report head = read_report(arguments->head);
      Comparison comparison =
          compare::compare_reports(base, head,
                                   {.base_label = arguments->base.string(),
                                    .head_label = arguments->head.string(),
                                    .allow_changed_output = arguments->allow_changed_output});
      comparison.command_line = command_line();
      return print_outcome(comparison, arguments->out);
    };
  });
}

}  // namespace ffbench::cli
