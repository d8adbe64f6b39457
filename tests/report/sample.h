// One fleet that has a bit of everything, and what becomes of it, for every report's tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/hostile_name.h"
#include "engine/run_state.h"
#include "fleet/plan.h"
#include "fleet/system_plan.h"
#include "fleet/world.h"
#include "report/audit.h"
#include "report/run.h"

namespace v2only::report::test {

inline const AccountId kAccount("111122223333");
inline const std::string kEndpoint = "http://127.0.0.1:4566";

// A fleet, assessed. Holds what the view points to.
class Fleet {
 public:
  // Two regions read, a third that could not be.
  static Fleet mixed();
  static Fleet empty();
  // A pair, a single node, whose restarts are consented to; ONTAP was asked and is well.
  static Fleet with_pair();
  static Fleet with_single();
  // The pair, and before it the Console agent i-…ff that manages it.
  static fleet::Plan plan_with_agent();
  // `count` instances of the same kind, ready.
  static Fleet of(std::size_t count);

  fleet::Instance& add(fleet::Instance instance) { return world.add(std::move(instance)); }
  void assess() { assessments = world.assess(); }
  AuditView view() const;
  fleet::Plan plan() const;

  fleet::test::World world;
  std::vector<fleet::Assessment> assessments;
  fleet::SystemReadings systems;
  std::vector<std::string> warnings;
  std::vector<RegionName> regions = {RegionName("eu-west-1"), RegionName("us-east-1")};
  bool simulated = false;
};

// A name, and options, in few words.
fleet::Instance instance(char last, std::string name, fleet::OptionSet options,
                         std::string region = "eu-west-1");

// A run over a plan, moved on by entries. Holds what the view points to.
class SampleRun {
 public:
  explicit SampleRun(fleet::Plan plan);

  SampleRun& begin();
  // The unit's first step goes out and is left in work.
  SampleRun& write(std::size_t unit);
  SampleRun& end(std::size_t unit, engine::UnitState state, std::string code = {},
                 std::string reason = {});
  SampleRun& all_done();
  // The agent's options were written, and seen applied.
  SampleRun& soak(std::size_t unit, WallTime at);
  // Of a CVO unit: the member comes to its turn, with all before it done; a phase of it begins; an
  // act of it is decided on, and answered.
  SampleRun& turn(std::size_t unit, std::uint32_t member);
  SampleRun& enter(std::size_t unit, engine::Phase phase, WallTime at);
  SampleRun& act(std::size_t unit, engine::ActKind kind, WallTime at);
  SampleRun& answer(std::size_t unit, engine::WriteFate fate, std::string code = {},
                    std::string message = {}, bool again = false);
  SampleRun& apply(const engine::Entry& entry);
  const UnitId& id_of(std::size_t unit) const { return state_->unit(unit).planned->id; }
  const engine::RunState& state() const { return *state_; }

  RunView view(RunStanding standing) const;

 private:
  std::unique_ptr<fleet::Plan> plan_;
  std::unique_ptr<engine::RunState> state_;
};

using v2only::test::hostile_name;

}  // namespace v2only::report::test
