// A command of the operator's, run by a shell for what it prints. The only place where this program
// starts another one.
#pragma once

#include <map>
#include <string>

#include "core/result.h"
#include "core/secret.h"
#include "core/time.h"

namespace v2only::config {

// The first line of what `sh -c LINE` writes, without its end. The command gets `environment` and
// nothing else of ours: no input, no open files; what it writes to its stderr goes to ours. It has
// a process group of its own, which ends with it.
//
// kDenied when it ends with another status than 0; kUnreachable when it is not done within `limit`
// (it is killed then); kGarbage for more than 64 KiB. No error holds the line or anything printed.
Result<Secret> first_line_of(const std::string& line,
                             const std::map<std::string, std::string>& environment, Duration limit);

}  // namespace v2only::config
