#include "report/handover.h"

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "report/operator_page.h"
#include "report/paragraph.h"
#include "report/run_parts.h"
#include "report/system_view.h"
#include "report/words.h"

namespace v2only::report {
namespace {

// A page has some sixty lines.
constexpr std::size_t kMostConsents = 2;
constexpr std::size_t kMostSystems = 3;
constexpr std::size_t kMostInstances = 3;
constexpr std::size_t kMostNamed = 1;

class Handover {
 public:
  Handover(const RunView& run, WallTime now, const Style& style)
      : run_(run),
        now_(now),
        style_(style),
        rows_(rows_of(run)),
        systems_(systems_of(*run.plan, *run.state, now)) {}

  std::string run() {
    out_ = simulated_lines(run_.simulated, run_.endpoint, run_.plan->account, style_);
    out_ += paint("HANDOVER", Tone::kStrong, style_) + "  as of " + shown(now_) + "\n";
    out_ += run_head(run_, style_) + run_counts(run_, style_);
    terms();
    in_flight();
    needs_operator();
    not_by_hand();
    return out_ + next_lines(run_, rows_, true);
  }

 private:
  void heading(std::string_view title) {
    out_ += "\n" + paint(title, Tone::kStrong, style_) + "\n";
  }
  void line(std::string_view text) { out_ += paragraph(text, style_, "  ", "      "); }
  void more(std::size_t left, std::string_view what) {
    if (left > 0) line("and " + counted(left, what) + ": v2only status " + run_.id.str());
  }

  // --- who has consented ------------------------------------------------------------------------

  std::vector<const SystemView*> open_systems() const {
    std::vector<const SystemView*> out;
    for (const auto& system : systems_) {
      const auto state = system.unit->state;
      if (state == engine::UnitState::kWaiting || state == engine::UnitState::kInWork) {
        out.push_back(&system);
      }
    }
    std::stable_partition(out.begin(), out.end(), [](const auto* each) { return each->in_work(); });
    return out;
  }

  std::string validity(const fleet::Consent& consent) const {
    if (now_ < consent.from) {
      return ", from " + shown(consent.from) + " to " + shown(consent.until) + ": not begun yet";
    }
    if (now_ >= consent.until) return ", ended " + shown(consent.until);
    return ", until " + shown(consent.until) + " (" + format_elapsed(consent.until - now_) +
           " left)";
  }

  void consent(const SystemView& system) {
    const auto found = run_.plan->facts.systems.find(system.id());
    const auto* given = found == run_.plan->facts.systems.end() ? nullptr
                        : system.cvo->pair()                    ? &found->second.failover
                                                                : &found->second.outage;
    const std::string kind = system.cvo->pair() ? "failover" : "outage";
    if (given == nullptr || !*given) return line(system.id().str() + ": no consent to its " + kind);
    const auto& by = (*given)->by;
    line(system.id().str() + ": " + kind + ", by " + (by.empty() ? "nobody named" : by) +
         validity(**given));
  }

  void accepted(const fleet::Acceptance& each) {
    const auto what = each.instances.empty() ? "tag " + each.tag_name + "=" + each.tag_value
                                             : counted(each.instances.size(), "instance");
    line("IMDSv1 use of " + what + " accepted by " + each.by +
         (each.until ? ", until " + shown(*each.until) : "") + ": " + each.reason);
  }

  void terms() {
    const auto open = open_systems();
    const auto& accept = run_.plan->policy.accept;
    const auto& windows = run_.plan->policy.windows;
    if (open.empty() && accept.empty() && windows.empty()) return;
    heading("Consent");
    const auto shown_systems = std::min(kMostConsents, open.size());
    for (std::size_t i = 0; i < shown_systems; ++i) consent(*open[i]);
    more(open.size() - shown_systems, "more system");
    const auto shown_accepted = std::min(kMostNamed, accept.size());
    for (std::size_t i = 0; i < shown_accepted; ++i) accepted(accept[i]);
    more(accept.size() - shown_accepted, "more acceptance");
    const auto shown_windows = std::min(kMostNamed, windows.size());
    for (std::size_t i = 0; i < shown_windows; ++i) {
      line("Begins only in its windows: " + windows[i].cron + " " + windows[i].zone + " for " +
           format_duration(windows[i].length));
    }
    more(windows.size() - shown_windows, "more window");
  }

  // --- what is under way ------------------------------------------------------------------------

  bool is_of_system(const RunRow& row) const { return row.unit->restart.has_value(); }

  void in_flight() {
    const auto lines = systems_lines(*run_.plan, *run_.state, now_, kMostSystems, style_);
    if (!lines.empty()) out_ += "\n" + lines;
    std::size_t left = 0;
    std::size_t shown_rows = 0;
    for (const auto& row : rows_) {
      if (row.standing != InstanceStanding::kInProgress || is_of_system(row)) continue;
      if (shown_rows == 0) heading("In flight");
      if (++shown_rows <= kMostInstances) {
        line(step_in_words(*row.step));
      } else {
        ++left;
      }
    }
    more(left, "more instance");
  }

  // --- what is left to a person -----------------------------------------------------------------

  // The first in full, others by name.
  void needs_operator() {
    std::vector<const SystemView*> stuck;
    for (const auto& system : systems_) {
      if (system.unit->state == engine::UnitState::kNeedsOperator) stuck.push_back(&system);
    }
    if (stuck.empty()) return;
    heading("Needs an operator");
    out_ += operator_page(*run_.plan, *stuck.front(), style_, true);
    const auto named = std::min(kMostNamed, stuck.size() - 1);
    for (std::size_t i = 1; i <= named; ++i) {
      line(stuck[i]->id().str() + " needs an operator too: " + stuck[i]->unit->code);
    }
    more(stuck.size() - 1 - named, "more system");
  }

  void not_by_hand() {
    const bool stuck = run_.state->needs_operator() > 0;
    if (open_systems().empty() && !stuck) return;
    heading("Not by hand meanwhile");
    line("start, stop or reboot a member in work: the run starts what it has stopped");
    line("touch the partner of a node that is away; stop anything by force");
    line("take over or give back in a system in work; override a veto, ever");
    line("change their metadata options; update or stop them from the Console");
  }

  const RunView& run_;
  WallTime now_;
  const Style& style_;
  std::vector<RunRow> rows_;
  std::vector<SystemView> systems_;
  std::string out_;
};

}  // namespace

std::string handover_text(const RunView& run, WallTime now, const Style& style) {
  return Handover(run, now, style).run();
}

}  // namespace v2only::report
