// What a command works with: streams, environment, clock. Handed in, so that the demo and the tests
// can run commands with their own.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "cli/invocation.h"
#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "report/style.h"

namespace v2only::cli {

struct App {
  std::ostream& out;
  std::ostream& err;
  std::istream& in;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool in_is_terminal = false;
  report::Style style;      // of stdout
  report::Style err_style;  // of stderr
  std::map<std::string, std::string> environment;
  std::string home;
  const Clock& clock;
  Random random;
  // Whether who read `out` has left (`| head -1`): what then cannot be written is no error.
  std::function<bool()> reader_left = nullptr;
  // The columns that stderr's terminal has now; without it, those of `err_style`.
  std::function<std::size_t()> err_width = nullptr;

  // A line for a person who waits; not in JSON mode's way, since it goes to stderr.
  void say(const std::string& line) const;
  // Asks on the terminal; an error that names --yes where there is none.
  Result<bool> ask(const std::string& question) const;
};

// Exit codes, named once (design, "The command line").
inline constexpr int kExitDone = 0;
inline constexpr int kExitError = 1;
inline constexpr int kExitNotCompliant = 2;
inline constexpr int kExitPartly = 3;
inline constexpr int kExitOperator = 4;
inline constexpr int kExitInterrupted = 130;

// One function a command; each in cmd_NAME.cpp.
Result<int> cmd_audit(App& app, const Invocation& invocation);
Result<int> cmd_plan(App& app, const Invocation& invocation);
Result<int> cmd_show(App& app, const Invocation& invocation);
Result<int> cmd_apply(App& app, const Invocation& invocation);
Result<int> cmd_status(App& app, const Invocation& invocation);
Result<int> cmd_resume(App& app, const Invocation& invocation);
Result<int> cmd_rollback(App& app, const Invocation& invocation);
Result<int> cmd_verify(App& app, const Invocation& invocation);
Result<int> cmd_explain(App& app, const Invocation& invocation);
Result<int> cmd_go(App& app, const Invocation& invocation);
Result<int> cmd_sim(App& app, const Invocation& invocation);
Result<int> cmd_demo(App& app, const Invocation& invocation);

// Parses, runs, prints an error as one line; the exit code.
int run_program(App& app, const std::vector<std::string>& words);
Result<int> run_command(App& app, const Invocation& invocation);

}  // namespace v2only::cli
