// Words into an Invocation. CLI11 stays in command_line.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/invocation.h"
#include "core/result.h"

namespace v2only::cli {

struct CommandLine {
  std::optional<Invocation> invocation;
  std::string text;  // --help or --version, when there is nothing to do
};

// `words` without the program's name. Usage errors are one line that names the word.
Result<CommandLine> parse_command_line(const std::vector<std::string>& words);

}  // namespace v2only::cli
