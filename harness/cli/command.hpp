#pragma once

// What the commands need of CLI11. Its headers cost seconds in every file that includes them:
// command.cpp alone does.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace ffbench::cli {

/// A handle to an option of a `Command`, which owns it. The functions return the handle itself.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  /// Whether the command line has it.
  [[nodiscard]] bool given() const;
  Option& required();
  /// The value that the variable holds now is shown as the default.
  Option& capture_default_str();
  Option& default_str(const std::string& text);
  /// Takes no word, or one.
  Option& at_most_one_word();
  /// A word is several values with this character between them.
  Option& delimiter(char character);
  /// The heading under which the help lists the option; empty hides it.
  Option& group(const std::string& name);
  Option& excludes(const Option& other);
  Option& excludes(const std::string& name);
  Option& needs(const Option& other);

  // What values are taken; others are errors of usage.
  Option& range(int lowest, int highest);
  Option& not_negative();
  Option& positive();
  Option& one_of(const std::vector<std::string>& words);
  Option& on_or_off();  ///< for a bool

 private:
  CLI::Option* option_;
};

/// A handle to a command of a `Program`, which owns it. Names and descriptions are as CLI11 takes
/// them; the variables live as long as the program.
class Command {
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  Command add_subcommand(const std::string& name, const std::string& description);
  /// One of the subcommands must be given.
  void require_subcommand();
  void alias(const std::string& name);
  /// Words that no option takes are not an error: see `remaining`.
  void allow_extras();
  [[nodiscard]] std::vector<std::string> remaining() const;
  /// Called once the command line is parsed, where the command is in it.
  void callback(std::function<void()> function);

  Option add_option(const std::string& name, bool& value, const std::string& description = {});
  Option add_option(const std::string& name, int& value, const std::string& description = {});
  Option add_option(const std::string& name, std::uint64_t& value, const std::string& description = {});
  Option add_option(const std::string& name, double& value, const std::string& description = {});
  Option add_option(const std::string& name, std::string& value, const std::string& description = {});
  Option add_option(const std::string& name, std::filesystem::path& value,
                    const std::string& description = {});
  Option add_option(const std::string& name, std::vector<int>& values, const std::string& description = {});
  Option add_option(const std::string& name, std::vector<std::string>& values,
                    const std::string& description = {});
  Option add_option(const std::string& name, std::vector<std::filesystem::path>& values,
                    const std::string& description = {});
  Option add_flag(const std::string& name, bool& value, const std::string& description = {});

 protected:
  CLI::App* app_;
};

/// The program: the command that holds all others. One of them must be given.
class Program : public Command {
 public:
  Program(const std::string& description, const std::string& name);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  void set_version_flag(const std::string& name, const std::string& version);
  void footer(const std::string& text);

  /// Parses the command line and calls back. Returns the exit code where there is nothing more to
  /// do: help or version were printed, or the line is wrong, which one line on standard error says.
  [[nodiscard]] std::optional<int> parse(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> owned_;
};

}  // namespace ffbench::cli
