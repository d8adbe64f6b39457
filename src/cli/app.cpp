#include "cli/app.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "cli/command_line.h"
#include "core/text.h"

namespace v2only::cli {
namespace {

struct Entry {
  std::string_view name;
  Result<int> (*run)(App&, const Invocation&);
};
constexpr std::array kCommands = {
    Entry{"audit", cmd_audit},   Entry{"plan", cmd_plan},         Entry{"show", cmd_show},
    Entry{"apply", cmd_apply},   Entry{"status", cmd_status},     Entry{"resume", cmd_resume},
    Entry{"verify", cmd_verify}, Entry{"rollback", cmd_rollback}, Entry{"explain", cmd_explain},
    Entry{"sim", cmd_sim},       Entry{"demo", cmd_demo},         Entry{"go", cmd_go},
};

// An output that is cut short must not pass for a whole one.
bool cut_short(App& app) {
  errno = 0;
  app.out.flush();
  if (app.out || (app.reader_left && app.reader_left())) return false;
  const int why = errno;
  app.err << "v2only: the output could not be written whole"
          << (why == 0 ? "" : std::string(": ") + std::strerror(why)) << std::endl;
  return true;
}

}  // namespace

void App::say(const std::string& line) const { err << line << std::endl; }

Result<bool> App::ask(const std::string& question) const {
  if (!in_is_terminal) {
    return fail(ErrorCode::kUsage, "there is no terminal to ask on", {},
                "Give --yes to go on without asking.");
  }
  err << question << " Only 'yes' goes on: " << std::flush;
  std::string answer;
  std::getline(in, answer);
  if (!in) err << std::endl;  // no line end came from the keyboard
  return trim(answer) == "yes";
}

Result<int> run_command(App& app, const Invocation& invocation) {
  for (const auto& command : kCommands) {
    if (command.name == invocation.command) return command.run(app, invocation);
  }
  return fail(ErrorCode::kInternal, "the command has no function", invocation.command);
}

int run_program(App& app, const std::vector<std::string>& words) {
  const auto parsed = parse_command_line(words);
  auto done = parsed && parsed->invocation ? run_command(app, *parsed->invocation)
              : parsed                     ? Result<int>(kExitDone)
                                           : Result<int>(Unexpected{parsed.error()});
  if (parsed && !parsed->invocation) app.out << parsed->text;
  const bool lost = cut_short(app);
  if (done) return lost ? kExitError : *done;
  app.err << "v2only: " << to_string(done.error()) << std::endl;
  return done.error().code == ErrorCode::kInterrupted ? kExitInterrupted : kExitError;
}

}  // namespace v2only::cli
