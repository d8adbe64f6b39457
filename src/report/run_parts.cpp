#include "report/run_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "core/text.h"
#include "report/paragraph.h"
#include "report/system_view.h"
#include "report/words.h"

namespace v2only::report {
namespace {

using Standing = InstanceStanding;

class Next {
 public:
  Next(const RunView& run, const std::vector<RunRow>& rows, bool later) : run_(run), rows_(rows) {
    if (is_paused(run)) add("go " + run.id.str(), "go on from the pause");
    if (run.standing == RunStanding::kRunning) {
      add("status " + run.id.str(), "where it stands");
      if (later) of_later();
    } else if (is_rollback(run)) {
      of_rollback();
    } else {
      of_apply();
    }
  }
  std::string text() const { return out_.empty() ? out_ : "\nNext\n" + out_; }

 private:
  static bool is_paused(const RunView& run) {
    const auto& units = run.state->units();
    return std::any_of(units.begin(), units.end(), waits_at_pause);
  }

  void add(const std::string& command, std::string_view what) {
    out_ += fmt::format("  {:<38}  {}\n", "v2only " + command, what);
  }

  const RunRow* first(std::initializer_list<Standing> standings) const {
    const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const RunRow& row) {
      return std::find(standings.begin(), standings.end(), row.standing) != standings.end();
    });
    return found == rows_.end() ? nullptr : &*found;
  }

  void of_later() {
    add("resume " + run_.id.str(), "if its process has ended: go on");
    if (!is_rollback(run_)) add("rollback " + run_.id.str(), "later: put the options back");
  }

  void of_rollback() {
    const auto& of_run = run_.of_run.str();
    if (run_.standing == RunStanding::kStopped) add_resume(run_.id);
    const bool partly =
        run_.standing == RunStanding::kPartlyDone || run_.standing == RunStanding::kNeedsOperator;
    if (partly) {
      if (const auto* row = first({Standing::kSkipped, Standing::kFailed})) {
        const auto& step = *row->step;
        add("explain " + step.instance.str() + " --region " + step.region.str(), "look why");
      }
      add("rollback " + of_run, "put back what is left");
    }
    if (partly || first({Standing::kDone}) != nullptr) {
      add("verify " + of_run, "see how it stands now");
    }
  }

  void of_apply() {
    const auto& id = run_.id.str();
    const bool stopped = run_.standing == RunStanding::kStopped;
    for (const auto& rollback : run_.rollbacks) {
      if (rollback.standing == RunStanding::kStopped) add_resume(rollback.id, "the rollback");
    }
    // One system may need an operator while others still wait.
    const bool open = run_.standing == RunStanding::kNeedsOperator && !run_.state->ended();
    if ((stopped || open) && run_.rollbacks.empty()) add_resume(run_.id);
    if (run_.standing == RunStanding::kPartlyDone || run_.standing == RunStanding::kNeedsOperator ||
        (stopped && !run_.rollbacks.empty())) {
      add("plan --out FILE", run_.rollbacks.empty() ? "plan what is left" : "plan anew");
    }
    if (!run_.rollbacks.empty()) {
      add("verify " + id, "see how it stands now");
    } else if (first({Standing::kDone}) != nullptr) {
      add("verify " + id, "prove it");
    }
    if (first({Standing::kDone}) != nullptr) add_rollback("put the options back");
  }

  // It is refused while a CVO system is in the midst of a restart.
  void add_rollback(std::string_view what) {
    const auto& units = run_.state->units();
    const bool refused =
        std::any_of(units.begin(), units.end(), [](const auto& unit) { return unit.mid_cycle(); });
    if (!refused) add("rollback " + run_.id.str(), what);
  }

  void add_resume(const RunId& id, std::string_view with = {}) {
    add("resume " + id.str(),
        with.empty() ? "settle what is in flight, and go on" : "go on with " + std::string(with));
  }

  const RunView& run_;
  const std::vector<RunRow>& rows_;
  std::string out_;
};

}  // namespace

Tone tone_of(RunStanding standing) {
  switch (standing) {
    case RunStanding::kRunning:
      return Tone::kNews;
    case RunStanding::kDone:
      return Tone::kGood;
    case RunStanding::kNeedsOperator:
    case RunStanding::kDamaged:
      return Tone::kBad;
    case RunStanding::kStopped:
    case RunStanding::kPartlyDone:
      break;
  }
  return Tone::kWarning;
}

bool is_rollback(const RunView& run) { return run.plan->kind == fleet::PlanKind::kRollback; }

std::string run_head(const RunView& run, const Style& style) {
  auto out = "Run " + run.id.str() + "  " +
             paint(name_of(run.standing), tone_of(run.standing), style) + "\n";
  if (is_rollback(run)) out += "  rollback of " + run.of_run.str() + "\n";
  out += "  account " + run.plan->account.str() + "\n";
  auto times = "begun " + shown(run.created);
  if (run.last) times += ", last entry " + shown(*run.last);
  out += paragraph(times, style, "  ", "  ");
  if (!run.why.empty()) out += paragraph(run.why, style, "  why: ", "       ");
  for (const auto& rollback : run.rollbacks) {
    const auto words = "rolled back by " + rollback.id.str() + " (" +
                       std::string(name_of(rollback.standing)) + ")";
    out +=
        paragraph(run.standing == RunStanding::kStopped ? words + "; it cannot be resumed" : words,
                  style, "  ", "  ");
  }
  return out;
}

std::string run_counts(const RunView& run, const Style& style) {
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

std::string next_lines(const RunView& run, const std::vector<RunRow>& rows, bool later) {
  return Next(run, rows, later).text();
}

}  // namespace v2only::report
