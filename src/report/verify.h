// What is proven of each instance, and what is not yet.
#pragma once

#include <string>

#include "report/audit.h"
#include "report/style.h"

namespace v2only::report {

// Per instance: proven by the control plane (AWS's own listing, read again just now), and
// from-inside: "not yet" in this version. Every instance of every scope, planned or not.
std::string verify_table(const AuditView& view, const Style& style);
std::string verify_json(const AuditView& view);

// Whether every instance is compliant, and AWS shows its options as applied. Of a stopped one the
// options as read are enough: they hold from its next start. Not asked here: whether all was read.
bool all_proven(const AuditView& view);

}  // namespace v2only::report
