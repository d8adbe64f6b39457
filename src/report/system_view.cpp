#include "report/system_view.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "fleet/command.h"
#include "report/paragraph.h"
#include "report/soak_view.h"
#include "report/table.h"
#include "report/words.h"

namespace v2only::report {
namespace {

using engine::Phase;
using engine::UnitState;

std::string_view wait_of(Phase phase) {
  constexpr std::array<std::string_view, engine::kPhaseNames.size()> kWords = {
      "every gate to hold",
      "its options to show as applied",
      "a boot of it to be seen",
      "its status checks to pass",
      "three good readings of it",
      "AutoSupport to be told",
      "ONTAP to hand its storage over",
      "its partner to serve all its data",
      "ONTAP to shut down",
      "EC2 to stop it",
      "EC2 to show it as stopped",
      "its options to be changed",
      "EC2 to start it, asked again until it does",
      "ONTAP to boot",
      "ONTAP to give its storage back",
      "the system to be whole again",
      "the settling time to pass",
      "its options to be put back",
  };
  return kWords[static_cast<std::size_t>(phase)];
}

// How long the engine waits in the phase; nothing where it has no limit that a person would wait
// for.
std::optional<Duration> limit_of(Phase phase, const fleet::OntapPolicy& policy) {
  const auto& limits = policy.timeouts;
  switch (phase) {
    case Phase::kGates:
    case Phase::kMediatorOptions:
    case Phase::kMediatorGood:
    case Phase::kHealthy:
    case Phase::kRestore:
      return limits.health;
    case Phase::kMediatorReboot:
    case Phase::kMediatorBack:
      return limits.boot;
    case Phase::kHandover:
    case Phase::kTakenOver:
      return limits.takeover;
    case Phase::kShutdown:
    case Phase::kStop:
    case Phase::kStopped:
    case Phase::kOptions:
      return limits.stop;
    case Phase::kBooted:
      return limits.start + limits.boot;
    case Phase::kGiveback:
      return limits.giveback;
    case Phase::kSettle:
      return policy.settle;
    case Phase::kNote:
    case Phase::kStart:
      break;
  }
  return std::nullopt;
}

const std::optional<fleet::Consent>* consent_to(const fleet::Plan& plan, const UnitId& unit,
                                                bool pair) {
  const auto found = plan.facts.systems.find(unit);
  if (found == plan.facts.systems.end()) return nullptr;
  return pair ? &found->second.failover : &found->second.outage;
}

class Viewer {
 public:
  Viewer(const fleet::Plan& plan, const engine::UnitRecord& unit, WallTime now, const RunId& run)
      : plan_(plan), unit_(unit), record_(*unit.restart), now_(now), run_(run) {
    view_.unit = &unit;
    view_.cvo = &*unit.planned->cvo;
  }

  SystemView run() {
    members();
    view_.in_hand = std::min<std::size_t>(record_.member, view_.members.size() - 1);
    for (std::size_t i = 0; i < view_.members.size(); ++i) view_.members[i].standing = standing(i);
    view_.state = state();
    if (view_.in_work()) in_work(view_.members[view_.in_hand]);
    if (unit_.state == UnitState::kWaiting) waiting(view_.members[view_.in_hand]);
    return std::move(view_);
  }

 private:
  void members() {
    const auto& cvo = *view_.cvo;
    if (cvo.mediator) {
      view_.members.push_back({*cvo.mediator, nullptr, "mediator", "mediator"});
    }
    for (const auto& node : cvo.nodes) {
      const bool own = node.name.starts_with(cvo.cluster + "-");
      view_.members.push_back({node.instance, &node, node.name,
                               own ? node.name.substr(cvo.cluster.size()) : node.name});
    }
  }

  InstanceStanding standing(std::size_t member) const {
    if (unit_.state == UnitState::kDone || member < record_.member) return InstanceStanding::kDone;
    if (unit_.state == UnitState::kSkipped) return InstanceStanding::kSkipped;
    if (member > record_.member) {
      const bool over =
          unit_.state == UnitState::kFailed || unit_.state == UnitState::kNeedsOperator;
      return over ? InstanceStanding::kSkipped : InstanceStanding::kWaiting;
    }
    switch (unit_.state) {
      case UnitState::kFailed:
        return InstanceStanding::kFailed;
      case UnitState::kNeedsOperator:
        return InstanceStanding::kNeedsOperator;
      case UnitState::kInWork:
        return InstanceStanding::kInProgress;
      default:
        return InstanceStanding::kWaiting;
    }
  }

  std::string_view state() const {
    const bool any_node = record_.member > (view_.cvo->mediator ? 1U : 0U);
    if (view_.in_work() && record_.phase == Phase::kGates && any_node) return "one-node-done";
    return engine::name_of(unit_.state);
  }

  void in_work(MemberView& member) const {
    member.phase = record_.phase;
    member.since = record_.phase_at;
    if (record_.paused) return wait_for_go(member);
    member.waits_for = wait_of(record_.phase);
    const auto& act = record_.act;
    if (act && act->again) {
      member.waits_for += ", refused for now: " + act->said();
    }
    const auto limit = limit_of(record_.phase, plan_.policy.ontap);
    if (!limit || !record_.phase_at) return;
    // Some waits are counted from the act, which comes later.
    member.until = std::max(*record_.phase_at, act ? act->at : WallTime{}) + *limit;
  }

  void wait_for_go(MemberView& member) const {
    member.waits_for = "the operator: " + go_command(run_);
    member.for_go = true;
  }

  void waiting(MemberView& member) const {
    if (record_.paused) return wait_for_go(member);
    const auto* consent = consent_to(plan_, unit_.planned->id, view_.cvo->pair());
    if (consent == nullptr || !*consent || now_ >= (*consent)->from) return;
    member.waits_for = "its consent to begin";
    member.until = (*consent)->from;
  }

  const fleet::Plan& plan_;
  const engine::UnitRecord& unit_;
  const engine::RestartRecord& record_;
  WallTime now_;
  const RunId& run_;
  SystemView view_;
};

// What a person looks for first.
int rank_of(const SystemView& system) {
  constexpr std::array kRanks = {2, 0, 4, 5, 3, 1};  // by UnitState
  return kRanks[static_cast<std::size_t>(system.unit->state)];
}

Tone tone_of(InstanceStanding standing) {
  switch (standing) {
    case InstanceStanding::kDone:
      return Tone::kGood;
    case InstanceStanding::kInProgress:
      return Tone::kNews;
    case InstanceStanding::kFailed:
    case InstanceStanding::kNeedsOperator:
      return Tone::kBad;
    default:
      return Tone::kPlain;
  }
}

// Mediator, then the nodes; a single node stands in the first node's column.
std::vector<Cell> row_of(const SystemView& system, WallTime now) {
  std::vector<Cell> cells = {{system.id().str(), {}, Tone::kStrong}};
  if (!system.cvo->mediator) cells.push_back({"-"});
  for (const auto& member : system.members) {
    auto text = member_in_short(member, now);
    if (member.node == nullptr) text.erase(0, member.brief.size() + 1);  // its column says so
    cells.push_back({text, {}, tone_of(member.standing)});
  }
  cells.resize(4);
  return cells;
}

// After it no other system begins.
bool is_trouble(const SystemView& system) {
  return system.unit->state == UnitState::kFailed ||
         system.unit->state == UnitState::kNeedsOperator;
}

// Nothing of it is under way.
bool may_be_kept_waiting(const SystemView& system) {
  return system.unit->state == UnitState::kWaiting ||
         (system.in_work() && system.unit->restart->phase == Phase::kGates);
}

// First an agent, then what it manages. A consent that begins later still is waited for instead.
void wait_for_agents(SystemView& system, const fleet::Plan& plan, const engine::RunState& state,
                     WallTime now) {
  auto& member = system.members[system.in_hand];
  if (system.unit->state != UnitState::kWaiting || member.for_go) return;
  const auto wait = agent_wait_of(plan, state, *system.cvo, now);
  if (!wait || (member.until && (!wait->until || *wait->until <= *member.until))) return;
  const auto agent = wait->agent.empty() ? "a Console agent that an earlier run has changed"
                                         : "its Console agent " + wait->agent.str();
  member.waits_for = agent + (wait->until ? " to soak" : " to be changed first");
  member.until = wait->until;
  member.lasts = true;
}

// Never within a day of those that the policy keeps apart from it.
void keep_apart(SystemView& system, const std::vector<SystemView>& all,
                const fleet::OntapPolicy& policy, WallTime now) {
  for (const auto& group : policy.apart) {
    if (std::find(group.begin(), group.end(), system.id()) == group.end()) continue;
    for (const auto& other : all) {
      const auto& worked = other.unit->restart->worked_at;
      const bool counts = other.unit != system.unit && worked &&
                          std::find(group.begin(), group.end(), other.id()) != group.end();
      if (!counts || now - *worked >= std::chrono::hours(24)) continue;
      auto& member = system.members[system.in_hand];
      member.waits_for = "a day to pass since work on " + other.id().str();
      member.until = *worked + std::chrono::hours(24);
    }
  }
}

}  // namespace

std::string systems_lines(const fleet::Plan& plan, const engine::RunState& state, WallTime now,
                          std::size_t limit, const Style& style, const RunId& run) {
  auto systems = systems_of(plan, state, now, run);
  if (systems.empty()) return {};
  std::stable_sort(systems.begin(), systems.end(),
                   [](const auto& a, const auto& b) { return rank_of(a) < rank_of(b); });
  const auto shown = std::min(limit, systems.size());
  Table table({{"System", 12}, {"Mediator", 8}, {"Node"}, {"Node"}});
  std::string below;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& system = systems[i];
    table.row(row_of(system, now));
    if (system.member().waits_for.empty()) continue;
    below += paragraph(system.id().str() + ": " + member_in_words(system.member(), now), style,
                       "  ", "      ");
    const auto& undone = system.unit->restart->abandoned;
    if (undone && system.in_work())
      below += paragraph("undone: " + *undone, style, "      ", "      ");
  }
  auto out = table.text(style);
  if (shown < systems.size())
    out += "... and " + counted(systems.size() - shown, "more system") + "\n";
  return out + below;
}

SystemView system_view(const fleet::Plan& plan, const engine::UnitRecord& unit, WallTime now,
                       const RunId& run) {
  return Viewer(plan, unit, now, run).run();
}

std::string go_command(const RunId& run) {
  return "v2only go " + (run.empty() ? "RUN" : run.str());
}

std::vector<SystemView> systems_of(const fleet::Plan& plan, const engine::RunState& state,
                                   WallTime now, const RunId& run) {
  std::vector<SystemView> out;
  for (const auto& unit : state.units()) {
    if (unit.restart) out.push_back(system_view(plan, unit, now, run));
  }
  const bool halted = std::any_of(out.begin(), out.end(), is_trouble);
  for (auto& system : out) {
    if (!may_be_kept_waiting(system)) continue;
    if (halted) {
      auto& member = system.members[system.in_hand];
      member.waits_for =
          "nothing: another system failed or needs an operator, so it does not begin";
      member.until.reset();
      member.for_go = false;
      continue;
    }
    wait_for_agents(system, plan, state, now);
    if (system.member().waits_for.empty()) keep_apart(system, out, plan.policy.ontap, now);
  }
  return out;
}

bool waits_at_pause(const engine::UnitRecord& unit) {
  const bool open = unit.state == UnitState::kWaiting || unit.state == UnitState::kInWork;
  return open && unit.restart && unit.restart->paused;
}

std::string member_in_short(const MemberView& member, WallTime now) {
  auto out = member.brief + " ";
  if (!member.phase) return out + std::string(name_of(member.standing));
  auto phase = engine::name_of(*member.phase);
  constexpr std::string_view kOwn = "mediator-";
  if (member.node == nullptr && phase.starts_with(kOwn)) phase.remove_prefix(kOwn.size());
  out += phase;
  if (member.since && now >= *member.since) out += " " + format_elapsed(now - *member.since);
  return out;
}

namespace {

std::string_view until_word(const MemberView& member) {
  if (member.phase) return ", until ";
  return member.lasts ? " until " : ", at ";
}

}  // namespace

std::string member_in_words(const MemberView& member, WallTime now) {
  auto out = (member.node == nullptr ? "" : "node ") + member.name;
  if (member.phase) out += " is in phase " + std::string(engine::name_of(*member.phase));
  if (member.since) {
    out += " since " + shown(*member.since);
    if (now >= *member.since) out += " (" + format_elapsed(now - *member.since) + ")";
  }
  if (member.waits_for.empty()) return out;
  out += (member.phase ? "; it waits for " : " waits for ") + member.waits_for;
  if (member.until) out += std::string(until_word(member)) + shown(*member.until);
  return out;
}

std::string rest_in_words(const SystemView& system) {
  const auto& member = system.member();
  if (member.node == nullptr) return "until the mediator is back and good";
  return "until node " + member.name +
         (system.cvo->pair() ? " is back and the pair is whole" : " is back and whole");
}

std::string left_in_words(const fleet::Plan& plan, const SystemView& system) {
  const auto& member = system.member();
  const auto start = fleet::aws_command("start-instances", system.cvo->region, member.instance,
                                        {plan.endpoint, {}});
  auto out = (member.node == nullptr ? "" : "node ") + member.name + " (" + member.instance.str() +
             ") of " + system.id().str() + ", in phase " +
             std::string(engine::name_of(*member.phase)) + ": ";
  switch (*member.phase) {
    case Phase::kHandover:
    case Phase::kTakenOver:
    case Phase::kShutdown:
    case Phase::kStop:
      return out + "it may be halted. By hand: stop it without force, then " + start;
    case Phase::kStopped:
    case Phase::kOptions:
    case Phase::kStart:
      return out + "it is stopped, or about to be. By hand: " + start;
    case Phase::kBooted:
      return out + "it boots, if it was started. By hand: " + start;
    case Phase::kGiveback:
      return out + "it may be without its storage. By hand: storage failover giveback -ofnode " +
             member.name;
    default:
      return out + "its instance runs";
  }
}

}  // namespace v2only::report
