#include "harness/cli/command.hpp"

#include <cstdio>
#include <map>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "core/error.hpp"

namespace ffbench::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// CLI11's words on a command line that it cannot parse; where a command is missing or unknown,
/// words that list the known ones.
std::string advice(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* chosen = &app;
  std::string name = app.get_name();
  while (!chosen->get_subcommands().empty()) {
    chosen = chosen->get_subcommands().front();
    name += " " + chosen->get_name();
  }
  std::vector<std::string> known;
  for (const CLI::App* command : commands_of(*chosen)) {
    known.push_back(command->get_name());
  }
  if (known.empty()) {
    return fmt::format("{}; see `{} --help`", error.what(), name);
  }
  const std::vector<std::string> unknown = app.remaining(true);
  return unknown.empty() ? fmt::format("`{}` needs a command; known: {}", name, fmt::join(known, ", "))
                         : fmt::format("`{}` has no command '{}'; known: {}", name, unknown.front(),
                                       fmt::join(known, ", "));
}

}  // namespace

bool Option::given() const {
  return option_->count() > 0;
}

Option& Option::required() {
  option_->required();
  return *this;
}

Option& Option::capture_default_str() {
  option_->capture_default_str();
  return *this;
}

Option& Option::default_str(const std::string& text) {
  option_->default_str(text);
  return *this;
}

Option& Option::at_most_one_word() {
  option_->expected(0, 1);
  return *this;
}

Option& Option::delimiter(char character) {
  option_->delimiter(character);
  return *this;
}

Option& Option::group(const std::string& name) {
  option_->group(name);
  return *this;
}

Option& Option::excludes(const Option& other) {
  option_->excludes(other.option_);
  return *this;
}

Option& Option::excludes(const std::string& name) {
  option_->excludes(name);
  return *this;
}

Option& Option::needs(const Option& other) {
  option_->needs(other.option_);
  return *this;
}

Option& Option::range(int lowest, int highest) {
  option_->check(CLI::Range(lowest, highest));
  return *this;
}

Option& Option::not_negative() {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

Option& Option::positive() {
  option_->check(CLI::PositiveNumber);
  return *this;
}

Option& Option::one_of(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  return *this;
}

Option& Option::on_or_off() {
  option_->transform(CLI::CheckedTransformer(std::map<std::string, bool>{{"on", true}, {"off", false}}));
  return *this;
}

Command Command::add_subcommand(const std::string& name, const std::string& description) {
  return Command(app_->add_subcommand(name, description));
}

void Command::require_subcommand() {
  app_->require_subcommand(1);
}

void Command::alias(const std::string& name) {
  app_->alias(name);
}

void Command::allow_extras() {
  app_->allow_extras();
}

std::vector<std::string> Command::remaining() const {
  return app_->remaining();
}

void Command::callback(std::function<void()> function) {
  app_->callback(std::move(function));
}

Option Command::add_option(const std::string& name, bool& value, const std::string& description) {
  return Option(app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, int& value, const std::string& description) {
  return Option(app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::uint64_t& value, const std::string& description) {
  return Option(app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, double& value, const std::string& description) {
  return Option(app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::string& value, const std::string& description) {
  return Option(app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::filesystem::path& value,
                           const std::string& description) {
  return Option(app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::vector<int>& values,
                           const std::string& description) {
  return Option(app_->add_option(name, values, description));
}

Option Command::add_option(const std::string& name, std::vector<std::string>& values,
                           const std::string& description) {
  return Option(app_->add_option(name, values, description));
}

Option Command::add_option(const std::string& name, std::vector<std::filesystem::path>& values,
                           const std::string& description) {
  return Option(app_->add_option(name, values, description));
}

Option Command::add_flag(const std::string& name, bool& value, const std::string& description) {
  return Option(app_->add_flag(name, value, description));
}

Program::Program(const std::string& description, const std::string& name)
    : Command(nullptr), owned_(std::make_unique<CLI::App>(description, name)) {
  app_ = owned_.get();
  require_subcommand();
}

Program::~Program() = default;

void Program::set_version_flag(const std::string& name, const std::string& version) {
  app_->set_version_flag(name, version);
}

void Program::footer(const std::string& text) {
  app_->footer(text);
}

std::optional<int> Program::parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app_->exit(success);  // --help and --version
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "ffbench: {}\n", advice(*app_, error));
    return static_cast<int>(ExitCode::bad_input);
  }
  return std::nullopt;
}

}  // namespace ffbench::cli
