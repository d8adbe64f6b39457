// What audit, verify and explain walk over: each assessed instance with its unit's assessment.
#pragma once

#include <string>
#include <vector>

#include "report/audit.h"

namespace v2only::report {

struct AuditRow {
  const fleet::Assessment* unit = nullptr;
  const fleet::AssessedMember* member = nullptr;
  const fleet::Instance* instance = nullptr;
};

// In the order of the assessments.
std::vector<AuditRow> rows_of(const AuditView& view);

// Whether a reason tells what the change of an option is for, and not what blocks the unit.
bool explains_change(std::string_view reason);

// "web-1 (i-0abc)"; a system by its id and its size.
std::string unit_in_words(const fleet::Assessment& unit, const fleet::Inventory& inventory);

// A line for each scope that could not be read; nothing where all was.
std::string incomplete_lines(const fleet::Inventory& inventory, const Style& style);

}  // namespace v2only::report
