#include "report/verify.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/text.h"
#include "report/instance_json.h"
#include "report/paragraph.h"
#include "report/rows.h"
#include "report/table.h"
#include "report/words.h"

namespace v2only::report {
namespace {

constexpr std::string_view kProven = "proven";
constexpr std::string_view kPending = "pending";
constexpr std::string_view kNotProven = "not-proven";
constexpr std::string_view kNotYet = "not-yet";

std::string_view control_plane(const AuditRow& row) {
  if (row.unit->verdict != fleet::Verdict::kCompliant) return kNotProven;
  const bool waits = row.instance->options_state == fleet::OptionState::kPending &&
                     row.instance->state != fleet::InstanceState::kStopped;
  return waits ? kPending : kProven;
}

Tone tone_of(std::string_view proof) {
  if (proof == kProven) return Tone::kGood;
  return proof == kPending ? Tone::kNews : Tone::kWarning;
}

std::string proofs_table(const std::vector<AuditRow>& rows, const Style& style) {
  Table table({{"InstanceId"}, {"Name", 8}, {"IMDS"}, {"Control plane"}, {"From inside"}});
  const RegionName* region = nullptr;
  for (const auto& row : rows) {
    const auto& instance = *row.instance;
    if (region == nullptr || *region != instance.region) table.group(instance.region.str());
    region = &instance.region;
    const auto proof = control_plane(row);
    table.row({{instance.id.str()},
               {instance.name},
               {options_in_short(instance.options)},
               {std::string(proof), {}, tone_of(proof)},
               {std::string(kNotYet), {}, Tone::kFaint}});
  }
  return table.text(style);
}

std::string count_line(const std::vector<AuditRow>& rows, const Style& style) {
  const auto count = [&](std::string_view proof) {
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(),
                      [&](const AuditRow& row) { return control_plane(row) == proof; }));
  };
  auto text = counted(rows.size(), "instance") + ": " + number(count(kProven)) +
              " proven by the control plane";
  if (const auto pending = count(kPending); pending > 0)
    text += ", " + number(pending) + " pending";
  text += ", " + number(count(kNotProven)) + " not";
  return paragraph(text + ". From inside nothing is proven yet: this version has no probe.", style,
                   "", "  ");
}

}  // namespace

std::string verify_table(const AuditView& view, const Style& style) {
  const auto rows = rows_of(view);
  auto out = simulated_lines(view.simulated, view.endpoint, view.account, style);
  out += paragraph("Account " + view.account.str() + ", listed again " +
                       shown(view.inventory->read_at) + " in " +
                       (view.regions.empty() ? "no region" : listed(view.regions)),
                   style, "", "  ") +
         "\n";
  if (!rows.empty()) out += proofs_table(rows, style) + "\n";
  for (const auto& warning : view.warnings) out += paragraph("Note: " + warning, style, "", "  ");
  out += rows.empty() ? "No instances\n" : count_line(rows, style);
  if (!all_proven(view)) out += "What is not, and why: v2only audit\n";
  return out + incomplete_lines(*view.inventory, style);
}

std::string verify_json(const AuditView& view) {
  JsonText out;
  put_scope(out, view);
  out.member("Proven", all_proven(view) && view.inventory->complete());
  out.array("Instances");
  for (const auto& row : rows_of(view)) {
    auto instance = instance_object(row, view);
    instance["Proofs"] =
        json::object{{"ControlPlane", control_plane(row)}, {"FromInside", kNotYet}};
    out.element(instance);
  }
  return out.take();
}

bool all_proven(const AuditView& view) {
  if (view.nothing_found) return false;
  const auto rows = rows_of(view);
  return std::all_of(rows.begin(), rows.end(),
                     [](const AuditRow& row) { return control_plane(row) == kProven; });
}

}  // namespace v2only::report
