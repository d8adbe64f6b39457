#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/flags.h"
#include "cli/version.h"
#include "core/text.h"

namespace v2only::cli {
namespace {

bool has(const std::vector<std::string>& words, std::string_view one, std::string_view other) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return word == one || word == other; });
}

// Lists may be given with blanks, as the AWS CLI has it, or with several flags.
void add_flag(CLI::App& app, const Flag& flag, Invocation& into) {
  const std::string name(flag.name);
  if (const auto* target = std::get_if<bool Invocation::*>(&flag.target)) {
    app.add_flag(name, into.*(*target));
  } else if (const auto* text = std::get_if<std::string Invocation::*>(&flag.target)) {
    app.add_option(name, into.*(*text))->take_last();
  } else {
    auto& list = into.*(std::get<std::vector<std::string> Invocation::*>(flag.target));
    auto* option = app.add_option(name, list);
    if (name == "--region") option->expected(1)->take_all();
  }
}

Unexpected<Error> usage(const std::string& what, const Command& command) {
  return fail(ErrorCode::kUsage, one_line(what, 200), {},
              "See: v2only " + std::string(command.name) + " --help");
}

std::string given_name(const CLI::Option& option, const Command& command) {
  if (!option.get_positional()) return option.get_name();
  auto name = std::string(command.argument);
  std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
  return name;
}

Result<Invocation> parse_with(const Command& command, std::vector<std::string> words) {
  Invocation out;
  out.command = command.name;
  CLI::App app;
  app.set_help_flag();
  for (const auto name : command.flags) add_flag(app, flag_named(name), out);
  if (!command.argument.empty()) {
    auto* argument = app.add_option("argument", out.argument);
    if (!command.argument.starts_with('[')) argument->required();
  }
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::RequiredError&) {
    return usage(std::string(command.argument) + " is missing", command);
  } catch (const CLI::ParseError& error) {
    return usage(error.what(), command);
  }
  // An unset variable of the caller's shell must not mean "everything".
  for (const auto* option : app.get_options()) {
    for (const auto& value : option->results()) {
      if (value.empty()) return usage(given_name(*option, command) + " is empty", command);
    }
  }
  if (out.output != "table" && out.output != "json") {
    return usage("--output is 'table' or 'json', not '" + out.output + "'", command);
  }
  return out;
}

std::string known_commands() {
  std::vector<std::string> names;
  for (const auto& command : commands()) names.emplace_back(command.name);
  return join(names, ", ");
}

}  // namespace

Result<CommandLine> parse_command_line(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    if (words.size() < 2 || words[0] != "help") return CommandLine{std::nullopt, help_text()};
  }
  if (words[0] == "--version") {
    return CommandLine{std::nullopt, std::string("v2only ") + kVersion + "\n"};
  }
  const bool asks = words[0] == "help";
  const auto* command = command_named(asks ? words[1] : words[0]);
  if (command == nullptr) {
    return fail(ErrorCode::kUsage,
                "there is no command '" + one_line(asks ? words[1] : words[0], 40) + "'", {},
                "There are: " + known_commands());
  }
  if (asks || has(words, "--help", "-h")) return CommandLine{std::nullopt, help_text(*command)};
  V2_TRY(auto invocation, parse_with(*command, {words.begin() + 1, words.end()}));
  return CommandLine{std::move(invocation), {}};
}

}  // namespace v2only::cli
