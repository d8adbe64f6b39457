// The engine, the drivers and the clients of ONTAP and EC2 against a simulated pair, in virtual
// time: judged by the world's own log.
#include "drivers/system_driver.h"

#include <gmock/gmock.h>

#include "drivers/run_loop.h"
#include "engine/engine.h"
#include "fleet/plan_json.h"
#include "fleet/planner.h"
#include "fleet/system_plan.h"
#include "sim/fleet_builder.h"
#include "sim/sim_transport.h"
#include "simulated.h"

namespace v2only::drivers {
namespace {

using fleet::OptionField;
using sim::LogEntry;
using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

const UnitId kSystem("VsaWorkingEnvironment-a1b2c3d4");
const RegionName kRegion("eu-west-1");

sim::Fleet fleet_of(bool pair, sim::FailoverMode mode = sim::FailoverMode::kPrivateIp) {
  sim::FleetBuilder build(1);
  const sim::FleetBuilder::Cvo cvo{kRegion, "cvo1", kSystem, "9.13.1P4", "m5.2xlarge", mode};
  pair ? build.cvo_pair(cvo) : build.cvo_single(cvo);
  auto out = build.take();
  out.world.regions = {kRegion};
  return out;
}

// World, clients and driver put together; what a command line does for a real run.
class SystemRun {
 public:
  explicit SystemRun(const sim::Fleet& fleet)
      : spec(fleet.world),
        clock(test::kStart),
        world(spec, 1, test::kStart),
        transport(world, clock),
        shared(transport),
        aws(shared.branch(), clock, Random(7), test::Simulated::session(spec), {}),
        ontap(shared.branch(), clock, Random(8)),
        probes(shared.branch()),
        options(aws, clock),
        facts(fleet.facts) {
    world.keep_log(true);
    const auto& cvo = spec.cvo.front();
    auto& fact = facts.systems[kSystem];
    fact.ontap =
        sim::ontap_access(cvo, [](const std::string& address) { return "https://" + address; }, {});
    const fleet::Consent consent{test::kStart, test::kStart + hours(12), "ada", "PT12H"};
    (cvo.is_pair() ? fact.failover : fact.outage) = consent;
    ontap.know({kSystem, fact.ontap->endpoints, cvo.user, cvo.password, {}});
  }

  // As `plan` makes it, the system having been looked at.
  fleet::Plan plan() {
    fleet::Inventory inventory;
    inventory.read_at = clock.now().wall;
    inventory.instances = world.instances();
    fleet::SystemReadings readings;
    readings.emplace(kSystem, read());
    const auto found = fleet::with_ontap_versions(facts, inventory, readings);
    const fleet::Policy policy;
    const auto assessments = fleet::assess({inventory, found.facts, policy, {}, clock.now().wall});
    fleet::PlanInput input{inventory, assessments, policy, found.facts};
    input.account = spec.account;
    input.target.endpoint = "aws";
    input.regions = {kRegion};
    input.created = clock.now().wall;
    input.systems = &readings;
    return fleet::make_plan(input);
  }

  fleet::SystemReading read() {
    netapp::OntapLook look(kSystem, {}, {}, clock.now());
    std::map<netapp::CallId, std::size_t> open;
    const auto submit = [&](std::vector<netapp::OntapLook::Asked> asked) {
      for (auto& each : asked) open.emplace(ontap.submit(std::move(each.call)), each.number);
    };
    submit(look.begin());
    while (!look.finished()) {
      for (const auto& reply : ontap.wait(clock.now().mono + minutes(5))) {
        submit(look.take(open.at(reply.id), reply));
      }
    }
    fleet::SystemReading out;
    out.asked_at = clock.now();
    out.ontap = look.reading();
    return out;
  }

  void carry_out(fleet::Plan what, LoopHooks hooks = {}, LoopEnd ends = LoopEnd::kAtRest) {
    made = std::move(what);
    auto journal = *journal::Journal::open(":memory:");
    const RunId run("r-1");
    ASSERT_TRUE(journal->create_run({run, "apply", {}, test::kStart, "d", "1", "aws", false},
                                    fleet::plan_text(made)));
    engine = std::make_unique<engine::Engine>(*engine::Engine::create(made, {}, {}));
    SystemDriver driver(made, {options, aws, ontap, nullptr, shared, probes, clock}, "v2only r-1");
    RunLoop loop(*engine, *journal, run, driver, clock, std::move(hooks));
    const auto end = loop.run(engine::Tick{});
    ASSERT_TRUE(end) << to_string(end.error());
    ASSERT_EQ(*end, ends);
  }

  const engine::UnitRecord& unit() const { return engine->state().unit(0); }
  std::size_t count(LogEntry::Kind kind) const {
    const auto& log = world.log();
    return static_cast<std::size_t>(std::count_if(
        log.begin(), log.end(), [&](const LogEntry& entry) { return entry.kind == kind; }));
  }
  bool all_required() const {
    return std::all_of(spec.instances.begin(), spec.instances.end(), [&](const auto& each) {
      return world.find(each.instance.id)->options.is(OptionField::kHttpTokens, "required");
    });
  }

  sim::WorldSpec spec;
  sim::VirtualClock clock;
  sim::World world;
  sim::SimTransport transport;
  net::SharedTransport shared;
  aws::Caller aws;
  netapp::OntapCaller ontap;
  net::Transport& probes;
  AwsDriver options;
  fleet::Facts facts;
  fleet::Plan made;
  std::unique_ptr<engine::Engine> engine;
};

class PairRun : public testing::TestWithParam<sim::FailoverMode> {};

TEST_P(PairRun, TakesBothNodesAndTheMediatorThroughAndServesThroughout) {
  SystemRun run(fleet_of(true, GetParam()));
  auto plan = run.plan();
  ASSERT_EQ(plan.waves.size(), 1U) << plan.left_alone.at(0).reasons.back();
  run.carry_out(std::move(plan));
  EXPECT_EQ(run.unit().state, engine::UnitState::kDone)
      << run.unit().code << " " << run.unit().reason;
  EXPECT_TRUE(run.all_required());
  EXPECT_EQ(run.count(LogEntry::Kind::kUnserved), 0U);
  EXPECT_EQ(run.count(LogEntry::Kind::kTakeover), 2U);
  EXPECT_EQ(run.count(LogEntry::Kind::kGiveback), 2U);
  EXPECT_EQ(run.count(LogEntry::Kind::kStopped), 2U);
  EXPECT_EQ(run.count(LogEntry::Kind::kStarted), 2U);
}

INSTANTIATE_TEST_SUITE_P(Modes, PairRun,
                         testing::Values(sim::FailoverMode::kPrivateIp,
                                         sim::FailoverMode::kFloatingIp));

TEST(SystemDriver, ASingleNodeIsRestartedInsideItsOutage) {
  SystemRun run(fleet_of(false));
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit().state, engine::UnitState::kDone)
      << run.unit().code << " " << run.unit().reason;
  EXPECT_TRUE(run.all_required());
  EXPECT_EQ(run.count(LogEntry::Kind::kStarted), 1U);
}

TEST(SystemDriver, ProbesThatAnswerAreAskedWhileTheNodeIsAway) {
  SystemRun run(fleet_of(true));
  const auto address = run.spec.cvo.front().nodes.front().data_addresses.front();
  run.facts.systems[kSystem].probes = {"tcp://" + address + ":2049"};
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit().state, engine::UnitState::kDone)
      << run.unit().code << " " << run.unit().reason;
}

TEST(SystemDriver, AddressesThatDoNotMoveGiveTheNodeBackUnchanged) {
  auto fleet = fleet_of(true);
  fleet.world.cvo.front().mediator_knows_v2 = false;
  SystemRun run(fleet);
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit().code, "not-served") << run.unit().reason;
  EXPECT_THAT(run.unit().reason, HasSubstr("EC2 sends"));
  EXPECT_EQ(run.count(LogEntry::Kind::kGiveback), 1U);
  EXPECT_TRUE(run.world.served(kSystem, run.clock.true_time()));
  for (const auto& node : run.spec.cvo.front().nodes) {
    EXPECT_TRUE(run.world.find(node.instance)->options.is(OptionField::kHttpTokens, "optional"));
  }
}

TEST(SystemDriver, AnActIsACrashPointToo) {
  SystemRun run(fleet_of(false));
  LoopHooks hooks;
  hooks.dies = [&](CrashPoint point, std::uint64_t) {
    const auto& restart = run.unit().restart;
    return point == CrashPoint::kAfterSend && restart->phase == engine::Phase::kShutdown;
  };
  run.carry_out(run.plan(), std::move(hooks), LoopEnd::kDied);
  EXPECT_EQ(run.count(LogEntry::Kind::kUnserved), 1U) << "it was told to go before we died";
}

TEST(SystemDriver, ARefusedHandoverShowsOntapsWords) {
  auto fleet = fleet_of(true);
  fleet.world.cvo.front().lifs_keep_reboots = true;
  SystemRun run(fleet);
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit().code, "handover-refused") << run.unit().reason;
  EXPECT_EQ(run.count(LogEntry::Kind::kStopped), 0U);
}

}  // namespace
}  // namespace v2only::drivers
