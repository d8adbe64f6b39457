#include "harness/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "engine/run_state.h"
#include "fleet/plan_json.h"
#include "harness/checker_systems.h"

namespace v2only::simtest {
namespace {

using engine::UnitState;
using fleet::OptionField;
using fleet::OptionSet;
using sim::LogEntry;
using std::chrono::seconds;

// Design, invariant 8: options are read again within 60 s before they are written. The answer of
// the reading and the write itself take their time on the way.
constexpr Duration kReadingGuardsFor = seconds(60);
constexpr Duration kOnTheWay = seconds(1);

struct Planned {
  const fleet::PlannedUnit* unit = nullptr;
  const fleet::Step* step = nullptr;
  std::size_t number = 0;  // of the step in its unit
};

class PhaseChecker {
 public:
  PhaseChecker(const Scenario& scenario, const sim::World& world, const Phase& phase,
               std::vector<std::string>& violations)
      : scenario_(scenario),
        world_(world),
        phase_(phase),
        plan_(phase.record.plan),
        violations_(violations) {
    for (const auto& wave : plan_.waves) {
      for (const auto& unit : wave.units) {
        for (std::size_t i = 0; i < unit.steps.size(); ++i) {
          planned_[unit.steps[i].instance].push_back({&unit, &unit.steps[i], i});
        }
      }
    }
    for (const auto& entry : world.log()) {
      if (entry.at < phase.began || entry.at > phase.ended) continue;
      by_instance_[entry.instance].push_back(&entry);
    }
  }

  void check_all() {
    for (const auto& [instance, entries] : by_instance_) check_instance(instance, entries);
    check_journal();
    check_secrets();
  }

 private:
  void violated(const InstanceId& instance, const std::string& what) {
    violations_.push_back(instance.str() + ": " + what);
  }

  // --- what the world saw ------------------------------------------------------------------

  void check_instance(const InstanceId& instance, const std::vector<const LogEntry*>& entries) {
    std::size_t writes = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i]->kind != LogEntry::Kind::kModified) continue;
      ++writes;
      const auto found = planned_.find(instance);
      if (found == planned_.end()) {
        violated(instance, "changed, though the plan does not name it (5)");
        continue;
      }
      check_intents(instance, *entries[i], writes);
      check_write(meant_by(found->second, *entries[i]), *entries[i], served_before(entries, i));
    }
  }

  // Of an instance's steps the one that the write carries out: the first whose values it has.
  static const Planned& meant_by(const std::vector<Planned>& steps, const LogEntry& write) {
    for (const auto& planned : steps) {
      const bool moves = !write.after.changed_from(write.before).only(planned.step->set).empty();
      if (write.after.satisfies(planned.step->set) && moves) return planned;
    }
    return steps.front();
  }

  // Each change of the world has a durable intent before it (3).
  void check_intents(const InstanceId& instance, const LogEntry& write, std::size_t writes) {
    std::size_t intents = 0;
    const auto& record = phase_.record;
    for (std::size_t i = 0; i < record.entries.size(); ++i) {
      const auto* intent = std::get_if<engine::Intent>(&record.entries[i]);
      // The machine's clock may be set: times of two clocks compare only where it was not.
      const bool before = record.at[i] <= write.at || scenario_.misfortune.clock_stepped > 0;
      if (intent != nullptr && intent->instance == instance && before) ++intents;
    }
    if (intents < writes) {
      violated(instance,
               fmt::format("written {} times, with {} durable intents (3)", writes, intents));
    }
  }

  // What was shown of the instance in the time that may guard a write.
  std::vector<const LogEntry*> served_before(const std::vector<const LogEntry*>& entries,
                                             std::size_t index) const {
    const auto at = entries[index]->at;
    Duration window = kReadingGuardsFor + kOnTheWay;
    // A write that takes effect late was guarded when it was sent.
    if (scenario_.late_effects) window += seconds(45);
    std::vector<const LogEntry*> out;
    for (std::size_t i = 0; i < index; ++i) {
      if (entries[i]->kind == LogEntry::Kind::kServed && at - entries[i]->at <= window) {
        out.push_back(entries[i]);
      }
    }
    return out;
  }

  void check_write(const Planned& planned, const LogEntry& write,
                   const std::vector<const LogEntry*>& served) {
    const auto& instance = write.instance;
    if (served.empty()) {
      violated(instance, "written without a reading of the last 60 s (8)");
      return;
    }
    const auto seen = [&](const std::function<bool(const OptionSet&)>& holds) {
      return std::any_of(served.begin(), served.end(),
                         [&](const LogEntry* s) { return holds(s->after); });
    };
    const auto& step = *planned.step;
    if (is_put_back(planned, write)) return;
    if (!seen([&](const OptionSet& s) { return s.satisfies(step.expect); })) {
      violated(instance, "forced, though it no longer matched the plan (8)");
    }
    if (!write.after.satisfies(step.set)) {
      violated(instance, "written with other values than the plan's: " + write.after.to_text());
    }
    check_identity(*planned.unit, write, served);
    check_others_kept(step, write, seen);
    check_members_seen(planned, write);
  }

  // A member of a CVO system that did not come back well is put back at once, and an agent that
  // does not work: what we wrote, to what it was.
  static bool is_put_back(const Planned& planned, const LogEntry& write) {
    const bool may = planned.unit->cvo || planned.unit->workload == "netapp-console-agent";
    const auto& step = *planned.step;
    const bool ours = write.before.satisfies(step.set) || write.before == write.after;
    return may && ours && write.after.satisfies(step.inverse());
  }

  // What the tags say that an instance is, as far as this harness's fleets go.
  std::string workload_by(const std::map<std::string, std::string>& tags) const {
    const auto value = [&](const std::string& key) {
      const auto found = tags.find(key);
      return found == tags.end() ? std::string() : found->second;
    };
    const bool in_system =
        !value("WorkingEnvironment").empty() || !value("WorkingEnvironmentId").empty();
    if (in_system) return "a system's";
    const auto agent = value("OCCMInstance");
    if (!agent.empty()) return agent == "true" ? "netapp-console-agent" : "a doubt";
    for (const auto& [name, profile] : plan_.policy.profiles) {
      if (profile.match_tag_name && value(*profile.match_tag_name) == profile.match_tag_value) {
        return name;
      }
    }
    return "generic";
  }

  // Nothing is changed that by its tags has become something else than the plan takes it for (8).
  void check_identity(const fleet::PlannedUnit& unit, const LogEntry& write,
                      const std::vector<const LogEntry*>& served) {
    if (plan_.kind != fleet::PlanKind::kApply) return;
    const bool known = std::any_of(served.begin(), served.end(), [&](const LogEntry* s) {
      return workload_by(s->tags) == (unit.cvo ? "a system's" : unit.workload);
    });
    if (known) return;
    violated(write.instance, "changed as " + unit.workload + ", though by its tags it is " +
                                 workload_by(served.back()->tags) + " now (8)");
  }

  // No option moves that the plan does not name (5, 7); one that somebody changed between our
  // reading and our write may be put back to what we read.
  void check_others_kept(const fleet::Step& step, const LogEntry& write, const auto& seen) {
    if (scenario_.echo_moves) return;
    for (const auto field : fleet::kOptionFields) {
      if (step.set.get(field) || write.after.get(field) == write.before.get(field)) continue;
      const bool as_read =
          seen([&](const OptionSet& s) { return s.get(field) == write.after.get(field); });
      if (as_read) continue;
      violated(write.instance,
               fmt::format("{} went from {} to {}, and the plan does not say so (5)",
                           fleet::name_of(field), write.before.get(field).value_or("-"),
                           write.after.get(field).value_or("-")));
    }
    const bool lowers = write.after.hop_limit() < write.before.hop_limit();
    const bool named = step.set.get(OptionField::kHttpPutResponseHopLimit).has_value();
    if (plan_.kind == fleet::PlanKind::kApply && named && lowers &&
        !seen([&](const OptionSet& s) { return s.hop_limit() <= write.after.hop_limit(); })) {
      violated(write.instance, "its hop limit was lowered (5)");
    }
  }

  // No member is changed while another has not been seen (5).
  void check_members_seen(const Planned& planned, const LogEntry& write) {
    if (planned.number > 0) return;
    for (const auto& step : planned.unit->steps) {
      if (step.instance == write.instance) continue;
      const auto log = by_instance_.find(step.instance);
      const bool shown =
          log != by_instance_.end() &&
          std::any_of(log->second.begin(), log->second.end(), [&](const LogEntry* e) {
            return e->kind == LogEntry::Kind::kServed && e->at <= write.at &&
                   write.at - e->at <= kReadingGuardsFor + kOnTheWay + seconds(45);
          });
      const bool gone =
          log != by_instance_.end() &&
          std::any_of(log->second.begin(), log->second.end(), [&](const LogEntry* e) {
            return e->kind == LogEntry::Kind::kGone && write.at - e->at > kReadingGuardsFor * 2;
          });
      if (!shown || gone) {
        violated(write.instance,
                 "changed, though member " + step.instance.str() + " was not seen (5)");
      }
    }
  }

  // --- what the journal says ---------------------------------------------------------------

  void check_journal() {
    engine::RunState state(plan_);
    for (const auto& entry : phase_.record.entries) {
      check_beginning(state, entry);
      if (const auto applied = state.apply(entry); !applied) {
        violations_.push_back(to_string(applied.error()));
        return;
      }
      check_width(state);
    }
    const bool rested = state.ended() || state.stopped();
    if (state.ended() && state.in_work() > 0) violations_.push_back("ended with units in work (4)");
    for (const auto& unit : state.units()) {
      if (rested && unit.open) {
        violated(unit.planned->steps[unit.step].instance, "its intent was never answered for (4)");
      }
      check_end(unit);
    }
  }

  // CVO systems have a width of their own.
  void check_width(const engine::RunState& state) {
    if (state.in_work() == 0) return;
    const auto systems = static_cast<std::size_t>(std::count_if(
        state.units().begin(), state.units().end(),
        [](const auto& unit) { return unit.planned->cvo && unit.state == UnitState::kInWork; }));
    const auto at_most = [&](std::size_t in_work, int width) {
      if (in_work <= static_cast<std::size_t>(width)) return;
      violations_.push_back(fmt::format("{} units in work, the width is {} (6)", in_work, width));
    };
    at_most(state.in_work() - systems, plan_.policy.waves.width);
    at_most(systems, plan_.policy.ontap.width);
  }

  // Once the failure limit is reached no unit begins (6).
  void check_beginning(const engine::RunState& state, const engine::Entry& entry) {
    const auto* intent = std::get_if<engine::Intent>(&entry);
    const auto* cycle = std::get_if<engine::CycleBegan>(&entry);
    if (intent == nullptr && cycle == nullptr) return;
    const auto& unit =
        state.unit(*state.index_of(intent != nullptr ? intent->write.unit : cycle->unit));
    const auto failed = state.failed() + state.needs_operator();
    const bool begins = unit.state == UnitState::kWaiting;
    if (begins && failed >= static_cast<std::size_t>(plan_.policy.failures)) {
      violated(intent != nullptr ? intent->instance : InstanceId(cycle->unit.str()),
               fmt::format("began after {} failures, the limit is {} (6)", failed,
                           plan_.policy.failures));
    }
  }

  // What the run says of a unit is so, unless somebody else had a hand in it.
  void check_end(const engine::UnitRecord& unit) {
    for (std::size_t i = 0; i < unit.planned->steps.size(); ++i) {
      const auto& step = unit.planned->steps[i];
      const auto log = by_instance_.find(step.instance);
      const auto touched = [&](LogEntry::Kind kind) {
        return log != by_instance_.end() &&
               std::any_of(log->second.begin(), log->second.end(),
                           [&](const LogEntry* e) { return e->kind == kind; });
      };
      const bool again = i > 0 && unit.planned->steps[i - 1].instance == step.instance;
      if (i >= unit.steps_intended && !again && touched(LogEntry::Kind::kModified)) {
        violated(step.instance, "changed by us, but the journal intended nothing (3)");
      }
      if (touched(LogEntry::Kind::kByOther) || touched(LogEntry::Kind::kGone)) continue;
      if (unit.state != UnitState::kDone) continue;
      const auto now = at_the_end(step.instance);
      if (now && !now->satisfies(step.set)) {
        violated(step.instance, "said to be done, but it has " + now->to_text() + " (4)");
      }
    }
  }

  // The options as the phase left them.
  std::optional<OptionSet> at_the_end(const InstanceId& instance) const {
    const auto log = by_instance_.find(instance);
    if (log != by_instance_.end()) {
      for (auto i = log->second.rbegin(); i != log->second.rend(); ++i) {
        if ((*i)->kind == LogEntry::Kind::kModified) return (*i)->after;
      }
    }
    const auto* now = world_.find(instance);
    if (now == nullptr || phase_.ended < world_.log().back().at) return std::nullopt;
    return now->options;
  }

  // No credential is in a journal or a plan (9).
  void check_secrets() {
    const auto& secret = scenario_.world.secret_access_key.reveal();
    bool leaked = fleet::plan_text(plan_).find(secret) != std::string::npos;
    for (const auto& entry : phase_.record.entries) {
      leaked = leaked || engine::to_row(entry).body.find(secret) != std::string::npos;
    }
    if (leaked) violations_.push_back("the secret access key is in the journal or the plan (9)");
  }

  const Scenario& scenario_;
  const sim::World& world_;
  const Phase& phase_;
  const fleet::Plan& plan_;
  std::vector<std::string>& violations_;
  std::map<InstanceId, std::vector<Planned>> planned_;
  std::map<InstanceId, std::vector<const LogEntry*>> by_instance_;
};

// A rollback finishes what an earlier one left half way: it does not take for somebody else's
// change what nobody else has touched (7).
class HalfWayChecker {
 public:
  HalfWayChecker(const sim::World& world, const std::vector<Phase>& phases,
                 std::vector<std::string>& violations)
      : world_(world), phases_(phases), violations_(violations) {
    for (const auto& entry : world.log()) {
      const bool by_others =
          entry.kind == LogEntry::Kind::kByOther || entry.kind == LogEntry::Kind::kGone;
      if (by_others) touched_.insert(entry.instance);
    }
  }

  void check_all() {
    const auto& last = phases_.back().record;
    engine::RunState state(last.plan);
    for (const auto& entry : last.entries) {
      if (!state.apply(entry)) return;  // said elsewhere
    }
    for (const auto& unit : state.units()) {
      if (unit.state == UnitState::kSkipped && unit.code == "changed-since-run") check_unit(unit);
    }
  }

 private:
  void check_unit(const engine::UnitRecord& unit) {
    OptionSet back;
    const auto& steps = unit.planned->steps;
    const auto& instance = steps.front().instance;
    for (const auto& step : steps) {
      if (step.instance != instance) return;  // a unit of two is skipped for either's sake
      back = back.with(step.set);
    }
    const auto* now = world_.find(instance);
    if (now == nullptr || touched_.contains(instance) || now->options.satisfies(back)) return;
    violations_.push_back(instance.str() + ": left half way back, with " + now->options.to_text() +
                          " (7)");
  }

  const sim::World& world_;
  const std::vector<Phase>& phases_;
  std::vector<std::string>& violations_;
  std::set<InstanceId> touched_;
};

}  // namespace

std::vector<std::string> check(const Scenario& scenario, const sim::World& world,
                               const WireLog& wire, const std::vector<Phase>& phases) {
  std::vector<std::string> violations;
  for (const auto& phase : phases) {
    PhaseChecker(scenario, world, phase, violations).check_all();
    if (!scenario.world.cvo.empty()) check_systems(scenario, world, wire, phase, violations);
  }
  const bool rolled_back = phases.size() > 1;
  if (rolled_back && !scenario.echo_moves) HalfWayChecker(world, phases, violations).check_all();
  return violations;
}

}  // namespace v2only::simtest
