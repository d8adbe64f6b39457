#include "harness/scenario_systems.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "core/random.h"
#include "sim/fleet_builder.h"

namespace v2only::simtest {
namespace {

using fleet::OptionField;
using sim::FaultSpec;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = FaultSpec::Kind;

const RegionName kRegion("eu-west-1");

template <class T, std::size_t N>
const T& pick(Random& random, const std::array<T, N>& from) {
  return from[random.below(N)];
}

Duration some_time(Random& random, Duration most) {
  return Duration(static_cast<Duration::rep>(random.unit() * static_cast<double>(most.count())));
}

// Draws a scenario piece by piece.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed ^ 0xc0ffee5ULL) { out_.seed = seed; }

  Scenario make() {
    pace_ = pick(random_, std::array{1.0, 0.3, 0.1, 0.1});
    make_fleet();
    make_access();
    make_policy();
    make_consents();
    make_calendar();
    make_trouble();
    make_misfortune();
    return std::move(out_);
  }

 private:
  Duration paced(Duration time) const {
    return Duration(std::llround(static_cast<double>(time.count()) * pace_));
  }
  // About how long the systems take when all goes well.
  Duration horizon() const {
    return paced(minutes(80)) * static_cast<int>(out_.world.cvo.size()) + minutes(5);
  }
  sim::CvoSpec& some_system() {
    auto& all = out_.world.cvo;
    return all[random_.below(all.size())];
  }
  const InstanceId& some_node(const sim::CvoSpec& system) {
    return system.nodes[random_.below(system.nodes.size())].instance;
  }

  // --- what is there ---------------------------------------------------------------------------

  void make_fleet() {
    sim::FleetBuilder build(out_.seed);
    const auto ordinary = random_.below(5);
    for (std::uint64_t i = 0; i < ordinary; ++i) {
      build.ordinary(kRegion, fmt::format("host-{:02}", i), "m5.large", sim::Stock::kAmazon2023);
    }
    asks_console_ = random_.chance(0.35);
    InstanceId agent;
    if (asks_console_ || random_.chance(0.2)) {
      agent = build.agent(kRegion, "agent", "4.0.0").instance.id;
    }
    const auto systems = pick(random_, std::array{1, 1, 1, 2, 2, 3});
    for (int i = 0; i < systems; ++i) add_system(build, i, agent);
    auto made = build.take();
    out_.world = std::move(made.world);
    out_.facts = std::move(made.facts);
    auto& world = out_.world;
    world.regions = {kRegion};
    world.latency = milliseconds(10 + static_cast<int>(random_.below(190)));
    if (random_.chance(0.3)) world.consistency = some_time(random_, seconds(5));
    auto& power = world.power;
    for (auto* each : {&power.stop, &power.start, &power.checks}) *each = paced(*each);
    for (auto& each : world.instances) finish_instance(each);
  }

  void add_system(sim::FleetBuilder& build, int number, const InstanceId& agent) {
    const auto id = fmt::format("{:08x}", 0xa1b2c300U + static_cast<unsigned>(number));
    const auto mode =
        random_.chance(0.5) ? sim::FailoverMode::kPrivateIp : sim::FailoverMode::kFloatingIp;
    const auto* version = pick(random_, std::array{"9.13.1P4", "9.12.1P2", "9.14.1", "9.15.1P1"});
    const sim::FleetBuilder::Cvo cvo{kRegion,
                                     fmt::format("cvo{}", number + 1),
                                     UnitId("VsaWorkingEnvironment-" + id),
                                     version,
                                     "m5.2xlarge",
                                     mode};
    auto& spec = random_.chance(0.75) ? build.cvo_pair(cvo) : build.cvo_single(cvo);
    if (!agent.empty()) spec.agent = agent;
    finish_system(spec);
  }

  void finish_system(sim::CvoSpec& spec) {
    auto& t = spec.timings;
    for (auto* each :
         {&t.takeover, &t.failure_detect, &t.halt, &t.boot, &t.giveback_delay, &t.giveback_retry,
          &t.giveback, &t.resync, &t.resync_after, &t.management_move, &t.mediator_boot}) {
      *each = std::max<Duration>(paced(*each), seconds(1));
    }
    spec.halt_powers_off = random_.chance(0.3);
    spec.lifs_keep_reboots = random_.chance(0.03);
    spec.auto_giveback = !random_.chance(0.03);
    spec.volume_moving = random_.chance(0.03);
    spec.snapmirror_transferring = random_.chance(0.1);
    spec.mediator_knows_v2 = !random_.chance(0.04);
    if (random_.chance(0.2)) spec.clock_error = some_time(random_, minutes(20)) - minutes(10);
  }

  void finish_instance(sim::InstanceSpec& spec) {
    auto& options = spec.instance.options;
    if (random_.chance(0.05)) options.set(OptionField::kHttpTokens, "required");
    if (random_.chance(0.2)) options.set(OptionField::kInstanceMetadataTags, "enabled");
    spec.stop_protection = random_.chance(0.01);
  }

  void make_access() {
    for (const auto& system : out_.world.cvo) {
      auto& fact = out_.facts.systems[system.system];
      fact.ontap = sim::ontap_access(
          system, [](const std::string& address) { return "https://" + address; }, {});
      fact.agent = system.agent;
      if (!random_.chance(0.4)) continue;
      for (const auto& node : system.nodes) {
        for (const auto& address : node.data_addresses) {
          fact.probes.push_back("tcp://" + address + ":2049");
        }
      }
    }
    if (!asks_console_) return;
    auto& access = out_.facts.console.emplace();
    if (random_.chance(0.5)) return ask_saas(access);
    const auto& agent = *out_.world.cvo.front().agent;
    const auto& all = out_.world.instances;
    const auto found = std::find_if(all.begin(), all.end(), [&](const sim::InstanceSpec& each) {
      return each.instance.id == agent;
    });
    access.agent = "http://" + found->instance.private_ip;
  }

  void ask_saas(fleet::ConsoleAccess& access) {
    using From = fleet::SecretName::Kind;
    access.endpoint = "https://" + out_.world.console->host;
    access.account = out_.world.console->account;
    if (random_.chance(0.5)) {
      access.refresh_token = {From::kEnv, "REFRESH_TOKEN"};
    } else {
      access.client_id = {From::kEnv, "CLIENT_ID"};
      access.client_secret = {From::kEnv, "CLIENT_SECRET"};
    }
  }

  // --- how it is run ---------------------------------------------------------------------------

  void make_policy() {
    auto& policy = out_.policy;
    policy.waves.width = 1 + static_cast<int>(random_.below(4));
    policy.failures = 1 + static_cast<int>(random_.below(3));
    policy.accept_unknown = true;
    policy.agent_soak = paced(minutes(10));
    auto& ontap = policy.ontap;
    ontap.poll = std::max<Duration>(paced(seconds(20)), seconds(3));
    ontap.settle = some_time(random_, paced(minutes(5)));
    ontap.expected = random_.chance(0.1) ? Duration(seconds(30)) : paced(minutes(45));
    ontap.width = 1 + static_cast<int>(random_.below(3));
    constexpr std::array kHandovers = {fleet::Handover::kShutdown, fleet::Handover::kShutdown,
                                       fleet::Handover::kReboot, fleet::Handover::kTakeover};
    ontap.handover = pick(random_, kHandovers);
    ontap.mediator_reboot = !random_.chance(0.1);
    if (random_.chance(0.3)) make_pauses(ontap);
    if (out_.world.cvo.size() > 1 && random_.chance(0.2)) {
      ontap.apart = {{out_.world.cvo[0].system, out_.world.cvo[1].system}};
    }
    make_timeouts(ontap.timeouts);
    if (random_.chance(0.3)) policy.calls.timeout = seconds(5 + random_.below(25));
    out_.aws_endpoint = random_.chance(0.7);
    out_.table_rates = random_.chance(0.5);
    out_.go_on = random_.chance(0.9) ? 1.0 : 0.7;
    out_.roll_back = 0.3;
  }

  // `go` comes in its time, or late, or so late that whoever reads it has given up.
  void make_pauses(fleet::OntapPolicy& ontap) {
    using fleet::Pause;
    for (const auto point :
         {Pause::kMediator, Pause::kTakeover, Pause::kStop, Pause::kSecondNode}) {
      if (random_.chance(0.5)) ontap.pause_before.insert(point);
    }
    out_.go_given = pick(random_, std::array{0.2, 0.02, 0.002});
  }

  void make_timeouts(fleet::OntapTimeouts& timeouts) {
    const double scale = std::max(pace_, 0.3) * (random_.chance(0.2) ? 0.4 : 1.0);
    for (auto* each : {&timeouts.takeover, &timeouts.stop, &timeouts.start, &timeouts.boot,
                       &timeouts.giveback, &timeouts.health}) {
      *each = Duration(std::llround(static_cast<double>(each->count()) * scale));
    }
  }

  // Most hold from the start and for long; some begin later, some end while a cycle is under way.
  void make_consents() {
    for (const auto& system : out_.world.cvo) {
      auto& fact = out_.facts.systems[system.system];
      fleet::Consent consent;
      consent.from = kWorldBegins - hours(1);
      if (random_.chance(0.2)) consent.from = kWorldBegins + some_time(random_, hours(3));
      consent.until = consent.from + hours(12) + some_time(random_, hours(60));
      if (random_.chance(0.2))
        consent.until = consent.from + hours(1) + some_time(random_, 2 * horizon());
      consent.by = "storage team";
      consent.text = format_utc(consent.from) + "/" + format_utc(consent.until);
      (system.is_pair() ? fact.failover : fact.outage) = consent;
    }
  }

  void make_calendar() {
    if (!random_.chance(0.25)) return;
    std::vector<fleet::Interval> open;
    const auto offset = some_time(random_, hours(4));
    const auto length = paced(minutes(60)) + some_time(random_, hours(4));
    for (int day = 0; day < 4; ++day) {
      const auto from = kWorldBegins - hours(2) + offset + day * hours(12);
      open.push_back({from, from + length});
    }
    std::vector<fleet::Interval> closed;
    if (random_.chance(0.3)) {
      const auto from = kWorldBegins + some_time(random_, hours(6));
      closed.push_back({from, from + hours(3)});
    }
    out_.calendar = fleet::Calendar(open, closed);
  }

  // --- what goes wrong -------------------------------------------------------------------------

  void make_trouble() {
    if (random_.chance(0.15)) return;
    auto& faults = out_.world.faults;
    const auto calls = random_.below(5);
    for (std::uint64_t i = 0; i < calls; ++i) faults.push_back(call_fault());
    const auto conditions = random_.below(3);
    for (std::uint64_t i = 0; i < conditions; ++i) faults.push_back(condition());
    const auto deeds = random_.chance(0.5) ? 0 : 1 + random_.below(2);
    for (std::uint64_t i = 0; i < deeds; ++i) faults.push_back(deed());
    for (const auto& fault : faults) out_.late_effects |= fault.kind == Kind::kLateEffect;
  }

  void set_times(FaultSpec& fault, Duration longest) {
    fault.from = seconds(20) + some_time(random_, horizon());
    fault.until = fault.from + seconds(5) + some_time(random_, longest);
  }

  // Of the calls that a restart hangs on: EC2's power, ONTAP, the Console.
  FaultSpec call_fault() {
    constexpr std::array kKinds = {
        Kind::kLoseBefore, Kind::kLoseAfter,  Kind::kLoseAfter,  Kind::kHang,    Kind::kError,
        Kind::kHtmlError,  Kind::kGarbage,    Kind::kRefuse,     Kind::kDelay,   Kind::kThrottle,
        Kind::kDeny,       Kind::kHalfAnswer, Kind::kLateEffect, Kind::kBadLogin};
    FaultSpec fault;
    fault.kind = pick(random_, kKinds);
    const auto whose = random_.below(10);
    if (whose < 4) {
      constexpr std::array<const char*, 5> kActions = {"StopInstances", "StartInstances",
                                                       "RebootInstances",
                                                       "ModifyInstanceMetadataOptions", ""};
      fault.action = pick(random_, kActions);
      if (fault.kind == Kind::kBadLogin) fault.kind = Kind::kNoCapacity;
    } else if (whose < 9 || !asks_console_) {
      constexpr std::array<const char*, 5> kActions = {
          "", "GET cluster/nodes", "PATCH cluster/nodes", "POST private/cli/storage/failover",
          "GET cluster/jobs"};
      fault.service = "ontap";
      fault.action = pick(random_, kActions);
      if (random_.chance(0.5)) fault.system = some_system().system;
    } else {
      fault.service = "console";
    }
    fault.probability = pick(random_, std::array{0.05, 0.3, 1.0});
    fault.times = random_.chance(0.6) ? 1 + static_cast<int>(random_.below(4)) : -1;
    set_times(fault, random_.chance(0.2) ? 2 * horizon() : paced(minutes(20)));
    // A lost answer to one of a few calls is seldom met by chance: those stand for as long.
    if (fault.times > 0 && random_.chance(0.7)) {
      fault.from = seconds(20);
      fault.until = seconds(20) + 3 * horizon();
    }
    fault.delay = some_time(random_, seconds(45));
    // Slow enough for a whole look to be old when it comes, and no call of it too late.
    if (fault.kind == Kind::kDelay && random_.chance(0.7)) {
      fault.delay = seconds(4) + some_time(random_, seconds(14));
    }
    fault.status = random_.chance(0.5) ? 500 : 503;
    return fault;
  }

  FaultSpec condition() {
    constexpr std::array kKinds = {Kind::kTakeoverVeto, Kind::kGivebackVeto, Kind::kNoBoot,
                                   Kind::kWrongBoot,    Kind::kSlowResync,   Kind::kClockOff};
    FaultSpec fault;
    fault.kind = pick(random_, kKinds);
    const auto& system = some_system();
    fault.system = system.system;
    const bool of_node = fault.kind != Kind::kSlowResync && fault.kind != Kind::kClockOff;
    if (of_node) fault.instance = some_node(system);
    if (fault.kind == Kind::kNoBoot && system.mediator && random_.chance(0.3)) {
      fault.instance = system.mediator;
    }
    fault.times = random_.chance(0.7) ? 1 + static_cast<int>(random_.below(2)) : -1;
    set_times(fault, 3 * horizon());
    if (random_.chance(0.5)) fault.from = {};
    fault.delay = some_time(random_, fault.kind == Kind::kClockOff ? hours(2) : minutes(30));
    return fault;
  }

  // Somebody else at work, on any instance of the world.
  FaultSpec deed() {
    constexpr std::array kKinds = {Kind::kOtherChanges, Kind::kStop, Kind::kTerminate,
                                   Kind::kOtherTakeover, Kind::kOtherTakeover};
    FaultSpec fault;
    fault.kind = pick(random_, kKinds);
    fault.from = seconds(20) + some_time(random_, horizon());
    const auto& system = some_system();
    if (fault.kind == Kind::kOtherTakeover) {
      fault.system = system.system;
      return fault;
    }
    const auto& all = out_.world.instances;
    fault.instance = all[random_.below(all.size())].instance.id;
    if (fault.kind != Kind::kOtherChanges) return fault;
    if (random_.chance(0.5)) {
      fault.options.set(OptionField::kHttpTokens, random_.chance(0.5) ? "required" : "optional");
    } else {
      fault.options.set(OptionField::kHttpPutResponseHopLimit,
                        std::to_string(1 + random_.below(8)));
    }
    return fault;
  }

  // A run with systems has thousands of rounds.
  void make_misfortune() {
    auto& misfortune = out_.misfortune;
    misfortune.dies_at_point = pick(random_, std::array{0.0, 0.02, 0.05, 0.15});
    misfortune.dies_waiting = pick(random_, std::array{0.0, 0.001, 0.005});
    misfortune.deaths = static_cast<int>(random_.below(9));
    misfortune.suspended = random_.chance(0.3) ? 0.002 : 0;
    misfortune.clock_stepped = random_.chance(0.15) ? 0.001 : 0;
    misfortune.stop_asked = random_.chance(0.2) ? 0.001 : 0;
  }

  Random random_;
  Scenario out_;
  double pace_ = 1;  // of everything that takes its time in the world
  bool asks_console_ = false;
};

}  // namespace

Scenario make_systems_scenario(std::uint64_t seed) { return Maker(seed).make(); }

}  // namespace v2only::simtest
