// World, clients and driver put together; what a command line does for a real run.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "drivers/run_loop.h"
#include "drivers/system_driver.h"
#include "engine/engine.h"
#include "fleet/plan_json.h"
#include "fleet/planner.h"
#include "fleet/system_plan.h"
#include "netapp/console_look.h"
#include "sim/fleet_builder.h"
#include "sim/sim_transport.h"
#include "simulated.h"

namespace v2only::drivers::test {

using std::chrono::hours;
using std::chrono::minutes;

inline const UnitId kSystem("VsaWorkingEnvironment-a1b2c3d4");
inline const RegionName kRegion("eu-west-1");

class SystemRun {
 public:
  explicit SystemRun(const sim::Fleet& fleet)
      : spec(fleet.world),
        clock(kStart),
        world(spec, 1, kStart),
        transport(world, clock),
        shared(transport),
        aws(shared.branch(), clock, Random(7), Simulated::session(spec), {}),
        ontap(shared.branch(), clock, Random(8)),
        console(shared.branch(), clock, Random(9), console_target(spec)),
        probes(shared.branch()),
        options(aws, clock),
        facts(fleet.facts) {
    world.keep_log(true);
    const auto& cvo = spec.cvo.front();
    auto& fact = facts.systems[kSystem];
    fact.ontap =
        sim::ontap_access(cvo, [](const std::string& address) { return "https://" + address; }, {});
    const fleet::Consent consent{kStart, kStart + hours(12), "ada", "PT12H"};
    (cvo.is_pair() ? fact.failover : fact.outage) = consent;
    ontap.know({kSystem, fact.ontap->endpoints, cvo.user, cvo.password, {}});
  }

  // From here on the facts give the Console, by its SaaS host.
  void give_console() {
    facts.console.emplace();
    facts.console->endpoint = "https://" + spec.console->host;
    facts.console->account = spec.console->account;
  }
  static netapp::ConsoleTarget console_target(const sim::WorldSpec& spec) {
    netapp::ConsoleTarget out;
    if (!spec.console) return out;
    out.endpoint = "https://" + spec.console->host;
    out.account = spec.console->account;
    out.client_id = Secret(spec.console->client_id);
    out.client_secret = spec.console->client_secret;
    return out;
  }

  // As `plan` makes it, the system having been looked at.
  fleet::Plan plan() {
    fleet::Inventory inventory;
    inventory.read_at = clock.now().wall;
    inventory.instances = world.instances();
    fleet::SystemReadings readings;
    readings.emplace(kSystem, read());
    fleet::ConsoleReading agents;
    if (facts.console) {
      agents = read_console();
      readings.at(kSystem).console = agents.systems->front();
    }
    const auto found = fleet::with_ontap_versions(facts, inventory, readings);
    const auto assessments = fleet::assess({inventory, found.facts, policy, {}, clock.now().wall});
    fleet::PlanInput input{inventory, assessments, policy, found.facts};
    input.account = spec.account;
    input.target.endpoint = "aws";
    input.regions = {kRegion};
    input.created = clock.now().wall;
    input.systems = &readings;
    input.console = &agents;
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

  fleet::ConsoleReading read_console() {
    netapp::ConsoleLook look({facts.console->account, false, {}, {}}, clock.now());
    std::map<netapp::CallId, std::size_t> open;
    const auto submit = [&](std::vector<netapp::ConsoleLook::Asked> asked) {
      for (auto& each : asked) open.emplace(console.submit(std::move(each.call)), each.number);
    };
    submit(look.begin());
    while (!look.finished()) {
      for (const auto& reply : console.wait(clock.now().mono + minutes(5))) {
        submit(look.take(open.at(reply.id), reply));
      }
    }
    return look.reading();
  }

  void carry_out(fleet::Plan what, LoopHooks hooks = {}, LoopEnd ends = LoopEnd::kAtRest) {
    made = std::move(what);
    auto journal = *journal::Journal::open(":memory:");
    const RunId run("r-1");
    ASSERT_TRUE(journal->create_run({run, "apply", {}, kStart, "d", "1", "aws", false},
                                    fleet::plan_text(made)));
    engine = std::make_unique<engine::Engine>(*engine::Engine::create(made, {}, {}));
    auto* asked = facts.console ? &console : nullptr;
    SystemDriver driver(made, {options, aws, ontap, asked, shared, probes, clock}, "v2only r-1");
    RunLoop loop(*engine, *journal, run, driver, clock, std::move(hooks));
    const auto end = loop.run(engine::Tick{});
    ASSERT_TRUE(end) << to_string(end.error());
    ASSERT_EQ(*end, ends);
  }

  const engine::UnitRecord& unit(std::size_t index = 0) const {
    return engine->state().unit(index);
  }
  std::size_t count(sim::LogEntry::Kind kind) const {
    const auto& log = world.log();
    return static_cast<std::size_t>(std::count_if(
        log.begin(), log.end(), [&](const sim::LogEntry& entry) { return entry.kind == kind; }));
  }
  bool all_required() const {
    return std::all_of(spec.instances.begin(), spec.instances.end(), [&](const auto& each) {
      return world.find(each.instance.id)->options.is(fleet::OptionField::kHttpTokens, "required");
    });
  }

  sim::WorldSpec spec;
  sim::VirtualClock clock;
  sim::World world;
  sim::SimTransport transport;
  net::SharedTransport shared;
  aws::Caller aws;
  netapp::OntapCaller ontap;
  netapp::ConsoleCaller console;
  net::Transport& probes;
  AwsDriver options;
  fleet::Facts facts;
  fleet::Policy policy;
  fleet::Plan made;
  std::unique_ptr<engine::Engine> engine;
};

}  // namespace v2only::drivers::test
