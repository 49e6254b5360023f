#include "harness/run/merge.hpp"

#include <memory>

#include <fmt/core.h>
#include <unistd.h>

#include "core/system/data_path.hpp"
#include "core/system/folder_lock.hpp"
#include "harness/cli/commands.hpp"
#include "harness/system/output_folder.hpp"
#include "harness/verify/ledger_file.hpp"
#include "reports/gates.hpp"
#include "reports/report_files.hpp"
#include "reports/terminal.hpp"

namespace ffbench::cli {

void add_merge(Command& app, Action& action) {
  struct Arguments {
    std::vector<std::filesystem::path> shards;
    std::filesystem::path gates;
    std::filesystem::path out = "out/merged";
  };
  const auto arguments = std::make_shared<Arguments>();
  Command command = app.add_subcommand("merge", "Join the shards of a run into one report and judge it");
  command.add_option("REPORT", arguments->shards, "The report.json of every shard, or its folder").required();
  command.add_option("--gates", arguments->gates, "Gate file (default: ci/gates.json)");
  command.add_option("--out", arguments->out, "Folder of the report").capture_default_str();
  command.callback([arguments, &action] {
    action = [arguments] {
      Report report = merge_shards(arguments->shards);
      if (report.settings["swap"] == "source") {
        note_ledger(report, read_ledger(ledger_path()));
      }
      judge(report, read_gates(arguments->gates.empty() ? data_path("ci/gates.json") : arguments->gates));
      prepare_output_folder(arguments->out);
      const FolderLock lock(arguments->out, "--out");
      write_report_files(report, arguments->out);
      fmt::print("{}", to_terminal(report, terminal_style(STDOUT_FILENO)));
      fmt::print("report: {}\n", (arguments->out / "report.html").string());
      return report.exit_code;
    };
  });
}

}  // namespace ffbench::cli
