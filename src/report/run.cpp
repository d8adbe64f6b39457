#include "report/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "report/paragraph.h"
#include "report/run_rows.h"
#include "report/table.h"
#include "report/words.h"

namespace v2only::report {
namespace {

using Standing = InstanceStanding;

Tone tone_of(RunStanding standing) {
  switch (standing) {
    case RunStanding::kRunning:
      return Tone::kNews;
    case RunStanding::kDone:
      return Tone::kGood;
    case RunStanding::kStopped:
    case RunStanding::kPartlyDone:
      break;
  }
  return Tone::kWarning;
}

bool is_rollback(const RunView& run) { return run.plan->kind == fleet::PlanKind::kRollback; }

std::string head(const RunView& run, const Style& style) {
  auto out = "Run " + run.id.str() + "  " +
             paint(name_of(run.standing), tone_of(run.standing), style) + "\n";
  if (is_rollback(run)) out += "  rollback of " + run.of_run.str() + "\n";
  out += "  account " + run.plan->account.str() + "\n";
  auto times = "begun " + shown(run.created);
  if (run.last) times += ", last entry " + shown(*run.last);
  out += paragraph(times, style, "  ", "  ");
  if (!run.why.empty()) out += paragraph(run.why, style, "  why: ", "       ");
  return out;
}

std::string count_line(const RunView& run, const Style& style) {
  const auto counts = counts_of(run);
  std::size_t total = 0;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    if (counts[i] == 0) continue;
    parts.push_back(number(counts[i]) + " " + std::string(name_of(static_cast<Standing>(i))));
  }
  if (total == 0) return "  The plan changes no instance\n";
  return paragraph(counted(total, "instance") + ": " + join(parts, ", "), style, "  ", "  ");
}

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

std::string section(const std::vector<RunRow>& rows, Standing standing, std::string_view title,
                    Tone tone, const Style& style) {
  std::string out;
  for (const auto& row : rows) {
    if (row.standing != standing) continue;
    auto words = step_in_words(*row.step);
    if (!row.unit->code.empty()) words += "  " + row.unit->code;
    out += paragraph(words, style, "  ", "      ");
    if (!row.unit->reason.empty()) out += paragraph(row.unit->reason, style, "      ", "      ");
  }
  return out.empty() ? out : "\n" + paint(title, tone, style) + "\n" + out;
}

std::string next_lines(const RunView& run, const std::vector<std::size_t>& counts) {
  const auto& id = run.id.str();
  const auto has = [&](Standing s) { return counts[static_cast<std::size_t>(s)] > 0; };
  std::string out;
  const auto add = [&](const std::string& command, std::string_view what) {
    out += fmt::format("  {:<38}  {}\n", command, what);
  };
  if (run.standing == RunStanding::kRunning) {
    add("v2only status " + id, "where it stands");
  } else if (run.standing == RunStanding::kStopped) {
    add("v2only resume " + id, "settle what is in flight, and go on");
  }
  if (run.standing == RunStanding::kPartlyDone) {
    add("v2only plan --out FILE", "plan what is left");
  }
  if (run.standing != RunStanding::kRunning && has(Standing::kDone)) {
    const auto& proves = is_rollback(run) ? run.of_run.str() : id;
    add("v2only verify " + proves, is_rollback(run) ? "see how it stands now" : "prove it");
    if (!is_rollback(run)) add("v2only rollback " + id, "put the options back");
  }
  return out.empty() ? out : "\nNext\n" + out;
}

// One line above runs that are not, or not all, AWS's.
std::string simulated_head(const std::vector<RunView>& runs, const Style& style) {
  const auto count = static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [](const RunView& run) { return run.simulated; }));
  if (count == 0) return {};
  const auto& first = runs.front();
  const bool same = std::all_of(runs.begin(), runs.end(), [&](const RunView& run) {
    return run.simulated && run.endpoint == first.endpoint &&
           run.plan->account == first.plan->account;
  });
  if (same) return simulated_lines(true, first.endpoint, first.plan->account, style);
  return paint("SIMULATED", Tone::kWarning, style) +
         (count == runs.size()
              ? "  every run below\n\n"
              : fmt::format("  {} of {} runs, marked below\n\n", count, runs.size()));
}

}  // namespace

std::string_view name_of(RunStanding standing) {
  constexpr std::array<std::string_view, 4> kNames = {"running", "stopped", "done", "partly-done"};
  return kNames[static_cast<std::size_t>(standing)];
}

std::string run_text(const RunView& run, const Style& style) {
  const auto rows = rows_of(run);
  auto out = simulated_lines(run.simulated, run.endpoint, run.plan->account, style);
  out += head(run, style) + count_line(run, style) + restart_line(run, style);
  out += section(rows, Standing::kFailed, "Failed", Tone::kBad, style);
  out += section(rows, Standing::kSkipped, "Skipped", Tone::kWarning, style);
  out += section(rows, Standing::kInProgress, "In progress", Tone::kNews, style);
  return out + next_lines(run, counts_of(run));
}

std::string runs_table(const std::vector<RunView>& runs, const Style& style) {
  if (runs.empty()) return "No runs yet\n";
  const bool any_simulated =
      std::any_of(runs.begin(), runs.end(), [](const RunView& run) { return run.simulated; });
  std::vector<Column> columns = {{"RunId"}, {"Kind"}, {"State"}, {"Created"}, {"Done"}};
  if (any_simulated) columns.push_back({"World"});
  Table table(columns);
  for (const auto& run : runs) {
    const auto counts = counts_of(run);
    std::size_t total = 0;
    for (const auto count : counts) total += count;
    // 2026-11-24 07:33Z: to the minute; the run's id has the second.
    auto created = shown(run.created).substr(0, 16) + "Z";
    created[10] = ' ';
    std::vector<Cell> cells = {
        {run.id.str()},
        {is_rollback(run) ? "rollback" : "apply"},
        {std::string(name_of(run.standing)), {}, tone_of(run.standing)},
        {created, created.substr(0, 10)},
        {fmt::format("{}/{}", counts[static_cast<std::size_t>(Standing::kDone)], total)}};
    if (any_simulated)
      cells.push_back({run.simulated ? "SIMULATED" : "AWS", run.simulated ? "SIM" : "AWS"});
    table.row(std::move(cells));
  }
  return simulated_head(runs, style) + table.text(style) + "\n" +
         "One run in full: v2only status RUN\n";
}

}  // namespace v2only::report
