// Everything known of one instance, how it came to allow IMDSv1, and the way to change it by hand.
#pragma once

#include <string>

#include "core/ids.h"
#include "fleet/command.h"
#include "report/audit.h"
#include "report/style.h"

namespace v2only::report {

// The view holds the whole account and region; `instance` is in it.
std::string explain_text(const AuditView& view, const InstanceId& instance,
                         const fleet::CommandTarget& target, const Style& style);
std::string explain_json(const AuditView& view, const InstanceId& instance,
                         const fleet::CommandTarget& target);

}  // namespace v2only::report
