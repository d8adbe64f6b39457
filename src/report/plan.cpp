#include "report/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/printable.h"
#include "core/text.h"
#include "fleet/acceptance.h"
#include "report/cvo_plan.h"
#include "report/left_alone.h"
#include "report/paragraph.h"
#include "report/step_lines.h"
#include "report/words.h"

namespace v2only::report {
namespace {

// A plan of more instances than this is shown in part, unless every command is asked for.
constexpr std::size_t kMostShownInFull = 200;
constexpr std::size_t kShownOfEach = 20;
constexpr std::size_t kMostRunbooks = 3;

// A rollback may take two steps for one instance, one after the other.
std::size_t instance_count(const fleet::PlannedUnit& unit) {
  std::size_t count = 0;
  const fleet::Step* last = nullptr;
  for (const auto& step : unit.steps) {
    if (last == nullptr || last->instance != step.instance) ++count;
    last = &step;
  }
  return count;
}

std::size_t instance_count(const fleet::Wave& wave) {
  std::size_t count = 0;
  for (const auto& unit : wave.units) count += instance_count(unit);
  return count;
}

std::size_t instance_count(const fleet::Plan& plan) {
  std::size_t count = 0;
  for (const auto& wave : plan.waves) count += instance_count(wave);
  return count;
}

std::string step_lines(const fleet::Step& step, const fleet::PlannedUnit& unit, bool command,
                       const Style& style) {
  const auto title = step_in_words(step) + "  " + workload_in_words(unit.workload, unit.version);
  auto out = paragraph(title, style, "  ~ ", "      ") + diff_lines(step, "      ", style);
  if (command) out += "      " + printable(step.command) + "\n";
  return out;
}

class PlanText {
 public:
  PlanText(const fleet::Plan& plan, const Style& style, bool with_commands,
           const std::vector<std::string>& notes)
      : plan_(plan), style_(style), with_commands_(with_commands), notes_(notes) {}

  std::string run() {
    auto out = simulated_lines(plan_.simulated, plan_.endpoint, plan_.account, style_) + head();
    for (std::size_t i = 0; i < plan_.waves.size(); ++i) out += wave(i);
    out += left_alone_lines(plan_, limit(left_alone_count(plan_)), with_commands_, style_);
    return out + foot();
  }

 private:
  bool rollback() const { return plan_.kind == fleet::PlanKind::kRollback; }

  // How many of each group are shown.
  std::size_t limit(std::size_t of) const {
    return with_commands_ || of <= kMostShownInFull ? of : kShownOfEach;
  }

  std::string head() const {
    const auto what = rollback() ? "Rollback of " + plan_.of_run.str() : std::string("Plan");
    auto out = paragraph(what + " for account " + plan_.account.str() + ", " +
                             (plan_.regions.empty() ? "no region" : listed(plan_.regions)),
                         style_, "", "  ");
    const auto& policy = plan_.policy;
    out += paragraph(
        fmt::format("At most {} in work at once; no unit begins once {} failed.",
                    counted(static_cast<std::size_t>(policy.waves.width), "unit"),
                    policy.failures == 1 ? "1 has" : fmt::format("{} have", policy.failures)),
        style_, "", "  ");
    if (!rollback()) out += systems_line() + calendar_lines(policy);
    if (policy.accept_unknown && !rollback()) {
      out += paragraph("Accepted for all: IMDSv1 use that is not known (--accept-unknown).", style_,
                       "", "  ");
    }
    if (!rollback()) {
      for (const auto& ended : fleet::ended_acceptances(policy, plan_.created)) {
        out += paragraph("Note: " + ended, style_, "", "  ");
      }
    }
    return out + notes_lines(notes_, style_);
  }

  std::string systems_line() const {
    const auto nodes = restarted_nodes(plan_);
    if (nodes == 0) return {};
    return paragraph(
        fmt::format("Restarts {} of Cloud Volumes ONTAP, each only with the consent below; at most "
                    "{} in work at once, and once one fails no other begins.",
                    counted(nodes, "node"),
                    counted(static_cast<std::size_t>(plan_.policy.ontap.width), "system")),
        style_, "", "  ");
  }

  std::string calendar_lines(const fleet::Policy& policy) const {
    std::vector<std::string> windows;
    for (const auto& each : policy.windows) {
      windows.push_back(fmt::format("{} {} for {} ({})", each.cron, each.zone,
                                    format_duration(each.length), each.where));
    }
    std::vector<std::string> days;
    for (const auto& each : policy.blackout) {
      days.push_back(fmt::format("{} to {} UTC, both included ({})", day(each.first),
                                 day(each.last), each.where));
    }
    std::string out;
    if (!windows.empty()) {
      out +=
          paragraph("Begins only in its windows: " + join(windows, "; ") + ".", style_, "", "  ");
    }
    if (!days.empty()) {
      out += paragraph("Begins nothing on: " + join(days, "; ") + ".", style_, "", "  ");
    }
    return out;
  }

  static std::string day(std::chrono::sys_days time) { return shown(time).substr(0, 10); }

  std::string wave(std::size_t index) const {
    const auto& wave = plan_.waves[index];
    auto out = "\n" +
               paint(fmt::format("Wave {} of {}: {}", index + 1, number(plan_.waves.size()),
                                 counted(instance_count(wave), "instance")),
                     Tone::kStrong, style_) +
               "\n";
    auto left = limit(instance_count(plan_));
    std::size_t unseen = 0;
    for (const auto& unit : wave.units) {
      if (left < instance_count(unit)) {
        unseen += instance_count(unit);
        left = 0;
        continue;
      }
      left -= instance_count(unit);
      out += "\n" + unit_lines(unit);
    }
    if (unseen > 0) out += "\n  ... and " + number(unseen) + " more; v2only show PLAN lists all\n";
    return out;
  }

  // A runbook fills more than a screen: of many systems the first few are shown step by step.
  Detail detail_of(const fleet::PlannedUnit& unit) const {
    if (with_commands_) return Detail::kWithCommands;
    std::size_t before = 0;
    for (const auto& wave : plan_.waves) {
      for (const auto& each : wave.units) {
        if (&each == &unit) return before < kMostRunbooks ? Detail::kSteps : Detail::kBrief;
        before += each.cvo ? 1 : 0;
      }
    }
    return Detail::kBrief;
  }

  std::string unit_lines(const fleet::PlannedUnit& unit) const {
    if (unit.cvo) return cvo_unit_lines(plan_, unit, detail_of(unit), style_);
    std::string out;
    for (const auto& step : unit.steps) out += step_lines(step, unit, with_commands_, style_);
    return out + why_lines(unit, style_);
  }

  std::string foot() const {
    auto out = "\n" + paragraph(plan_summary(plan_), style_, "", "  ");
    auto made = "Made " + shown(plan_.created);
    if (!rollback()) made += "; v2only apply takes it until " + shown(plan_.expires);
    out += paragraph(made + ".", style_, "", "  ");
    for (const auto& error : plan_.errors) out += incomplete_line(error, style_);
    if (!plan_.complete && plan_.errors.empty()) {
      out += incomplete_line("not all that was asked for was read", style_);
    }
    return out;
  }

  const fleet::Plan& plan_;
  const Style& style_;
  bool with_commands_;
  const std::vector<std::string>& notes_;
};

std::size_t reopened(const fleet::Plan& plan) {
  std::size_t count = 0;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      count += static_cast<std::size_t>(
          std::count_if(unit.steps.begin(), unit.steps.end(), [](const fleet::Step& step) {
            return step.set.is(fleet::OptionField::kHttpTokens, "optional");
          }));
    }
  }
  return count;
}

std::string rollback_summary(const fleet::Plan& plan) {
  const auto instances = instance_count(plan);
  if (instances == 0) return "Nothing to put back of " + plan.of_run.str() + ".";
  auto out = fmt::format("Puts {} back as before {} in {}", counted(instances, "instance"),
                         plan.of_run.str(), counted(plan.waves.size(), "wave"));
  if (const auto open = reopened(plan); open > 0) {
    out += "; re-opens IMDSv1 on " + counted(open, "instance");
  }
  if (const auto left = left_alone_count(plan); left > 0) {
    out += "; " + number(left) + (left == 1 ? " is" : " are") + " left as " +
           (left == 1 ? "it is" : "they are");
  }
  return out + ".";
}

}  // namespace

std::string plan_text(const fleet::Plan& plan, const Style& style, bool with_commands,
                      const std::vector<std::string>& notes) {
  return PlanText(plan, style, with_commands, notes).run();
}

std::string notes_lines(const std::vector<std::string>& notes, const Style& style) {
  std::string out;
  for (const auto& note : notes) out += paragraph("Note: " + note, style, "", "  ");
  return out;
}

std::string plan_summary(const fleet::Plan& plan) {
  if (plan.kind == fleet::PlanKind::kRollback) return rollback_summary(plan);
  const auto instances = instance_count(plan);
  auto out = instances == 0 ? std::string("No instance changes")
                            : fmt::format("{} {} in {}", counted(instances, "instance"),
                                          instances == 1 ? "changes" : "change",
                                          counted(plan.waves.size(), "wave"));
  if (const auto nodes = restarted_nodes(plan); nodes > 0) {
    out += ", with a restart of " + counted(nodes, "node");
  }
  const auto left = left_alone_by_verdict(plan);
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view one, std::string_view many) {
    if (count > 0) parts.push_back(number(count) + " " + std::string(count == 1 ? one : many));
  };
  add(left.compliant, "is compliant", "are compliant");
  add(left.blocked, "is blocked", "are blocked");
  add(left.restart, "needs a restart", "need a restart");
  if (!parts.empty()) out += "; " + join(parts, ", ");
  return out + ".";
}

}  // namespace v2only::report
