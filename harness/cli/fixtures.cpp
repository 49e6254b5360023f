#include <filesystem>
#include <memory>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "core/system/glob.hpp"
#include "core/system/parallel.hpp"
#include "datasets/contact_sheet.hpp"
#include "datasets/image_file.hpp"
#include "datasets/manifest_update.hpp"
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

struct UpdateArguments {
  std::string suite;
  std::vector<std::string> fixtures;
  std::filesystem::path file;
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

std::string change_text(const ManifestChange& change) {
  if (!change.before) {
    return fmt::format("{}: new: {}", change.clip, change.after->hex());
  }
  if (!change.after) {
    return fmt::format("{}: removed: no suite has it", change.clip);
  }
  return fmt::format("{}: changed: {} to {}", change.clip, change.before->hex(), change.after->hex());
}

/// Without a suite or fixtures: every clip that the manifest records, and entries of other clips
/// go.
ExitCode update_manifest(const UpdateArguments& arguments) {
  Progress progress(arguments.quiet);
  const std::filesystem::path file =
      arguments.file.empty() ? data_path("datasets/manifest.json") : arguments.file;
  const bool all = arguments.suite.empty();
  if (all && !arguments.fixtures.empty()) {
    fail("fixtures update-manifest: --fixture chooses fixtures of a suite; name the suite too");
  }
  const std::vector<FixtureSpec> clips =
      all ? recorded_clips() : chosen_fixtures(load_suite(arguments.suite), arguments.fixtures);
  Manifest manifest = Manifest::parse(read_file(file), file.string());
  progress.begin("manifest: rendering", static_cast<double>(clips.size()));
  std::vector<ManifestChange> changes =
      record_clips(manifest, clips, hardware_threads(), [&] { progress.advance(); });
  progress.end();
  if (all) {
    const std::vector<ManifestChange> removed = remove_other_clips(manifest, clips);
    changes.insert(changes.end(), removed.begin(), removed.end());
  }
  if (!changes.empty()) {
    write_file_atomically(file, manifest.to_json());
  }
  for (const ManifestChange& change : changes) {
    fmt::print("{}\n", change_text(change));
  }
  fmt::print("{}: {} clips rendered, {} entries changed\n", file.string(), clips.size(), changes.size());
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

  const auto update = std::make_shared<UpdateArguments>();
  Command update_command = fixtures.add_subcommand(
      "update-manifest", "Render clips and record their digests in datasets/manifest.json");
  update_command.add_option(
      "SUITE", update->suite,
      "A suite or a suite file (default: every clip that the manifest is to hold; entries "
      "of other clips are removed)");
  update_command.add_option("--fixture", update->fixtures,
                            "Only fixtures of SUITE whose name matches, e.g. 'talk*'");
  update_command.add_option("--file", update->file, "Manifest to update (default: datasets/manifest.json)");
  update_command.add_flag("--quiet", update->quiet, "No progress");
  update_command.callback([update, &action] { action = [update] { return update_manifest(*update); }; });

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
