#include <filesystem>
#include <memory>

#include <fmt/core.h>

#include "core/system/glob.hpp"
#include "core/system/parallel.hpp"
#include "datasets/contact_sheet.hpp"
#include "datasets/image_file.hpp"
#include "datasets/suite.hpp"
#include "harness/cli/commands.hpp"
#include "harness/pipeline/export_fixture.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "harness/system/progress.hpp"

namespace ffbench::cli {
namespace {

struct Arguments {
  std::string suite = "standard";
  std::vector<std::string> fixtures;
  std::filesystem::path out;
  bool quiet = false;
};

void add_suite_options(Command& command, Arguments& arguments) {
  command.add_option("SUITE", arguments.suite, "A suite or a suite file").capture_default_str();
  command.add_option("--fixture", arguments.fixtures, "Only fixtures whose name matches, e.g. 'talk*'");
  command.add_flag("--quiet", arguments.quiet, "No progress");
}

Fixture open_with_progress(const FixtureSpec& spec, Progress& progress) {
  progress.begin(fmt::format("{}: rendering", spec.name), spec.frames);
  Fixture fixture = open_fixture(spec, {}, [&progress](const FixtureProgress& state) {
    if (!state.message.empty()) {
      progress.say(fmt::format("{}: {}", state.fixture, state.message));
    }
    progress.set(state.done);
  });
  progress.end();
  return fixture;
}

ExitCode render(const Arguments& arguments) {
  Progress progress(arguments.quiet);
  for (const FixtureSpec& spec : chosen_fixtures(load_suite(arguments.suite), arguments.fixtures)) {
    open_with_progress(spec, progress);
  }
  return ExitCode::ok;
}

ExitCode export_videos(const Arguments& arguments) {
  Progress progress(arguments.quiet);
  for (const FixtureSpec& spec : chosen_fixtures(load_suite(arguments.suite), arguments.fixtures)) {
    Fixture fixture = open_with_progress(spec, progress);
    progress.begin(fmt::format("{}: writing", spec.name), spec.frames);
    const ExportedFixture files = export_fixture(fixture, arguments.out, [&progress] { progress.advance(); });
    progress.end();
    fmt::print("{}\n{}\n{}\n", files.video.string(), files.track.string(), files.source.string());
  }
  return ExitCode::ok;
}

}  // namespace

void add_fixtures(Command& app, Action& action) {
  Command fixtures = app.add_subcommand("fixtures", "Render, export and look at the synthetic fixtures");
  fixtures.require_subcommand();
  const auto arguments = std::make_shared<Arguments>();

  Command render_command = fixtures.add_subcommand("render", "Render a suite's fixtures into the cache");
  add_suite_options(render_command, *arguments);
  render_command.callback([arguments, &action] { action = [arguments] { return render(*arguments); }; });

  Command export_command = fixtures.add_subcommand(
      "export", "Write fixtures as video files with their track and source portrait, for other programs");
  add_suite_options(export_command, *arguments);
  export_command.add_option("--out", arguments->out, "Folder of the files").required();
  export_command.callback(
      [arguments, &action] { action = [arguments] { return export_videos(*arguments); }; });

  Command sheet = fixtures.add_subcommand("contact-sheet", "Write a picture of every scenario");
  sheet.add_option("FILE", arguments->out, "The PNG to write").required();
  sheet.callback([arguments, &action] {
    action = [arguments] {
      write_png(arguments->out, contact_sheet(180, 6, hardware_threads()).view());
      return ExitCode::ok;
    };
  });
}

}  // namespace ffbench::cli
