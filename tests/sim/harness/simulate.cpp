#include "harness/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "drivers/discover.h"
#include "drivers/discover_systems.h"
#include "engine/written.h"
#include "fleet/assess.h"
#include "fleet/console_facts.h"
#include "fleet/plan_json.h"
#include "fleet/planner.h"
#include "harness/checker.h"
#include "harness/phase.h"
#include "harness/systems.h"

namespace v2only::simtest {
namespace {

constexpr Duration kAfterwards = std::chrono::minutes(5);
constexpr int kMostRollbacks = 3;

// Half of the fleet's ordinary units become units of two, to try what holds for members.
void pair_units(fleet::Plan& plan, Random& random) {
  for (auto& wave : plan.waves) {
    for (std::size_t i = 0; i + 1 < wave.units.size(); ++i) {
      auto& one = wave.units[i];
      auto& other = wave.units[i + 1];
      if (one.workload != other.workload || one.steps[0].region != other.steps[0].region) continue;
      if (random.chance(0.5)) continue;
      one.steps.push_back(other.steps[0]);
      one.v1_gated = one.v1_gated || other.v1_gated;
      wave.units.erase(wave.units.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  }
}

Result<drivers::Discovered> discover(Stage& stage, net::Transport& transport) {
  aws::Caller caller(
      transport, stage.clock, stage.random.fork(), stage.session(),
      {.timeout = stage.scenario.policy.calls.timeout, .user_agent = "v2only-simtest"});
  drivers::DiscoverOptions options;
  options.regions = stage.scenario.world.regions;
  return drivers::discover(caller, stage.clock, options);
}

// What NetApp's own APIs said, and what it comes to.
struct Judged {
  fleet::Facts facts;
  std::vector<fleet::Assessment> assessments;
  fleet::SystemReadings systems;
  std::optional<fleet::ConsoleReading> console;
};

std::vector<fleet::Assessment> assess(Stage& stage, const fleet::Inventory& inventory,
                                      const fleet::Facts& facts,
                                      const fleet::SystemReadings* systems = nullptr) {
  return fleet::assess(
      {inventory, facts, stage.scenario.policy, {}, stage.clock.now().wall, systems});
}

// The Console who is who, then each system: as `v2only plan` asks them.
Result<Judged> judge_systems(Stage& stage, Clients& clients, const fleet::Inventory& inventory) {
  const auto never = [] { return false; };
  Judged out{stage.scenario.facts, {}, {}, {}};
  if (clients.console() != nullptr) {
    V2_TRY(out.console,
           drivers::discover_console(*clients.console(), *out.facts.console, stage.clock, never));
    out.facts = fleet::with_console(out.facts, inventory, *out.console).facts;
  }
  out.assessments = assess(stage, inventory, out.facts);
  aws::Caller caller(clients.for_aws(), stage.clock, stage.random.fork(), stage.session(), {});
  drivers::AwsDriver options(caller, stage.clock);
  V2_TRY(out.systems, drivers::discover_systems({out.assessments, inventory, out.facts,
                                                 out.console ? &*out.console : nullptr, never,
                                                 stage.scenario.aws_endpoint},
                                                clients.parts(stage, options, caller)));
  out.facts = fleet::with_ontap_versions(out.facts, inventory, out.systems).facts;
  out.assessments = assess(stage, inventory, out.facts, &out.systems);
  fleet::judge_systems({inventory, out.facts, out.systems, out.console ? &*out.console : nullptr,
                        stage.scenario.aws_endpoint, stage.clock.now().wall},
                       out.assessments);
  return out;
}

// As `v2only plan` makes it: EC2 read, the systems looked at, all of it judged.
Result<fleet::Plan> make_plan(Stage& stage) {
  const auto& scenario = stage.scenario;
  sim::SimTransport transport(stage.world, stage.clock);
  std::optional<Clients> clients;
  if (!scenario.world.cvo.empty()) clients.emplace(stage, transport);
  V2_TRY(const auto found, discover(stage, clients ? clients->for_aws() : transport));
  Judged judged{scenario.facts, {}, {}, {}};
  if (clients) {
    V2_TRY(judged, judge_systems(stage, *clients, found.inventory));
  } else {
    judged.assessments = assess(stage, found.inventory, judged.facts);
  }
  const fleet::CommandTarget target{scenario.aws_endpoint ? "aws" : "http://sim.invalid:4566", {}};
  fleet::PlanInput input{found.inventory, judged.assessments, scenario.policy, judged.facts};
  input.account = found.account;
  input.target = target;
  input.regions = found.regions;
  input.created = stage.clock.now().wall;
  if (clients) input.systems = &judged.systems;
  if (judged.console) input.console = &*judged.console;
  auto plan = fleet::make_plan(input);
  if (scenario.pair_units) pair_units(plan, stage.random);
  return plan;
}

Result<void> create_run(journal::Journal& journal, const RunId& run, const fleet::Plan& plan,
                        WallTime now) {
  return journal.create_run(
      {run, plan.kind == fleet::PlanKind::kApply ? "apply" : "rollback", plan.of_run, now,
       fleet::digest_of(plan), plan.account.str(), plan.endpoint, plan.simulated},
      fleet::plan_text(plan));
}

std::string tags_in_words(const std::map<std::string, std::string>& tags) {
  std::string out;
  for (const auto& [key, value] : tags) out += fmt::format(" {}={}", key, value);
  return out;
}

std::vector<std::string> timeline_of(const Stage& stage, const std::vector<Phase>& phases) {
  std::vector<std::string> lines = stage.notes;
  constexpr std::array<const char*, 14> kKinds = {
      "served",  "modified", "applied",  "by other", "gone",     "tagged",   "refused",
      "stopped", "started",  "rebooted", "takeover", "giveback", "unserved", "served again"};
  for (const auto& entry : stage.world.log()) {
    lines.push_back(fmt::format("{}  world    {} {}{} {} {}{} {}", format_utc(entry.at),
                                kKinds.at(static_cast<std::size_t>(entry.kind)),
                                entry.instance.str(), entry.system.str(), entry.after.to_text(),
                                entry.detail, tags_in_words(entry.tags), entry.caller));
  }
  for (const auto& call : stage.wire.calls) {
    if (!is_act(call.kind)) continue;
    lines.push_back(fmt::format("{}  sent     {} {}{}", format_utc(call.at), name_of(call.kind),
                                call.instance.str(), call.node));
  }
  for (const auto& phase : phases) {
    for (std::size_t i = 0; i < phase.record.entries.size(); ++i) {
      const auto row = engine::to_row(phase.record.entries[i]);
      lines.push_back(
          fmt::format("{}  journal  {} {}", format_utc(phase.record.at[i]), row.kind, row.body));
    }
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.substr(0, 20) < b.substr(0, 20); });
  return lines;
}

// Runs phases one after the other and gathers what they came to.
class Simulation {
 public:
  Simulation(const Scenario& scenario, bool with_timeline)
      : world_(scenario.world, scenario.seed, kWorldBegins),
        clock_(kWorldBegins),
        stage_{scenario, world_, clock_, fmt::format("file:/simtest-{}?vfs=memdb", scenario.seed),
               Random(scenario.seed ^ 0x5eedULL)} {
    stage_.taking_notes = with_timeline;
    world_.keep_log(true);
  }

  Outcome run() {
    // Keeps the journal's memory alive while processes come and go.
    auto keeper = journal::Journal::open(stage_.journal_path);
    if (!keeper) return broken(to_string(keeper.error()));
    const auto plan = make_plan(stage_);
    if (!plan) return std::move(out_);  // the world was too bad: said so, nothing changed
    out_.planned = true;
    if (!phase(**keeper, RunId("r-apply"), *plan)) return std::move(out_);
    if (stage_.random.chance(stage_.scenario.roll_back)) roll_back_until_done(**keeper);
    finish();
    return std::move(out_);
  }

 private:
  Outcome broken(std::string why) {
    out_.violations.push_back(std::move(why));
    return std::move(out_);
  }

  bool phase(journal::Journal& journal, const RunId& run, const fleet::Plan& plan) {
    const auto began = clock_.true_time();
    if (const auto made = create_run(journal, run, plan, clock_.now().wall); !made) {
      broken(to_string(made.error()));
      return false;
    }
    if (auto violation = run_phase(stage_, run)) broken(std::move(*violation));
    // What is under way comes to an end before anybody looks.
    clock_.advance(kAfterwards);
    world_.advance_to(clock_.true_time());
    auto record = drivers::load_run(journal, run);
    if (!record) {
      broken(to_string(record.error()));
      return false;
    }
    phases_.push_back({*std::move(record), began, clock_.true_time(), stage_.rested});
    return true;
  }

  // A rollback that was stopped is begun anew, as an operator may who has forgotten its id.
  void roll_back_until_done(journal::Journal& journal) {
    for (int number = 1; number <= kMostRollbacks; ++number) {
      if (!roll_back(journal, RunId(fmt::format("r-rollback-{}", number)))) return;
      if (is_done(phases_.back().record)) return;
    }
  }

  bool roll_back(journal::Journal& journal, const RunId& run) {
    const auto& applied = phases_.front().record;
    const auto written = engine::written_by(applied.plan, applied.entries);
    fleet::RollbackInput input{applied.plan, written, applied.row.id};
    input.target = {applied.plan.endpoint, {}};
    input.created = clock_.now().wall;
    for (std::size_t i = 1; i < phases_.size(); ++i) add_earlier(phases_[i].record, input);
    const auto plan = fleet::make_rollback(input);
    if (!plan) {
      broken(to_string(plan.error()));
      return false;
    }
    stage_.note("rollback");
    return phase(journal, run, *plan);
  }

  static engine::RunState state_of(const drivers::RunRecord& record) {
    engine::RunState state(record.plan);
    for (const auto& entry : record.entries) static_cast<void>(state.apply(entry));
    return state;
  }

  static bool is_done(const drivers::RunRecord& record) {
    const auto ended = state_of(record).ended();
    return ended && ended->outcome == engine::RunOutcome::kDone;
  }

  // As `v2only rollback` does.
  static void add_earlier(const drivers::RunRecord& rollback, fleet::RollbackInput& input) {
    for (auto& sent : engine::written_by(rollback.plan, rollback.entries)) {
      input.sent.push_back(std::move(sent));
    }
    const auto state = state_of(rollback);
    for (const auto& unit : state.units()) {
      if (unit.state != engine::UnitState::kDone) continue;
      for (const auto& step : unit.planned->steps) input.undone.insert(step.instance);
    }
  }

  void finish() {
    for (auto& violation : check(stage_.scenario, world_, stage_.wire, phases_)) {
      out_.violations.push_back(std::move(violation));
    }
    out_.deaths = stage_.deaths;
    out_.systems = !stage_.scenario.world.cvo.empty();
    std::string all;
    for (const auto& one : phases_) {
      for (const auto& entry : one.record.entries) {
        all += engine::to_row(entry).body;
        if (std::holds_alternative<engine::Intent>(entry)) ++out_.writes;
        if (std::holds_alternative<engine::MemberEnded>(entry)) ++out_.restarts;
      }
      for (const auto& wave : one.record.plan.waves) out_.units += wave.units.size();
    }
    note_ends();
    out_.fingerprint = std::hash<std::string>{}(all);
    if (stage_.taking_notes) out_.timeline = timeline_of(stage_, phases_);
  }

  void note_ends() {
    const auto state = state_of(phases_.front().record);
    for (const auto& unit : state.units()) {
      if (!unit.planned->cvo) continue;
      ++out_.ends[unit.code.empty() ? std::string(engine::name_of(unit.state)) : unit.code];
    }
  }

  sim::World world_;
  sim::VirtualClock clock_;
  Stage stage_;
  std::vector<Phase> phases_;
  Outcome out_;
};

}  // namespace

Outcome simulate(const Scenario& scenario, bool with_timeline) {
  return Simulation(scenario, with_timeline).run();
}

}  // namespace v2only::simtest
