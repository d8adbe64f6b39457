// The command line as data: the parser, every --help and the tests read these tables.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/invocation.h"

namespace v2only::cli {

struct Flag {
  using Target = std::variant<bool Invocation::*, std::string Invocation::*,
                              std::vector<std::string> Invocation::*>;
  std::string_view name;     // "--region"
  std::string_view value;    // "REGION"; empty for a switch
  std::string_view purpose;  // the heading under which --help shows it
  std::string_view help;     // one line, no full stop
  Target target;
};

struct ExitStatus {
  int code = 0;
  std::string_view meaning;
};

struct Command {
  std::string_view name;
  std::string_view argument;  // "PLAN"; "[RUN]" where it may be left out; empty: none
  std::string_view summary;   // one line
  std::string_view about;     // a paragraph
  std::vector<std::string_view> flags;
  std::vector<std::string_view> examples;
  std::vector<ExitStatus> exits;
};

const std::vector<Flag>& flags();
const Flag& flag_named(std::string_view name);
const std::vector<Command>& commands();
const Command* command_named(std::string_view name);

std::string help_text();
std::string help_text(const Command& command);

}  // namespace v2only::cli
