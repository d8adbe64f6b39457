#include "report/sample.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fleet/pair_world.h"
#include "fleet/planner.h"
#include "fleet/profile.h"

namespace v2only::report::test {
namespace {

using engine::WriteFate;
using fleet::test::kNow;
using fleet::test::options;
using fleet::test::reading;

}  // namespace

fleet::Instance instance(char last, std::string name, fleet::OptionSet with, std::string region) {
  auto out = fleet::test::instance(last, std::move(with));
  out.name = std::move(name);
  out.region = RegionName(std::move(region));
  out.launched = kNow - std::chrono::hours(24 * 400);
  out.private_ip = "10.0.0.7";
  return out;
}

Fleet Fleet::mixed() {
  Fleet out;
  auto& world = out.world;
  world.inventory.scopes = {
      {kAccount, RegionName("eu-west-1"), {}},
      {kAccount, RegionName("us-east-1"), {}},
      {kAccount, RegionName("ap-south-1"), "ec2:DescribeInstances denied for role ops-ro"}};

  world.add_pair();
  const std::vector<std::string> names = {"cvo-prod-01", "cvo-prod-02", "cvo-prod-mediator"};
  for (std::size_t i = 0; i < names.size(); ++i) world.inventory.instances[i].name = names[i];

  world.add(instance('1', "console-agent-eu", options("optional")));
  world.say('1', "netapp-console-agent", "3.9.40");
  world.add(instance('2', "console-agent-us", options("optional"), "us-east-1"));
  world.say('2', "netapp-console-agent", "3.9.37");
  world.add(instance('3', "web-1", options("required")));
  world.add(instance('4', "web-2", options("optional", "2")));
  world.add(instance('5', "billing-legacy-exporter-production", options("optional")));
  world.inventory.v1[fleet::test::id('5')] = reading(fleet::V1Use::kUsed, 4211);
  world.add(instance('6', "batch", options("optional"), "us-east-1"));
  world.inventory.v1[fleet::test::id('6')] = reading(fleet::V1Use::kUnknown);
  world.add(instance('7', "sealed", options("optional", "1", "disabled"), "us-east-1"));
  auto& odd = world.add(instance('8', "setup", options("optional"), "us-east-1"));
  odd.image = fleet::Image{"Setup-As-Service-AMI-Prod-3.9.40", "952013314444", ""};
  world.add(instance('9', "web-3", options("required"), "us-east-1"));
  out.assess();
  out.warnings = {"facts.yaml:14 names i-0000000000000000f, which was not found"};
  return out;
}

Fleet Fleet::empty() {
  Fleet out;
  out.world.inventory.scopes = {{kAccount, RegionName("eu-west-1"), {}}};
  out.regions = {RegionName("eu-west-1")};
  return out;
}

Fleet Fleet::with_pair() {
  auto out = empty();
  fleet::test::PairWorld pair;
  pair.fact().failover->by = "storage team, change 4711";
  pair.fact().probes = {"tcp://10.1.2.3:2049"};
  pair.reading().asked_at.wall = kNow;
  out.systems = pair.systems;
  out.world = std::move(pair);
  const std::vector<std::string> names = {"cvo-prod-vm1", "cvo-prod-vm2", "cvo-prod-mediator"};
  for (std::size_t i = 0; i < names.size(); ++i) out.world.inventory.instances[i].name = names[i];
  out.world.inventory.scopes = empty().world.inventory.scopes;
  out.assess();
  return out;
}

fleet::Plan Fleet::plan_with_agent() {
  auto plan = with_pair().plan();
  auto agent = of(1).plan().waves[0].units[0];
  agent.workload = fleet::kConsoleAgent;
  agent.v1_gated = false;
  agent.steps[0].instance = InstanceId("i-000000000000000ff");
  agent.id = UnitId("i-000000000000000ff");
  plan.waves.insert(plan.waves.begin(), fleet::Wave{{agent}});
  return plan;
}

Fleet Fleet::with_single() {
  auto out = empty();
  auto& node = out.add(instance('a', "cvo-lab-vm1", options("optional")));
  node.private_ip = "10.0.0.1";
  out.world.say('a', "netapp-cvo-node", "9.13.1P4", fleet::test::kSystem);
  out.world.say_ha(false);
  auto& fact = out.world.facts.systems.at(fleet::test::kPair);
  fact.ontap = fleet::OntapAccess{{"https://10.0.0.1"}, "v2only", {}, {}, {}};
  fact.outage = fleet::Consent{kNow, kNow + std::chrono::hours(3), "storage team", {}};
  out.systems.emplace(fleet::test::kPair, fleet::test::healthy_single());
  out.systems.begin()->second.asked_at.wall = kNow;
  out.assess();
  return out;
}

Fleet Fleet::of(std::size_t count) {
  auto out = empty();
  for (std::size_t i = 0; i < count; ++i) {
    auto one = instance('0', fmt::format("vm-{:04}", i), options("optional"));
    one.id = InstanceId(fmt::format("i-{:017x}", i + 1));
    out.add(std::move(one));
  }
  out.assess();
  return out;
}

AuditView Fleet::view() const {
  AuditView view;
  view.account = kAccount;
  view.regions = regions;
  view.simulated = simulated;
  view.endpoint = simulated ? kEndpoint : "aws";
  view.inventory = &world.inventory;
  view.assessments = &assessments;
  view.warnings = warnings;
  return view;
}

fleet::Plan Fleet::plan() const {
  fleet::PlanInput input{world.inventory, assessments, world.policy,
                         world.facts,     kAccount,    {simulated ? kEndpoint : "aws", {}},
                         regions,         kNow};
  if (!systems.empty()) input.systems = &systems;
  return fleet::make_plan(input);
}

SampleRun::SampleRun(fleet::Plan plan)
    : plan_(std::make_unique<fleet::Plan>(std::move(plan))),
      state_(std::make_unique<engine::RunState>(*plan_)) {}

SampleRun& SampleRun::apply(const engine::Entry& entry) {
  const auto applied = state_->apply(entry);
  EXPECT_TRUE(applied) << to_string(applied.error());
  return *this;
}

SampleRun& SampleRun::begin() {
  return apply(engine::RunBegan{"digest", state_->units().size()}).apply(engine::WaveBegan{0});
}

SampleRun& SampleRun::write(std::size_t unit) {
  const auto& step = state_->unit(unit).planned->steps.front();
  return apply(engine::Intent{{id_of(unit), 0, 1}, step.instance, step.observed, step.set});
}

SampleRun& SampleRun::end(std::size_t unit, engine::UnitState state, std::string code,
                          std::string reason) {
  return apply(engine::UnitEnded{id_of(unit), state, std::move(code), std::move(reason)});
}

SampleRun& SampleRun::turn(std::size_t unit, std::uint32_t member) {
  for (auto i = state_->unit(unit).restart->member; i < member; ++i) {
    apply(engine::CycleBegan{id_of(unit), i, {}});
    apply(engine::StepEnded{{id_of(unit), state_->unit(unit).step, 1}});
    apply(engine::MemberEnded{id_of(unit), i});
  }
  return *this;
}

SampleRun& SampleRun::enter(std::size_t unit, engine::Phase phase, WallTime at) {
  const auto member = state_->unit(unit).restart->member;
  if (state_->unit(unit).restart->phase == engine::Phase::kGates) {
    apply(engine::CycleBegan{id_of(unit), member, {}});
  }
  return apply(engine::PhaseBegan{id_of(unit), member, phase, at});
}

SampleRun& SampleRun::act(std::size_t unit, engine::ActKind kind, WallTime at) {
  const auto& record = state_->unit(unit);
  const auto& step = record.planned->steps.at(record.restart->member);
  return apply(
      engine::ActIntent{{id_of(unit), record.restart->member, kind, 1}, step.instance, at});
}

SampleRun& SampleRun::answer(std::size_t unit, engine::WriteFate fate, std::string code,
                             std::string message, bool again) {
  const auto& record = *state_->unit(unit).restart;
  return apply(engine::ActOutcome{{id_of(unit), record.member, record.act->kind, 1},
                                  fate,
                                  again,
                                  std::move(code),
                                  std::move(message),
                                  {}});
}

SampleRun& SampleRun::soak(std::size_t unit, WallTime at) {
  write(unit);
  apply(engine::Outcome{{id_of(unit), 0, 1}, WriteFate::kDone, {}, {}, {}});
  return apply(engine::SoakBegan{id_of(unit), at});
}

SampleRun& SampleRun::all_done() {
  begin();
  for (std::size_t i = 0; i < state_->units().size(); ++i) {
    write(i).end(i, engine::UnitState::kDone);
  }
  return apply(engine::RunEnded{});
}

RunView SampleRun::view(RunStanding standing) const {
  RunView view;
  view.id = RunId("r-20261124-073312-4f2a");
  view.of_run = plan_->of_run;
  view.standing = standing;
  view.created = kNow;
  view.last = kNow + std::chrono::minutes(3);
  view.simulated = plan_->simulated;
  view.endpoint = plan_->endpoint;
  view.plan = plan_.get();
  view.state = state_.get();
  return view;
}

}  // namespace v2only::report::test
