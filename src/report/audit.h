// What audit found: a table for people, JSON for programs (docs/reference/json.md).
#pragma once

#include <string>
#include <vector>

#include "core/ids.h"
#include "fleet/assess.h"
#include "fleet/instance.h"
#include "report/style.h"

namespace v2only::report {

struct AuditView {
  AccountId account;
  std::vector<RegionName> regions;
  bool simulated = false;
  std::string endpoint;  // for the SIMULATED line; "aws" on AWS
  const fleet::Inventory* inventory = nullptr;
  const std::vector<fleet::Assessment>* assessments = nullptr;
  bool nothing_found = false;         // what was asked for by id or filter is not there
  std::vector<std::string> warnings;  // facts that match nothing, ids that were not found
};

// Ends with the counts by verdict and, where the result is not whole, INCOMPLETE with each scope.
std::string audit_table(const AuditView& view, const Style& style);
std::string audit_json(const AuditView& view);

// "ready" with what goes with it; codes and reasons for blocked ones.
bool all_compliant(const AuditView& view);

}  // namespace v2only::report
