#include "report/left_alone.h"

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "report/manual.h"
#include "report/paragraph.h"
#include "report/rows.h"
#include "report/words.h"

namespace v2only::report {
namespace {

struct Group {
  std::string codes;
  fleet::Verdict verdict;
  std::vector<const fleet::LeftAlone*> units;
};

int rank_of(fleet::Verdict verdict) {
  switch (verdict) {
    case fleet::Verdict::kBlocked:
      return 0;
    case fleet::Verdict::kReady:
      return 1;
    case fleet::Verdict::kCompliant:
      return 2;
  }
  return 3;
}

std::vector<Group> groups_of(const fleet::Plan& plan) {
  std::vector<Group> groups;
  for (const auto& unit : plan.left_alone) {
    const auto codes = join(unit.codes, ", ");
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& one) {
      return one.codes == codes && one.verdict == unit.verdict;
    });
    if (group == groups.end()) group = groups.insert(groups.end(), {codes, unit.verdict, {}});
    group->units.push_back(&unit);
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return rank_of(a.verdict) < rank_of(b.verdict);
  });
  return groups;
}

std::size_t instances_of(const Group& group) {
  std::size_t count = 0;
  for (const auto* unit : group.units) count += unit->instances.size();
  return count;
}

std::string unit_lines(const fleet::LeftAlone& unit, bool with_runbook, const Style& style) {
  const bool alone = unit.instances.size() == 1 && unit.instances.front().str() == unit.id.str();
  auto title = alone ? unit.id.str() : unit.id.str() + " (" + listed(unit.instances) + ")";
  title += "  " + unit.region.str() + "  " + workload_in_words(unit.workload, unit.version);
  auto out = paragraph(title, style, "    ", "        ");
  for (const auto& reason : unit.reasons) {
    if (explains_change(reason)) continue;
    out += paragraph(reason, style, "      ", "      ");
  }
  if (unit.runbook.empty()) return out;
  if (with_runbook) return out + "      runbook:\n" + manual_lines(unit.runbook, "        ", style);
  return out + "      runbook: v2only explain " + unit.instances.front().str() + "\n";
}

// What is compliant and has nothing to be said about it is named, no more.
std::string compliant_lines(const std::vector<InstanceId>& ids, const Style& style) {
  return ids.empty() ? "" : paragraph(listed(ids), style, "    ", "    ");
}

std::string group_lines(const Group& group, std::size_t limit, bool with_runbooks,
                        const Style& style) {
  std::string out = "\n  " + paint(group.codes, tone_of(group.verdict), style) + ": " +
                    counted(instances_of(group), "instance") + "\n";
  std::vector<InstanceId> quiet;
  const auto shown = std::min(limit, group.units.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& unit = *group.units[i];
    if (unit.verdict == fleet::Verdict::kCompliant && unit.reasons.empty()) {
      quiet.insert(quiet.end(), unit.instances.begin(), unit.instances.end());
    } else {
      out += unit_lines(unit, with_runbooks, style);
    }
  }
  out += compliant_lines(quiet, style);
  if (shown < group.units.size()) {
    out +=
        "    ... and " + number(group.units.size() - shown) + " more; v2only show PLAN lists all\n";
  }
  return out;
}

}  // namespace

LeftAloneCounts left_alone_by_verdict(const fleet::Plan& plan) {
  LeftAloneCounts out;
  for (const auto& unit : plan.left_alone) {
    auto& count = unit.verdict == fleet::Verdict::kCompliant ? out.compliant
                  : unit.verdict == fleet::Verdict::kReady   ? out.restart
                                                             : out.blocked;
    count += unit.instances.size();
  }
  return out;
}

std::size_t left_alone_count(const fleet::Plan& plan) {
  const auto counts = left_alone_by_verdict(plan);
  return counts.compliant + counts.blocked + counts.restart;
}

std::string left_alone_lines(const fleet::Plan& plan, std::size_t limit, bool with_runbooks,
                             const Style& style) {
  if (plan.left_alone.empty()) return {};
  auto out =
      "\n" +
      paint("Not changed: " + counted(left_alone_count(plan), "instance"), Tone::kStrong, style) +
      "\n";
  for (const auto& group : groups_of(plan)) out += group_lines(group, limit, with_runbooks, style);
  return out;
}

}  // namespace v2only::report
