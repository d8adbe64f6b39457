#include "report/explain.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/printable.h"
#include "core/text.h"
#include "fleet/profile.h"
#include "fleet/runbook.h"
#include "fleet/step.h"
#include "report/instance_json.h"
#include "report/manual.h"
#include "report/paragraph.h"
#include "report/rows.h"
#include "report/words.h"

namespace v2only::report {
namespace {

// All that is said of the instance, as values.
struct Explanation {
  const fleet::Instance* instance = nullptr;
  const AuditRow* row = nullptr;  // none: terminated, or not selected
  std::vector<std::string> how_v1_came;
  std::string command;               // empty: nothing to change
  std::vector<std::string> clicks;   // in the EC2 console
  std::string ssh_user;              // of an agent
  std::vector<std::string> runbook;  // for the whole unit
};

Explanation explanation_of(const AuditView& view, const std::vector<AuditRow>& rows,
                           const InstanceId& id, const fleet::CommandTarget& target) {
  Explanation out;
  for (const auto& instance : view.inventory->instances) {
    if (instance.id == id) out.instance = &instance;
  }
  for (const auto& row : rows) {
    if (row.instance->id == id) out.row = &row;
  }
  if (out.row == nullptr) return out;
  const auto& member = *out.row->member;
  const auto& workload = member.workload.empty() ? out.row->unit->workload : member.workload;
  out.how_v1_came = fleet::how_v1_came(workload, *out.instance);
  if (workload == fleet::kConsoleAgent) out.ssh_user = fleet::agent_ssh_user(*out.instance);
  out.runbook = fleet::runbook_of(*out.row->unit, *view.inventory, target);
  if (member.change.empty()) return out;
  out.command = fleet::make_step(*out.instance, member.change, target).command;
  out.clicks = fleet::console_clicks(id, member.change);
  return out;
}

class ExplainText {
 public:
  ExplainText(const AuditView& view, const Explanation& what, const Style& style)
      : view_(view), what_(what), style_(style) {}

  std::string run() {
    out_ = simulated_lines(view_.simulated, view_.endpoint, view_.account, style_);
    identity();
    if (what_.row == nullptr) {
      line("It is in no unit: it is being terminated, or was not selected.");
      return std::move(out_);
    }
    verdict();
    rests_on();
    list("How such an instance comes to allow IMDSv1", what_.how_v1_came);
    by_hand();
    const auto incomplete = incomplete_lines(*view_.inventory, style_);
    if (!incomplete.empty()) out_ += "\n" + incomplete;
    return std::move(out_);
  }

 private:
  void line(std::string_view text) { out_ += paragraph(text, style_, "  ", "  "); }

  void heading(std::string_view title) {
    out_ += "\n" + paint(title, Tone::kStrong, style_) + "\n";
  }

  void list(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    heading(title);
    for (const auto& one : lines) out_ += paragraph(one, style_, "  - ", "    ");
  }

  void field(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    std::string first = "  " + std::string(name);
    first.resize(std::max<std::size_t>(first.size() + 1, 19), ' ');
    out_ += paragraph(value, style_, first, std::string(19, ' '));
  }

  void identity() {
    const auto& it = *what_.instance;
    out_ += paragraph(it.id.str() + "  " + it.name, style_, "", "  ");
    field("Account", it.account.str());
    field("Region", it.region.str());
    if (what_.row != nullptr) {
      field("Workload", workload_in_words(what_.row->member->workload, what_.row->member->version));
      if (what_.row->unit->unit.str() != it.id.str()) field("System", what_.row->unit->unit.str());
    }
    field("State", name_of(it.state));
    if (it.launched) field("Last start", shown(*it.launched));
    field("Type", it.type);
    field("Image", it.image_id.str() + (it.image ? "  " + it.image->name : ""));
    field("Instance profile", it.iam_instance_profile);
    field("Private address", it.private_ip);
    options(it);
  }

  void options(const fleet::Instance& it) {
    heading("Metadata options");
    for (const auto option : fleet::kOptionFields) {
      auto text = it.options.get(option).value_or("(not observed)");
      if (what_.row != nullptr) {
        if (const auto& to = what_.row->member->change.get(option)) text += " -> " + *to;
      }
      std::string first = "  " + std::string(name_of(option));
      first.resize(27, ' ');
      out_ += paragraph(text, style_, first, first);
    }
    const bool pending = it.options_state == fleet::OptionState::kPending;
    out_ += std::string("  State                    ") + (pending ? "pending" : "applied") + "\n";
  }

  void verdict() {
    const auto& unit = *what_.row->unit;
    heading("Verdict");
    out_ += "  " + paint(printable(verdict_in_words(unit)), report::tone_of(unit.verdict), style_) +
            "\n";
    for (const auto& reason : unit.reasons) out_ += paragraph(reason, style_, "  - ", "    ");
  }

  void rests_on() {
    std::vector<std::string> lines;
    for (const auto& one : what_.row->unit->evidence) {
      lines.push_back(one.what + " (" + one.source + ", " + shown(one.at) + ")");
    }
    list("What it rests on", lines);
  }

  void by_hand() {
    const auto& unit = *what_.row->unit;
    const bool blocked = unit.verdict == fleet::Verdict::kBlocked;
    heading("By hand");
    if (what_.command.empty()) {
      line(blocked ? "Nothing of its options would change." : "Nothing to change.");
    } else {
      if (blocked) line("It is blocked: settle that first. What would be changed then:");
      if (unit.needs_restart) {
        line("Not while it runs: only as part of the runbook below. The change itself:");
      }
      out_ += "  " + printable(what_.command) + "\n";
      list("The same in the EC2 console", what_.clicks);
    }
    if (!what_.ssh_user.empty()) {
      heading("SSH");
      field("User", what_.ssh_user);
    }
    if (what_.runbook.empty()) return;
    heading("Runbook");
    out_ += manual_lines(what_.runbook, "  ", style_);
  }

  const AuditView& view_;
  const Explanation& what_;
  const Style& style_;
  std::string out_;
};

}  // namespace

std::string explain_text(const AuditView& view, const InstanceId& instance,
                         const fleet::CommandTarget& target, const Style& style) {
  const auto rows = rows_of(view);
  const auto what = explanation_of(view, rows, instance, target);
  if (what.instance == nullptr) return instance.str() + ": not in what was read\n";
  return ExplainText(view, what, style).run();
}

std::string explain_json(const AuditView& view, const InstanceId& instance,
                         const fleet::CommandTarget& target) {
  const auto rows = rows_of(view);
  const auto what = explanation_of(view, rows, instance, target);
  JsonText out;
  put_scope(out, view);
  json::value shown;
  if (what.row != nullptr) {
    shown = instance_object(*what.row, view);
  } else if (what.instance != nullptr) {
    shown = json::object{{"AccountId", what.instance->account.str()},
                         {"Region", what.instance->region.str()},
                         {"InstanceId", instance.str()},
                         {"Name", text_value(what.instance->name)},
                         {"InstanceState", name_of(what.instance->state)},
                         {"MetadataOptions", options_object(*what.instance)}};
  }
  out.member("Instance", shown);
  out.member("HowImdsV1Came", texts_value(what.how_v1_came));
  out.member("Command", text_value(what.command));
  out.member("ConsoleClicks", texts_value(what.clicks));
  out.member("SshUser", text_value(what.ssh_user));
  out.member("Runbook", texts_value(what.runbook));
  return out.take();
}

}  // namespace v2only::report
