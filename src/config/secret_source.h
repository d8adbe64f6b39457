// From the name of a secret to the secret.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/secret.h"
#include "core/time.h"
#include "fleet/facts.h"

namespace v2only::config {

using Environment = std::map<std::string, std::string>;

inline constexpr Duration kCommandLimit = std::chrono::seconds(30);

// What env:NAME names, the first line of a file (64 KiB at most), or the first line that a command
// prints. The command gets `environment_for_children(environment, facts)`, and `limit` of time.
//
// Errors name the variable (kUsage when it is not set) or the file (as read_file; kUsage when it is
// empty); a command is not repeated (codes: first_line_of, and kUsage when it printed nothing).
// None holds anything of the secret.
Result<Secret> read_secret(const fleet::SecretName& name, const Environment& environment,
                           const fleet::Facts& facts, Duration limit = kCommandLimit);

// Whether any of the facts' secrets comes from a command.
bool names_command(const fleet::Facts& facts);

// What a program that we start may see: all but the variables that hold the facts' secrets.
Environment environment_for_children(Environment environment, const fleet::Facts& facts);

// A line for each file that holds one of the facts' secrets and that others may read: what it is,
// and what is expected. A file that can not be read is read_secret's to name.
std::vector<std::string> secret_warnings(const fleet::Facts& facts);

}  // namespace v2only::config
