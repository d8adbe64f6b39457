#include "report/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "report/operator_page.h"
#include "report/paragraph.h"
#include "report/run_parts.h"
#include "report/run_rows.h"
#include "report/run_section.h"
#include "report/system_view.h"
#include "report/table.h"
#include "report/words.h"

namespace v2only::report {
namespace {

using Standing = InstanceStanding;

// Apart from the counts: the plan does not change these, and the run may be done without them.
std::string restart_line(const RunView& run, const Style& style) {
  const auto units = restarts_of(run);
  std::size_t count = 0;
  for (const auto* unit : units) count += unit->instances.size();
  if (count == 0) return {};
  return paragraph(counted(count, "instance") + (count == 1 ? " needs" : " need") +
                       " a restart, not changed: v2only explain " +
                       units.front()->instances.front().str(),
                   style, "  ", "  ");
}

constexpr std::size_t kMostSystems = 20;

std::string systems_section(const RunView& run, const Style& style) {
  const auto lines =
      systems_lines(*run.plan, *run.state, seen_at(run), kMostSystems, style, run.id);
  return lines.empty() ? lines : "\n" + lines;
}

std::string operator_section(const RunView& run, const Style& style) {
  std::string out;
  for (const auto& system : systems_of(*run.plan, *run.state, seen_at(run), run.id)) {
    if (system.unit->state != engine::UnitState::kNeedsOperator) continue;
    out += "\n" + operator_page(*run.plan, system, style);
  }
  return out.empty() ? out : "\n" + paint("Needs an operator", Tone::kBad, style) + out;
}

// One line above runs that are not, or not all, AWS's.
std::string simulated_head(const std::vector<RunSummary>& runs, const Style& style) {
  const auto count = static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [](const RunSummary& run) { return run.simulated; }));
  if (count == 0) return {};
  const auto& first = runs.front();
  const bool same = std::all_of(runs.begin(), runs.end(), [&](const RunSummary& run) {
    return run.simulated && run.endpoint == first.endpoint && run.account == first.account;
  });
  if (same) return simulated_lines(true, first.endpoint, first.account, style);
  return paint("SIMULATED", Tone::kWarning, style) +
         (count == runs.size()
              ? "  every run below\n\n"
              : fmt::format("  {} of {} runs, marked below\n\n", count, runs.size()));
}

std::string done_of_all(const RunSummary& run) {
  if (run.counts.empty()) return "?";
  std::size_t total = 0;
  for (const auto count : run.counts) total += count;
  return fmt::format("{}/{}", run.counts[static_cast<std::size_t>(Standing::kDone)], total);
}

// 2026-11-24 07:33Z: to the minute; the run's id has the second.
std::string to_the_minute(WallTime time) {
  auto out = shown(time).substr(0, 16) + "Z";
  out[10] = ' ';
  return out;
}

std::string damaged_lines(const std::vector<RunSummary>& runs, const Style& style) {
  std::string out;
  for (const auto& run : runs) {
    if (run.standing != RunStanding::kDamaged) continue;
    out += paragraph(run.id.str() + ": " + run.why, style, "  ", "      ");
  }
  return out.empty() ? out : "\n" + paint("Damaged", Tone::kBad, style) + "\n" + out;
}

}  // namespace

RunStanding at_rest(const engine::RunState& state) {
  if (state.needs_operator() > 0) return RunStanding::kNeedsOperator;
  if (!state.ended()) return RunStanding::kStopped;
  const bool done = state.ended()->outcome == engine::RunOutcome::kDone;
  return done ? RunStanding::kDone : RunStanding::kPartlyDone;
}

WallTime seen_at(const RunView& run) { return run.now.value_or(run.last.value_or(run.created)); }

std::string_view name_of(RunStanding standing) {
  constexpr std::array<std::string_view, 6> kNames = {"running",     "stopped",        "done",
                                                      "partly-done", "needs-operator", "damaged"};
  return kNames[static_cast<std::size_t>(standing)];
}

std::string run_text(const RunView& run, const Style& style) {
  const auto rows = rows_of(run);
  auto out = simulated_lines(run.simulated, run.endpoint, run.plan->account, style);
  out += run_head(run, style) + run_counts(run, style) + restart_line(run, style);
  out += systems_section(run, style) + operator_section(run, style);
  out += section_lines(run, rows, {Standing::kFailed, "Failed", Tone::kBad}, style);
  out += section_lines(run, rows, {Standing::kSkipped, "Skipped", Tone::kWarning}, style);
  out += section_lines(run, rows, {Standing::kInProgress, "In progress", Tone::kNews}, style);
  return out + next_lines(run, rows);
}

RunSummary summary_of(const RunView& run) {
  RunSummary out;
  out.id = run.id;
  out.of_run = run.of_run;
  out.is_rollback = is_rollback(run);
  out.standing = run.standing;
  out.created = run.created;
  out.last = run.last;
  out.why = run.why;
  out.account = run.plan->account;
  out.simulated = run.simulated;
  out.endpoint = run.endpoint;
  out.counts = counts_of(run);
  for (const auto& rollback : run.rollbacks) out.rollbacks.push_back(rollback.id);
  return out;
}

std::string runs_table(const std::vector<RunSummary>& runs, const Style& style) {
  if (runs.empty()) return "No runs yet\n";
  const bool any_simulated =
      std::any_of(runs.begin(), runs.end(), [](const RunSummary& run) { return run.simulated; });
  std::vector<Column> columns = {{"RunId"}, {"Kind"}, {"State"}, {"Created"}, {"Done"}};
  if (any_simulated) columns.push_back({"World"});
  Table table(columns);
  for (const auto& run : runs) {
    const auto created = to_the_minute(run.created);
    std::vector<Cell> cells = {{run.id.str()},
                               {run.is_rollback ? "rollback" : "apply"},
                               {std::string(name_of(run.standing)), {}, tone_of(run.standing)},
                               {created, created.substr(0, 10)},
                               {done_of_all(run)}};
    if (any_simulated)
      cells.push_back({run.simulated ? "SIMULATED" : "AWS", run.simulated ? "SIM" : "AWS"});
    table.row(std::move(cells));
  }
  return simulated_head(runs, style) + table.text(style) + damaged_lines(runs, style) + "\n" +
         "One run in full: v2only status RUN\n";
}

}  // namespace v2only::report
