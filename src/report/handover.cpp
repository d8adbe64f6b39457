#include "report/handover.h"

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "report/operator_page.h"
#include "report/paragraph.h"
#include "report/run_parts.h"
#include "report/run_section.h"
#include "report/system_view.h"
#include "report/words.h"

namespace v2only::report {
namespace {

// A page has some sixty lines.
constexpr std::size_t kMostConsents = 2;
constexpr std::size_t kMostSystems = 3;
constexpr std::size_t kMostInstances = 3;
constexpr std::size_t kMostEnded = 2;
constexpr std::size_t kMostNamed = 1;

class Handover {
 public:
  Handover(const RunView& run, WallTime now, const Style& style)
      : run_(run),
        now_(now),
        style_(style),
        rows_(rows_of(run)),
        systems_(systems_of(*run.plan, *run.state, now, run.id)) {
    run_.now = now;
  }

  std::string run() {
    out_ = simulated_lines(run_.simulated, run_.endpoint, run_.plan->account, style_);
    out_ += paint("HANDOVER", Tone::kStrong, style_) + "  as of " + shown(now_) + "\n";
    out_ += run_head(run_, style_) + run_counts(run_, style_);
    nodes_away();
    terms();
    in_flight();
    needs_operator();
    ended_badly();
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

  // --- what cannot wait -------------------------------------------------------------------------

  bool is_over() const { return run_.state->ended() || !run_.rollbacks.empty(); }

  // No process carries it on, and nothing has put it back: a resume goes on with it.
  bool is_left() const { return run_.standing != RunStanding::kRunning && !is_over(); }

  // From its handover until its storage is back (engine/phase.h).
  static bool is_away(const SystemView& system) {
    const auto phase = system.unit->restart->phase;
    return system.in_work() && phase >= engine::Phase::kHandover &&
           phase <= engine::Phase::kGiveback;
  }

  void node_away(const SystemView& system) {
    const auto& node = system.member();
    line(system.id().str() + ": node " + node.name + " (" + node.instance.str() +
         ") is down or on its way, in phase " + std::string(engine::name_of(*node.phase)) +
         (node.since ? " since " + shown(*node.since) : ""));
    if (!system.cvo->pair()) return line("nobody serves its data: this is an outage");
    const auto& nodes = system.cvo->nodes;
    const auto& partner = node.node == &nodes[0] ? nodes[1] : nodes[0];
    line("its partner " + partner.name + " (" + partner.management_address +
         ") serves for both; nothing takes over from it meanwhile");
  }

  std::vector<const SystemView*> away() const {
    std::vector<const SystemView*> out;
    if (!is_left()) return out;
    for (const auto& system : systems_) {
      if (is_away(system)) out.push_back(&system);
    }
    return out;
  }

  // Where a node is away the page is for that first.
  std::size_t room_for(std::size_t most) const { return away().empty() ? most : kMostNamed; }

  void nodes_away() {
    const auto away = this->away();
    if (away.empty()) return;
    heading("A node is away, and nobody carries the run on");
    const auto named = std::min(kMostNamed, away.size());
    for (std::size_t i = 0; i < named; ++i) node_away(*away[i]);
    more(away.size() - named, "more system");
    line("v2only resume " + run_.id.str() + "  at once");
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
    const auto shown_systems = std::min(room_for(kMostConsents), open.size());
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

  void section(const std::vector<RunRow>& rows, InstanceStanding standing, std::string_view title,
               std::size_t limit) {
    out_ += section_lines(run_, rows, {standing, title, Tone::kStrong, limit}, style_);
  }

  // Systems have their lines in the table.
  void in_flight() {
    const auto lines =
        systems_lines(*run_.plan, *run_.state, now_, room_for(kMostSystems), style_, run_.id);
    if (!lines.empty()) out_ += "\n" + lines;
    auto rows = rows_;
    std::erase_if(rows, [](const RunRow& row) { return row.unit->restart.has_value(); });
    section(rows, InstanceStanding::kInProgress, "In flight", kMostInstances);
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
    out_ += operator_page(*run_.plan, *stuck.front(), style_, goes_on());
    const auto named = std::min(kMostNamed, stuck.size() - 1);
    for (std::size_t i = 1; i <= named; ++i) {
      line(stuck[i]->id().str() + " needs an operator too: " + stuck[i]->unit->code);
    }
    more(stuck.size() - 1 - named, "more system");
  }

  // Those of a system that needs an operator are on its page.
  void ended_badly() {
    auto rows = rows_;
    std::erase_if(rows, [](const RunRow& row) {
      return row.unit->state == engine::UnitState::kNeedsOperator;
    });
    section(rows, InstanceStanding::kFailed, "Failed", room_for(kMostEnded));
    section(rows, InstanceStanding::kSkipped, "Skipped", room_for(kMostEnded));
  }

  // A system is in the run's hands, and the run may go on with it.
  bool goes_on() const {
    return !is_over() && std::any_of(systems_.begin(), systems_.end(),
                                     [](const SystemView& each) { return each.in_work(); });
  }

  void not_by_hand() {
    if (!goes_on()) return;
    heading("Not by hand meanwhile");
    line("start, stop or reboot a member in work: the run starts what it has stopped");
    line("touch the partner of a node that is away; stop anything by force");
    line("take over or give back in a system in work; override a veto, ever");
    line("change their metadata options; update or stop them from the Console");
  }

  RunView run_;  // as of now
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
