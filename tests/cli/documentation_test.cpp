// Every ffbench command that the documents show is one that the program understands.

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "core/system/atomic_file.hpp"
#include "datasets/suite.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/subject.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

constexpr std::string_view program = "./ffbench";

/// The words of a shell command up to a comment or to whatever follows it; quotes are taken off.
std::vector<std::string> words_of(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (char c : command) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ') {
      if (in_word) {
        words.push_back(word);
      }
      word.clear();
      in_word = false;
    } else if (!in_word && (c == '#' || c == '|' || c == '>' || c == '&' || c == ';')) {
      return words;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) {
    words.push_back(word);
  }
  return words;
}

/// The commands of a document: its lines that start with ./ffbench and its code spans that do.
std::vector<std::string> commands_in(const std::string& text) {
  std::vector<std::string> commands;
  for (std::size_t at = text.find(program); at != std::string::npos; at = text.find(program, at + 1)) {
    const std::size_t line = text.rfind('\n', at) + 1;
    std::string_view before = std::string_view(text).substr(line, at - line);
    std::size_t end = text.find('\n', at);
    if (before.ends_with('`')) {
      end = text.find('`', at);
    } else if (before.find_first_not_of(" $") != std::string_view::npos) {
      continue;
    }
    std::string command = text.substr(at, end - at);
    std::ranges::replace(command, '\n', ' ');
    commands.push_back(std::move(command));
  }
  return commands;
}

std::vector<std::filesystem::path> documents() {
  const std::filesystem::path root = source_path("");
  std::vector<std::filesystem::path> files;
  const auto add = [&files](const auto& entry) {
    if (entry.path().extension() == ".md") {
      files.push_back(entry.path());
    }
  };
  std::ranges::for_each(std::filesystem::directory_iterator(root), add);
  for (const char* folder : {"docs", "reference", "ci"}) {
    std::ranges::for_each(std::filesystem::recursive_directory_iterator(root / folder), add);
  }
  return files;
}

class Documents : public CommandLine {
 protected:
  /// The program takes every word of the command but an argument that it is given too many: nothing
  /// runs, and an option that does not exist would be named beside it.
  void expect_understood(const std::vector<std::string>& words) const {
    std::vector<std::string> arguments(words.begin() + 1, words.end());
    const bool asks_for_help = std::ranges::find(arguments, "--help") != arguments.end();
    const bool asks_for_version = std::ranges::find(arguments, "--version") != arguments.end();
    if (asks_for_help || asks_for_version) {
      EXPECT_EQ(ffbench(arguments).exit_code, 0);
      return;
    }
    arguments.emplace_back("--one-too-many");
    const Finished run = ffbench(arguments);
    EXPECT_EQ(run.exit_code, 2);
    // Prose names some commands without what they need.
    const bool bare = arguments.size() == 2;
    EXPECT_THAT(run.err,
                testing::AnyOf(
                    testing::StartsWith("ffbench: The following argument was not expected: --one-too-many;"),
                    testing::ResultOf(
                        [bare](const std::string& line) {
                          return bare && line.find(" is required; see `ffbench ") != std::string::npos;
                        },
                        testing::IsTrue())));
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] == "--pipeline") {
        EXPECT_NO_THROW(parse_pipeline(words[i + 1])) << words[i + 1];
      } else if (words[i] == "--swap") {
        EXPECT_NO_THROW(parse_swap(words[i + 1])) << words[i + 1];
      } else if (words[i] == "suite" && !words[i + 1].starts_with('-') && !words[i + 1].ends_with(".json")) {
        EXPECT_NO_THROW(load_suite(words[i + 1])) << words[i + 1];
      }
    }
  }
};

TEST_F(Documents, ShowOnlyCommandsThatTheProgramUnderstands) {
  int shown = 0;
  for (const std::filesystem::path& file : documents()) {
    for (const std::string& command : commands_in(read_file(file))) {
      SCOPED_TRACE(fmt::format("{}: {}", file.string(), command));
      const std::vector<std::string> words = words_of(command);
      if (words.size() == 1) {
        continue;  // the program's name alone, in prose
      }
      expect_understood(words);
      ++shown;
    }
  }
  EXPECT_GE(shown, 8) << "the documents' commands were not found";
}

TEST(DocumentedCommands, AreFoundInLinesFencesAndCodeSpans) {
  EXPECT_THAT(
      commands_in("a\n    ./ffbench run suite   # all\n```\n$ ./ffbench list gates\n```\nSay "
                  "`./ffbench\ndoctor` or ./ffbench.\n"),
      testing::ElementsAre("./ffbench run suite   # all", "./ffbench list gates", "./ffbench doctor"));
  EXPECT_THAT(words_of("./ffbench run suite --fixture 'talk *' # x"),
              testing::ElementsAre("./ffbench", "run", "suite", "--fixture", "talk *"));
  EXPECT_THAT(words_of("./ffbench doctor > out.txt"), testing::ElementsAre("./ffbench", "doctor"));
}

}  // namespace
}  // namespace ffbench::test
