// EC2 GetConsoleOutput: what a machine wrote to its console while booting.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/caller.h"
#include "core/result.h"
#include "core/time.h"

namespace v2only::aws {

struct ConsoleOutput {
  InstanceId instance;
  std::optional<WallTime> updated;  // AWS: when the output was last updated; how fresh is not known
  std::string text;                 // decoded, made valid UTF-8; empty: there is none yet

  friend bool operator==(const ConsoleOutput&, const ConsoleOutput&) = default;
};

// `latest`: the output as it is now. Only instance types on Nitro have that; for others AWS refuses
// it, and without it gives what was kept some minutes after the last start, stop or reboot.
ApiCall get_console_output(const RegionName& region, const InstanceId& instance, bool latest);
Result<ConsoleOutput> parse_console_output(std::string_view xml);

}  // namespace v2only::aws
