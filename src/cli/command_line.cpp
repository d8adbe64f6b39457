#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/flags.h"
#include "cli/version.h"
#include "config/map_reader.h"
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

// PLAN of [PLAN].
std::string argument_name(const Command& command) {
  auto name = std::string(command.argument);
  std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
  return name;
}

std::string given_name(const CLI::Option& option, const Command& command) {
  return option.get_positional() ? argument_name(command) : option.get_name();
}

Unexpected<Error> not_expected(const std::string& word, const Command& command) {
  const std::string name(command.name);
  if (!word.starts_with('-')) {
    const auto takes =
        command.argument.empty() ? " takes no argument" : " takes one " + argument_name(command);
    return usage("'" + one_line(word, 60) + "' is too much: " + name + takes, command);
  }
  const auto flag = word.substr(0, word.find('='));
  const auto near = config::nearest(flag, {command.flags.begin(), command.flags.end()});
  auto error = usage("there is no option " + one_line(flag, 60) + " for " + name, command);
  if (!near.empty()) error.error.hint = "Did you mean " + near + "? " + error.error.hint;
  return error;
}

// The library begins its message with the option's name; the rest is worded for programmers.
Unexpected<Error> cannot_parse(std::string_view message, const Command& command) {
  for (const auto name : command.flags) {
    if (!message.starts_with(std::string(name) + ":") &&
        message.find(" " + std::string(name) + " ") == std::string_view::npos) {
      continue;
    }
    const auto& flag = flag_named(name);
    if (flag.value.empty()) return usage(std::string(name) + " takes no value", command);
    return usage(
        std::string(name) + " needs a value: " + std::string(name) + " " + std::string(flag.value),
        command);
  }
  return usage("the command line cannot be understood", command);
}

Result<Invocation> parse_with(const Command& command, std::vector<std::string> words) {
  Invocation out;
  out.command = command.name;
  CLI::App app;
  app.set_help_flag();
  for (const auto name : command.flags) add_flag(app, flag_named(name), out);
  if (!command.argument.empty()) {
    app.add_option("argument", out.argument);
  }
  app.allow_extras();  // they are looked at below
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return cannot_parse(error.what(), command);
  }
  const auto extras = app.remaining();
  if (!extras.empty()) return not_expected(extras.front(), command);
  // An unset variable of the caller's shell must not mean "everything".
  for (const auto* option : app.get_options()) {
    for (const auto& value : option->results()) {
      if (value.empty()) return usage(given_name(*option, command) + " is empty", command);
    }
  }
  const bool needed = !command.argument.empty() && !command.argument.starts_with('[');
  if (needed && out.argument.empty()) {
    return usage(argument_name(command) + " is missing: v2only " + std::string(command.name) + " " +
                     std::string(command.argument),
                 command);
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
