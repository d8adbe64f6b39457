// The engine on the toy system, an effect answered at a time, until the run is at rest.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "engine/engine.h"
#include "toy_system.h"

namespace v2only::engine::test {

inline const UnitId kSystem("VsaWorkingEnvironment-a1b2c3d4");
inline const WallTime kStart = WallTime(std::chrono::hours(500000));

inline fleet::Step step_of(const InstanceId& id) {
  fleet::Step step;
  step.region = RegionName("eu-west-1");
  step.instance = id;
  step.observed = fleet::OptionSet()
                      .set(fleet::OptionField::kHttpTokens, "optional")
                      .set(fleet::OptionField::kHttpPutResponseHopLimit, "1")
                      .set(fleet::OptionField::kHttpEndpoint, "enabled");
  step.expect = step.observed;
  step.set = fleet::OptionSet().set(fleet::OptionField::kHttpTokens, "required");
  return step;
}

inline fleet::Plan toy_plan(std::size_t nodes = 2) {
  fleet::PlannedUnit unit;
  unit.id = kSystem;
  unit.workload = "netapp-cvo-node";
  unit.cvo.emplace();
  unit.cvo->cluster = "toy";
  unit.cvo->cluster_uuid = "toy-uuid";
  unit.cvo->region = RegionName("eu-west-1");
  for (std::size_t i = 0; i < nodes; ++i) {
    const auto name = "toy-0" + std::to_string(i + 1);
    unit.cvo->nodes.push_back({toy_node(i), name, name + "-uuid", "10.0.0.1", true});
  }
  if (nodes == 2) {
    unit.cvo->mediator = kToyMediator;
    unit.steps.push_back(step_of(kToyMediator));
  }
  for (std::size_t i = 0; i < nodes; ++i) unit.steps.push_back(step_of(toy_node(i)));
  fleet::Plan plan;
  plan.created = kStart;
  plan.waves.push_back({{unit}});
  auto& fact = plan.facts.systems[kSystem];
  fact.ha = nodes == 2;
  const fleet::Consent consent{kStart, kStart + std::chrono::hours(12), "ada", ""};
  (nodes == 2 ? fact.failover : fact.outage) = consent;
  return plan;
}

class Drive {
 public:
  explicit Drive(fleet::Plan plan, ToyTroubles troubles = {}, std::uint64_t seed = 1,
                 EngineOptions options = {})
      : plan_(std::move(plan)),
        options_(std::move(options)),
        system(seed, troubles, kStart, plan_.waves[0].units[0].cvo->nodes.size()) {
    start(false);
  }

  void start(bool resume) {
    options_.settle_first = resume;
    auto made = Engine::create(plan_, journal, options_);
    ASSERT_TRUE(made) << to_string(made.error());
    engine.emplace(*std::move(made));
    pending_.clear();
    tell(Tick{});
  }

  void tell(const Event& event) {
    system.set_now(now.wall - wall_step_);
    auto decision = engine->advance(event, now);
    for (auto& entry : decision.entries) journal.push_back(std::move(entry));
    for (auto& effect : decision.effects) pending_.push_back(std::move(effect));
    wake_at_ = decision.wake_at;
  }

  void stall(Duration time) {
    now.wall += time;
    now.mono += time;
    system.set_now(now.wall - wall_step_);
  }
  void pass(Duration time) {
    stall(time);
    tell(Tick{});
  }
  // Somebody sets the clock: the world goes on as before.
  void step_wall(Duration by) {
    now.wall += by;
    wall_step_ += by;
  }
  // Until `there`, which must come.
  template <class There>
  void run_until(There there) {
    for (int i = 0; i < 200000 && !there(); ++i) {
      if (!once()) break;
    }
    ASSERT_TRUE(there());
  }
  Phase phase() const { return unit().restart->phase; }
  bool in(std::uint32_t member, Phase phase) const {
    return unit().restart->member == member && unit().restart->phase == phase;
  }
  Duration look_takes = seconds(1);
  int stale_acts = 0;

  // One thing that happens next: an answer, or time. False: nothing will.
  bool once() {
    if (engine->at_rest()) return false;
    if (!pending_.empty()) {
      const auto effect = pending_.front();
      pending_.erase(pending_.begin());
      const auto asked = now;
      stall(std::holds_alternative<ReadSystem>(effect) ? look_takes : seconds(1));
      answer(effect, asked);
      return true;
    }
    if (!wake_at_) return false;
    pass(std::max<Duration>(Duration(1), *wake_at_ - now.mono));
    return true;
  }

  void run(int most = 200000) {
    for (int i = 0; i < most && once(); ++i) {
    }
    ASSERT_TRUE(engine->at_rest()) << "it never came to rest";
  }

  // What was sent takes effect, and nobody hears of it any more.
  void send_unheard() {
    for (const auto& effect : pending_) {
      if (const auto* act = std::get_if<ActOnSystem>(&effect)) system.act(*act);
      if (const auto* write = std::get_if<ModifyOptions>(&effect)) system.modify(*write);
    }
    pending_.clear();
  }

  const UnitRecord& unit() const { return engine->state().unit(0); }
  fleet::Plan& plan() { return plan_; }

 private:
  void answer(const Effect& effect, Now asked) {
    if (const auto* read = std::get_if<ReadSystem>(&effect)) {
      tell(SystemRead{read->id, system.look(*read, asked)});
    } else if (const auto* act = std::get_if<ActOnSystem>(&effect)) {
      // What guards it is too old by now: it must not be sent.
      const bool stale = act->read_at && is_older_than(*act->read_at, now, seconds(32));
      if (!stale) return tell(system.act(*act));
      ++stale_acts;
      tell(ActAnswered{act->id, WriteFate::kRefused, true, "Stale", "", ""});
    } else if (const auto* write = std::get_if<ModifyOptions>(&effect)) {
      if (!is_older_than(write->read_at, now, seconds(60))) return tell(system.modify(*write));
      ModifyAnswered refused;
      refused.id = write->id;
      refused.fate = WriteFate::kRefused;
      refused.throttled = true;
      tell(refused);
    } else {
      FAIL() << "an effect that no CVO system needs";
    }
  }

  fleet::Plan plan_;
  EngineOptions options_;
  std::vector<Effect> pending_;
  std::optional<MonoTime> wake_at_;
  Duration wall_step_{};

 public:
  ToySystem system;
  Now now{kStart, MonoTime(std::chrono::hours(1))};
  std::vector<Entry> journal;
  std::optional<Engine> engine;
};

inline bool required(Drive& drive, const InstanceId& id) {
  return drive.system.options(id).is(fleet::OptionField::kHttpTokens, "required");
}

}  // namespace v2only::engine::test
