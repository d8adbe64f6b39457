#include "harness/checker_systems.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "engine/run_state.h"
#include "engine/situation.h"
#include "fleet/plan_json.h"
#include "harness/system_history.h"

namespace v2only::simtest {
namespace {

using engine::ActKind;
using fleet::OptionField;
using sim::LogEntry;
using std::chrono::hours;
using std::chrono::seconds;
using Kind = WireCall::Kind;

// Design, invariant 8: what guards a restart is at most so old, by either clock.
constexpr Duration kGuards = seconds(30);
// From a decision until its call has left: a call waits its turn at AWS's rates, and is not sent
// once its guard is too old.
constexpr Duration kOnTheWay = kGuards + seconds(1);

bool is_power(Kind kind) { return is_act(kind) && kind != Kind::kModify; }

// One CVO system of a plan, and all that befell it in a phase.
class SystemChecker {
 public:
  SystemChecker(const Scenario& scenario, const sim::World& world, const WireLog& wire,
                const Phase& phase, const fleet::PlannedUnit& unit,
                std::vector<std::string>& violations)
      : scenario_(scenario),
        wire_(wire),
        phase_(phase),
        plan_(phase.record.plan),
        unit_(unit),
        cvo_(*unit.cvo),
        history_(world, spec_of(world, unit.id)),
        violations_(violations) {}

  void check_all() {
    for (std::size_t i = 0; i < wire_.calls.size(); ++i) {
      const auto& call = wire_.calls[i];
      if (is_in_phase(call.at) && is_act(call.kind)) check_act(i);
    }
    check_served();
    check_counts();
    check_beginnings();
    check_pauses();
    if (phase_.rested) check_up();
  }

 private:
  static const sim::CvoSpec& spec_of(const sim::World& world, const UnitId& id) {
    const auto& all = world.spec().cvo;
    return *std::find_if(all.begin(), all.end(),
                         [&](const sim::CvoSpec& spec) { return spec.system == id; });
  }

  void violated(const std::string& what) { violations_.push_back(unit_.id.str() + ": " + what); }
  bool is_in_phase(WallTime at) const { return at >= phase_.began && at <= phase_.ended; }

  // --- acts, as they left ------------------------------------------------------------------------

  // Which node an act is on; nothing: none of this system's.
  std::optional<std::size_t> node_of(const WireCall& call) const {
    for (std::size_t i = 0; i < cvo_.nodes.size(); ++i) {
      const auto& node = cvo_.nodes[i];
      const bool named = !call.node.empty() && (call.node == node.uuid || call.node == node.name ||
                                                call.node == unit_.id.str());
      if (named || (!call.instance.empty() && call.instance == node.instance)) return i;
    }
    return std::nullopt;
  }

  void check_act(std::size_t index) {
    const auto& call = wire_.calls[index];
    if (!call.instance.empty() && call.instance == cvo_.mediator) return on_mediator(index);
    const auto node = node_of(call);
    if (!node) return;
    if (call.forced && (cvo_.pair() || call.kind != Kind::kHandover)) {
      violated(fmt::format("{} of {} was forced", name_of(call.kind), name_of_node(*node)));
    }
    switch (call.kind) {
      case Kind::kHandover:
      case Kind::kConsoleStop:
        check_leave(call);
        if (cvo_.pair()) check_handover(index, *node);
        return;
      case Kind::kStop:
        if (cvo_.pair()) check_stop(index, *node);
        return;
      case Kind::kModify:
        if (call.requires_v2) check_cut_off(call, *node);
        return;
      default:
        return;
    }
  }

  const std::string& name_of_node(std::size_t node) const { return cvo_.nodes[node].name; }

  // The newest reading that may guard the act; null: none is young enough.
  const WireCall* guard_of(std::size_t act, Kind kind) const {
    const auto& sent = wire_.calls[act].sent;
    for (std::size_t i = act; i-- > 0;) {
      const auto& call = wire_.calls[i];
      if (sent.mono - call.sent.mono > kGuards) return nullptr;
      if (call.kind != kind || !call.answered || !is_of_system(call)) continue;
      return is_older_than(call.sent, sent, kGuards) ? nullptr : &call;
    }
    return nullptr;
  }

  bool is_of_system(const WireCall& call) const {
    const auto& spec = history_.spec();
    return call.host == spec.cluster_address ||
           std::any_of(spec.nodes.begin(), spec.nodes.end(), [&](const sim::CvoNodeSpec& node) {
             return node.management_address == call.host;
           });
  }

  static std::string state_in(const WireCall& reading, const std::string& node) {
    const auto found = reading.nodes.find(node);
    return found == reading.nodes.end() ? "not shown" : found->second.state;
  }

  // The whole pair was just seen: both up, nothing taken over, each able to take over, mirrors
  // normal (2, 8).
  void check_whole(std::size_t act, const std::string& what) {
    const auto* nodes = guard_of(act, Kind::kNodes);
    const auto* failover = guard_of(act, Kind::kFailover);
    const auto* aggregates = guard_of(act, Kind::kAggregates);
    if (nodes == nullptr || failover == nullptr || aggregates == nullptr) {
      return violated(what + " without a reading of the last 30 s (8)");
    }
    for (const auto& node : cvo_.nodes) {
      const auto shown = nodes->nodes.find(node.name);
      const bool good = shown != nodes->nodes.end() && shown->second.state == "up" &&
                        shown->second.takeover == "not_attempted" &&
                        shown->second.giveback == "nothing_to_giveback";
      if (!good) violated(what + ", though " + node.name + " was not seen whole just before (2)");
    }
    if (!failover->all_possible) violated(what + ", though a takeover was not possible (2)");
    if (!aggregates->mirrors_normal) violated(what + ", though a mirror was not normal (2)");
  }

  void check_handover(std::size_t act, std::size_t node) {
    const auto& call = wire_.calls[act];
    const auto what = name_of_node(node) + " was told to go";
    const auto& partner = cvo_.partner_of(node);
    if (history_.away(partner.instance, call.at) && !history_.disturbed(call.at)) {
      violated(what + " while " + partner.name + " was away (1)");
    }
    if (history_.mediator_away(call.at, scenario_.world.power)) {
      violated(what + " while the mediator rebooted (11)");
    }
    check_whole(act, what);
  }

  void check_stop(std::size_t act, std::size_t node) {
    const auto& call = wire_.calls[act];
    const auto what = name_of_node(node) + " was stopped";
    const auto* shown = guard_of(act, Kind::kNodes);
    if (shown == nullptr) return violated(what + " without a reading of the last 30 s (8)");
    const auto state = state_in(*shown, name_of_node(node));
    const bool gone = state == "taken_over" || state == "down" || state == "waiting_for_giveback";
    if (!gone) violated(what + " while ONTAP showed it as " + state + " (2)");
    const auto& partner = cvo_.partner_of(node);
    const auto serving = shown->nodes.find(partner.name);
    const bool served = serving != shown->nodes.end() && serving->second.state == "up" &&
                        serving->second.takeover == "in_takeover";
    if (!served && !was_abandoned()) {
      violated(what + ", though " + partner.name + " was not seen to serve for it (2)");
    }
    if (history_.away(partner.instance, call.at) && !history_.disturbed(call.at)) {
      violated(what + " while " + partner.name + " was away (1)");
    }
  }

  bool was_abandoned() const {
    const auto& all = phase_.record.entries;
    return std::any_of(all.begin(), all.end(), [&](const engine::Entry& entry) {
      const auto* abandoned = std::get_if<engine::Abandoned>(&entry);
      return abandoned != nullptr && abandoned->unit == unit_.id;
    });
  }

  void on_mediator(std::size_t act) {
    const auto& call = wire_.calls[act];
    const bool changes = call.kind == Kind::kModify && call.requires_v2;
    if (call.kind != Kind::kReboot && !changes) return;
    check_leave(call);
    const std::string what = changes ? "the mediator was changed" : "the mediator was rebooted";
    if (!changes) check_whole(act, what);
    for (const auto& node : cvo_.nodes) {
      if (history_.away(node.instance, call.at) && !history_.disturbed(call.at)) {
        violated(what + " while " + node.name + " was away (11)");
      }
    }
  }

  // No running ONTAP is cut off from IMDS: tokens become required while the node is stopped.
  void check_cut_off(const WireCall& call, std::size_t node) {
    const auto& id = cvo_.nodes[node].instance;
    if (history_.stopped(id, call.at) || history_.disturbed(id, call.at)) return;
    violated(name_of_node(node) + " was changed while it ran (2)");
  }

  // What begins does so with consent in force, and in a window.
  void check_leave(const WireCall& call) {
    if (plan_.kind == fleet::PlanKind::kRollback) return;
    const auto& fact = plan_.facts.systems.at(unit_.id);
    const auto& consent = cvo_.pair() ? fact.failover : fact.outage;
    const auto from = call.sent.wall - kOnTheWay;
    if (!consent || call.sent.wall < consent->from || from >= consent->until) {
      violated(
          fmt::format("{} at {}, without consent", name_of(call.kind), format_utc(call.sent.wall)));
    }
    const auto closes = scenario_.calendar.closes_at(call.sent.wall);
    const bool open = !closes || *closes > call.sent.wall || scenario_.calendar.is_open(from);
    if (!open) {
      violated(fmt::format("{} at {}, outside its windows", name_of(call.kind),
                           format_utc(call.sent.wall)));
    }
  }

  // --- what the world saw ------------------------------------------------------------------------

  // No pair is ever unserved because of us (1).
  void check_served() {
    if (!cvo_.pair() || !history_.spec().mediator_knows_v2) return;
    for (const auto* entry : history_.entries()) {
      if (entry->kind != LogEntry::Kind::kUnserved || !is_in_phase(entry->at)) continue;
      if (history_.disturbed(entry->at)) continue;
      violated("its data was not served from " + format_utc(entry->at) + " on (1)");
    }
  }

  std::size_t effects(LogEntry::Kind kind, const InstanceId& member) const {
    const auto& all = history_.entries();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const LogEntry* entry) {
          return entry->kind == kind && entry->instance == member && is_ours(*entry) &&
                 entry->caller != "ONTAP" && is_in_phase(entry->at);
        }));
  }

  std::size_t intents(const InstanceId& member, std::initializer_list<ActKind> kinds) const {
    const auto& all = phase_.record.entries;
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const engine::Entry& entry) {
          const auto* intent = std::get_if<engine::ActIntent>(&entry);
          return intent != nullptr && intent->instance == member &&
                 std::find(kinds.begin(), kinds.end(), intent->act.kind) != kinds.end();
        }));
  }

  void check_intents(const InstanceId& member, LogEntry::Kind kind, const std::string& what,
                     std::initializer_list<ActKind> kinds) {
    const auto seen = effects(kind, member);
    const auto meant = intents(member, kinds);
    if (seen > meant) {
      violated(fmt::format("{} {} {} times, with {} durable intents (3)", member.str(), what, seen,
                           meant));
    }
  }

  // Every effect was intended (3), and no node is restarted twice for one change (4).
  void check_counts() {
    using K = LogEntry::Kind;
    for (const auto& node : cvo_.nodes) {
      check_intents(node.instance, K::kStopped, "was stopped",
                    {ActKind::kStop, ActKind::kConsoleStop});
      check_intents(node.instance, K::kStarted, "was started",
                    {ActKind::kStart, ActKind::kConsoleStart});
      check_intents(node.instance, K::kTakeover, "was taken over",
                    {ActKind::kShutdown, ActKind::kReboot, ActKind::kTakeover});
      if (history_.disturbed(phase_.ended)) continue;
      const bool twice =
          effects(K::kStopped, node.instance) > 1 || effects(K::kTakeover, node.instance) > 1;
      if (twice) violated(node.name + " was restarted twice (4)");
    }
    if (!cvo_.mediator) return;
    check_intents(*cvo_.mediator, K::kRebooted, "was rebooted", {ActKind::kInstanceReboot});
    // Once more only where the first request had no answer.
    if (effects(K::kRebooted, *cvo_.mediator) > 2) violated("its mediator was rebooted again (4)");
  }

  // Whatever we stopped is started again; where the world makes that impossible, an operator is
  // told of it (10).
  void check_up() {
    const auto state = end_state();
    const auto& units = state.units();
    const auto end = std::find_if(units.begin(), units.end(), [&](const engine::UnitRecord& each) {
      return each.planned->id == unit_.id;
    });
    for (const auto& node : cvo_.nodes) {
      if (!is_left_stopped(node.instance)) continue;
      const bool told = end->state == engine::UnitState::kNeedsOperator &&
                        (end->reason.find(node.instance.str()) != std::string::npos ||
                         end->reason.find(node.name) != std::string::npos);
      if (!told) violated(node.name + " was stopped and not started again (10)");
    }
  }

  // The last that happened to it in the phase is a stop that we asked for.
  bool is_left_stopped(const InstanceId& member) const {
    bool left = false;
    for (const auto* entry : history_.entries()) {
      if (entry->instance != member || !is_in_phase(entry->at)) continue;
      if (entry->kind == LogEntry::Kind::kStopped) left = is_ours(*entry);
      if (entry->kind == LogEntry::Kind::kStarted || entry->kind == LogEntry::Kind::kGone) {
        left = false;
      }
    }
    return left;
  }

  engine::RunState end_state() const {
    engine::RunState state(plan_);
    for (const auto& entry : phase_.record.entries) {
      if (!state.apply(entry)) break;  // said elsewhere
    }
    return state;
  }

  // --- what the journal says ---------------------------------------------------------------------

  // A cycle begins inside its consent and its window, and so that it can end there; never within a
  // day of a system that it is to be kept apart from.
  void check_beginnings() {
    const auto& record = phase_.record;
    for (std::size_t i = 0; i < record.entries.size(); ++i) {
      const auto* began = std::get_if<engine::CycleBegan>(&record.entries[i]);
      if (began == nullptr || began->unit != unit_.id) continue;
      const auto at = record.at[i];
      const auto end = at + plan_.policy.ontap.expected * 3 / 2;
      const auto& fact = plan_.facts.systems.at(unit_.id);
      const auto& consent = cvo_.pair() ? fact.failover : fact.outage;
      if (!consent || at < consent->from || end > consent->until + seconds(1)) {
        violated("a cycle began at " + format_utc(at) + ", and its consent does not cover it");
      }
      const auto closes = scenario_.calendar.closes_at(at);
      if (closes && end > *closes + seconds(1)) {
        violated("a cycle began at " + format_utc(at) + ", and its window ends before it can");
      }
      check_apart(i);
      check_soaked(i);
    }
  }

  // The agent that manages it was changed long enough before (12).
  void check_soaked(std::size_t index) {
    const auto& agent = history_.spec().agent;
    const auto& record = phase_.record;
    if (!agent || scenario_.misfortune.clock_stepped > 0) return;
    for (std::size_t i = 0; i < record.entries.size(); ++i) {
      const auto* intent = std::get_if<engine::Intent>(&record.entries[i]);
      if (intent == nullptr || intent->instance != *agent) continue;
      if (i < index && record.at[index] - record.at[i] >= plan_.policy.agent_soak) continue;
      violated("a cycle began at " + format_utc(record.at[index]) + ", before its agent " +
               agent->str() + " had soaked (12)");
    }
  }

  void check_apart(std::size_t index) {
    const auto& record = phase_.record;
    if (scenario_.misfortune.clock_stepped > 0) return;
    for (const auto& group : plan_.policy.ontap.apart) {
      if (std::find(group.begin(), group.end(), unit_.id) == group.end()) continue;
      for (std::size_t i = 0; i < index; ++i) {
        const auto* phase = std::get_if<engine::PhaseBegan>(&record.entries[i]);
        if (phase == nullptr || phase->unit == unit_.id) continue;
        const bool of_group = std::find(group.begin(), group.end(), phase->unit) != group.end();
        if (of_group && record.at[index] - record.at[i] < hours(24)) {
          return violated("it began within a day of " + phase->unit.str());
        }
      }
    }
  }

  // Where the operator wants to be asked, nothing is done before the word has come.
  void check_pauses() {
    const auto& wanted = plan_.policy.ontap.pause_before;
    bool went_on = false;
    for (const auto& entry : phase_.record.entries) {
      if (const auto* word = std::get_if<engine::WentOn>(&entry)) {
        went_on = went_on || word->unit == unit_.id;
      } else if (const auto* ended = std::get_if<engine::MemberEnded>(&entry)) {
        if (ended->unit == unit_.id) went_on = false;
      } else if (const auto* intent = std::get_if<engine::ActIntent>(&entry)) {
        if (intent->act.unit != unit_.id || went_on) continue;
        const auto kind = intent->act.kind;
        const bool goes = kind == ActKind::kShutdown || kind == ActKind::kReboot ||
                          kind == ActKind::kTakeover || kind == ActKind::kHalt ||
                          kind == ActKind::kConsoleStop;
        const bool asked =
            (goes && wanted.count(fleet::Pause::kTakeover) > 0) ||
            (kind == ActKind::kInstanceReboot && wanted.count(fleet::Pause::kMediator) > 0);
        if (asked) {
          return violated(std::string(engine::name_of(kind)) + " of " + intent->instance.str() +
                          ", though nobody has said go");
        }
      }
    }
  }

  const Scenario& scenario_;
  const WireLog& wire_;
  const Phase& phase_;
  const fleet::Plan& plan_;
  const fleet::PlannedUnit& unit_;
  const fleet::CvoSystem& cvo_;
  SystemHistory history_;
  std::vector<std::string>& violations_;
};

// Nothing is restarted that the plan does not name, and by a rollback nothing at all (5, 7).
void check_named(const WireLog& wire, const Phase& phase, std::vector<std::string>& violations) {
  const auto& plan = phase.record.plan;
  for (const auto& call : wire.calls) {
    if (call.at < phase.began || call.at > phase.ended || !is_power(call.kind)) continue;
    const auto what = std::string(name_of(call.kind)) + " of " + call.instance.str() + call.node;
    if (plan.kind == fleet::PlanKind::kRollback) {
      violations.push_back(what + " by a rollback (7)");
      continue;
    }
    bool named = false;
    for (const auto& wave : plan.waves) {
      for (const auto& unit : wave.units) {
        if (!unit.cvo) continue;
        named = named || unit.id.str() == call.node ||
                (!call.instance.empty() && unit.cvo->mediator == call.instance);
        for (const auto& node : unit.cvo->nodes) {
          named = named || node.instance == call.instance ||
                  (!call.node.empty() && (node.uuid == call.node || node.name == call.node));
        }
      }
    }
    if (!named) violations.push_back(what + ", though the plan does not name it (5)");
  }
}

// No secret of ONTAP or the Console is in a journal or a plan (9).
void check_secrets(const Scenario& scenario, const WireLog& wire, const Phase& phase,
                   std::vector<std::string>& violations) {
  std::vector<std::string> secrets = wire.tokens;
  for (const auto& system : scenario.world.cvo) secrets.push_back(system.password.reveal());
  if (scenario.world.console) {
    secrets.push_back(scenario.world.console->client_secret.reveal());
    secrets.push_back(scenario.world.console->refresh_token.reveal());
  }
  std::string text = fleet::plan_text(phase.record.plan);
  for (const auto& entry : phase.record.entries) text += engine::to_row(entry).body;
  for (const auto& secret : secrets) {
    if (text.find(secret) == std::string::npos) continue;
    violations.emplace_back(
        "a secret of ONTAP or of the Console is in the journal or the plan (9)");
    return;
  }
}

}  // namespace

void check_systems(const Scenario& scenario, const sim::World& world, const WireLog& wire,
                   const Phase& phase, std::vector<std::string>& violations) {
  check_named(wire, phase, violations);
  check_secrets(scenario, wire, phase, violations);
  for (const auto& wave : phase.record.plan.waves) {
    for (const auto& unit : wave.units) {
      if (!unit.cvo) continue;
      SystemChecker(scenario, world, wire, phase, unit, violations).check_all();
    }
  }
}

}  // namespace v2only::simtest
