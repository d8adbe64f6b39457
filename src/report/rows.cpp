#include "report/rows.h"

#include <algorithm>

#include "fleet/identify.h"
#include "report/words.h"

namespace v2only::report {

std::vector<AuditRow> rows_of(const AuditView& view) {
  std::vector<AuditRow> out;
  for (const auto& unit : *view.assessments) {
    for (const auto& member : unit.members) {
      out.push_back({&unit, &member, &view.inventory->instances[member.index]});
    }
  }
  return out;
}

bool explains_change(std::string_view reason) {
  // fleet/target.h begins them with the option's name, behind the label of a member.
  return std::any_of(
      fleet::kOptionFields.begin(), fleet::kOptionFields.end(), [&](fleet::OptionField field) {
        const auto words = std::string(name_of(field)) + " is ";
        return reason.starts_with(words) || reason.find("): " + words) != std::string_view::npos;
      });
}

std::string unit_in_words(const fleet::Assessment& unit, const fleet::Inventory& inventory) {
  if (unit.members.size() == 1) return label_of(inventory.instances[unit.members.front().index]);
  return unit.unit.str() + " (" + counted(unit.members.size(), "instance") + ")";
}

std::string incomplete_lines(const fleet::Inventory& inventory, const Style& style) {
  std::string out;
  for (const auto& scope : inventory.scopes) {
    if (scope.error.empty()) continue;
    out +=
        incomplete_line(scope.account.str() + " " + scope.region.str() + ": " + scope.error, style);
  }
  return out;
}

}  // namespace v2only::report
