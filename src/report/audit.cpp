#include "report/audit.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/text.h"
#include "fleet/codes.h"
#include "report/instance_json.h"
#include "report/paragraph.h"
#include "report/rows.h"
#include "report/table.h"
#include "report/words.h"

namespace v2only::report {
namespace {

// A region's instances stand under its name, which leaves room for the columns that differ.
std::string instances_table(const std::vector<AuditRow>& rows, const Style& style) {
  constexpr std::string_view kMaker = "netapp-";
  // A verdict that says what is restarted is not cut.
  const bool restarts = std::any_of(rows.begin(), rows.end(), [](const AuditRow& row) {
    return row.unit->verdict == fleet::Verdict::kReady && row.unit->needs_restart;
  });
  const std::size_t verdict = restarts ? 24 : 15;
  Table table({{"InstanceId"}, {"Name", 8}, {"Workload", 7}, {"IMDS"}, {"Verdict", verdict}});
  const RegionName* region = nullptr;
  for (const auto& row : rows) {
    const auto& instance = *row.instance;
    if (region == nullptr || *region != instance.region) table.group(instance.region.str());
    region = &instance.region;
    const auto& workload = row.member->workload;
    const auto brief = workload.starts_with(kMaker) ? workload.substr(kMaker.size()) : workload;
    const bool blocked = row.unit->verdict == fleet::Verdict::kBlocked;
    table.row({{instance.id.str()},
               {instance.name},
               {workload.empty() ? "?" : workload, brief},
               {options_in_short(instance.options)},
               {verdict_in_words(*row.unit), blocked ? join(row.unit->codes, ", ") : std::string(),
                tone_of(row.unit->verdict)}});
  }
  return table.text(style);
}

std::string restart_lines(const AuditView& view, const Style& style) {
  std::string out;
  for (const auto& unit : *view.assessments) {
    if (unit.verdict != fleet::Verdict::kReady || !unit.needs_restart) continue;
    const auto& first = view.inventory->instances[unit.members.front().index];
    out +=
        paragraph(unit_in_words(unit, *view.inventory) + " changes only with a restart of " +
                      counted(nodes_of(unit), "node") +
                      ": by v2only plan, with ontap: and consent: in the facts file; or by hand: "
                      "v2only explain " +
                      first.id.str(),
                  style, "  ", "      ");
  }
  return out.empty() ? out
                     : "\n" + paint("Ready, with a restart", Tone::kStrong, style) + "\n" + out;
}

std::string blocked_lines(const AuditView& view, const Style& style) {
  std::string out;
  for (const auto& unit : *view.assessments) {
    if (unit.verdict != fleet::Verdict::kBlocked) continue;
    std::string first = "  " + join(unit.codes, ", ") + "  ";
    for (const auto& reason : unit.reasons) {
      if (explains_change(reason)) continue;
      out += paragraph(reason, style, first, "      ");
      first = "      ";
    }
  }
  return out.empty() ? out : "\n" + paint("Blocked, and why", Tone::kStrong, style) + "\n" + out;
}

std::string warning_lines(const AuditView& view, const Style& style) {
  std::string out;
  for (const auto& warning : view.warnings) out += paragraph("Note: " + warning, style, "", "  ");
  return out.empty() ? out : "\n" + out;
}

// By instance. A disabled endpoint is compliant in a way of its own, so it is told apart.
std::string count_line(const std::vector<AuditRow>& rows, const Style& style) {
  std::size_t compliant = 0;
  std::size_t off = 0;
  std::size_t ready = 0;
  std::size_t restart = 0;
  std::size_t blocked = 0;
  for (const auto& row : rows) {
    const auto& unit = *row.unit;
    if (unit.verdict == fleet::Verdict::kBlocked) ++blocked;
    if (unit.verdict == fleet::Verdict::kReady) ++(unit.needs_restart ? restart : ready);
    if (unit.verdict != fleet::Verdict::kCompliant) continue;
    const bool is_off = std::find(unit.codes.begin(), unit.codes.end(),
                                  fleet::code::kEndpointOff) != unit.codes.end();
    ++(is_off ? off : compliant);
  }
  auto text = counted(rows.size(), "instance") + ": " + number(compliant) + " compliant";
  if (off > 0) text += ", " + number(off) + " endpoint-off (compliant)";
  text += ", " + number(ready) + " ready";
  if (restart > 0) text += ", " + number(restart) + " ready with a restart";
  text += ", " + number(blocked) + " blocked";
  return paragraph(text, style, "", "  ");
}

std::string heading(const AuditView& view, const Style& style) {
  return paragraph("Account " + view.account.str() + ", read " + shown(view.inventory->read_at) +
                       " in " + (view.regions.empty() ? "no region" : listed(view.regions)),
                   style, "", "  ") +
         "\n";
}

}  // namespace

std::string audit_table(const AuditView& view, const Style& style) {
  const auto rows = rows_of(view);
  auto out = simulated_lines(view.simulated, view.endpoint, view.account, style);
  out += heading(view, style);
  if (!rows.empty()) out += instances_table(rows, style);
  out += restart_lines(view, style);
  out += blocked_lines(view, style);
  out += warning_lines(view, style);
  if (!rows.empty()) out += "\n";
  out += rows.empty() ? "No instances\n" : count_line(rows, style);
  return out + incomplete_lines(*view.inventory, style);
}

std::string audit_json(const AuditView& view) {
  JsonText out;
  put_scope(out, view);
  out.array("Instances");
  for (const auto& row : rows_of(view)) out.element(instance_object(row, view));
  return out.take();
}

bool all_compliant(const AuditView& view) {
  if (view.nothing_found) return false;
  return std::all_of(view.assessments->begin(), view.assessments->end(),
                     [](const auto& unit) { return unit.verdict == fleet::Verdict::kCompliant; });
}

}  // namespace v2only::report
