#include "harness/phase.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "fleet/plan_json.h"
#include "harness/systems.h"

namespace v2only::simtest {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kMostLegs = 60;
constexpr int kMostRounds = 20000;
// What is polled for hours, and waits for an operator's word.
constexpr int kMostRoundsWithSystems = 200000;

// One life of the process: from start to rest or death.
class Leg {
 public:
  Leg(Stage& stage, const drivers::RunRecord& record, journal::Journal& journal)
      : stage_(stage),
        record_(record),
        journal_(journal),
        transport_(stage.world, stage.clock),
        systems_(stage.scenario.world.cvo.empty() ? nullptr
                                                  : std::make_unique<Clients>(stage, transport_)),
        caller_(systems_ ? systems_->for_aws() : transport_, stage.clock, stage.random.fork(),
                stage.session(), caller_options()),
        driver_(caller_, stage.clock) {
    if (!systems_) return;
    system_driver_.emplace(record.plan, systems_->parts(stage, driver_, caller_), "v2only simtest");
  }

  // What is left to say when the leg is over: nothing, or a violation.
  std::optional<std::string> live(bool resumed) {
    auto made =
        engine::Engine::create(record_.plan, record_.entries,
                               {stage_.scenario.aws_endpoint, stage_.scenario.table_rates, resumed,
                                record_.row.plan_digest, stage_.scenario.calendar});
    if (!made) return to_string(made.error());
    engine_.emplace(*std::move(made));
    if (auto violation = run(engine::Tick{})) return violation;
    if (died_ || !engine_->settled()) return std::nullopt;
    if (!stage_.random.chance(stage_.scenario.go_on)) {
      declined_ = true;
      return std::nullopt;
    }
    return run(engine::GoOn{"simtest"});
  }

  bool died() const { return died_; }
  bool declined() const { return declined_; }
  bool ended() const { return engine_ && engine_->state().ended().has_value(); }

 private:
  aws::CallerOptions caller_options() const {
    aws::CallerOptions options;
    options.timeout = record_.plan.policy.calls.timeout;
    options.table_rates = stage_.scenario.table_rates;
    options.user_agent = "v2only-simtest";
    return options;
  }

  std::optional<std::string> run(const engine::Event& first) {
    auto& driver = system_driver_ ? static_cast<drivers::Driver&>(*system_driver_) : driver_;
    drivers::RunLoop loop(*engine_, journal_, record_.row.id, driver, stage_.clock, hooks());
    const auto end = loop.run(first);
    if (!end) return to_string(end.error());
    died_ = *end != drivers::LoopEnd::kAtRest;
    if (rounds_ >= most_rounds()) return "the run does not come to rest";
    return std::nullopt;
  }

  int most_rounds() const { return systems_ ? kMostRoundsWithSystems : kMostRounds; }

  bool dies(double probability) {
    if (stage_.deaths >= stage_.scenario.misfortune.deaths) return false;
    if (!stage_.random.chance(probability)) return false;
    ++stage_.deaths;
    return true;
  }

  drivers::LoopHooks hooks() {
    const auto& misfortune = stage_.scenario.misfortune;
    drivers::LoopHooks hooks;
    hooks.dies = [this, &misfortune](drivers::CrashPoint point, std::uint64_t seq) {
      if (!dies(misfortune.dies_at_point)) return false;
      stage_.note(
          fmt::format("the process dies at point {} of entry {}", static_cast<int>(point), seq));
      return true;
    };
    hooks.stop_asked = [this, &misfortune]() -> std::optional<std::string> {
      if (!stage_.random.chance(misfortune.stop_asked)) return std::nullopt;
      stage_.note("Ctrl-C");
      return "Ctrl-C";
    };
    if (stage_.scenario.go_given > 0) hooks.go_given = [this] { return go_given(); };
    hooks.leave_now = [this, &misfortune] {
      if (++rounds_ >= most_rounds()) return true;
      befall();
      if (!dies(misfortune.dies_waiting)) return false;
      stage_.note("the process is killed");
      return true;
    };
    return hooks;
  }

  // An operator who says `v2only go` to a run that waits for it, sooner or later.
  bool go_given() {
    const auto& units = engine_->state().units();
    const bool waits = std::any_of(units.begin(), units.end(), [](const engine::UnitRecord& unit) {
      return unit.restart && unit.restart->paused;
    });
    if (!waits || !stage_.random.chance(stage_.scenario.go_given)) return false;
    stage_.note("go");
    return true;
  }

  // What befalls the machine between two rounds.
  void befall() {
    auto& random = stage_.random;
    const auto& misfortune = stage_.scenario.misfortune;
    if (random.chance(misfortune.suspended)) {
      const auto time = random.chance(0.5) ? Duration(minutes(random.below(10)))
                                           : Duration(hours(random.below(8)));
      stage_.note("the machine sleeps for " + format_elapsed(time));
      if (random.chance(0.5)) {
        stage_.clock.suspend(time);
      } else {
        stage_.clock.advance(time);
      }
    }
    if (random.chance(misfortune.clock_stepped)) {
      const auto step = seconds(static_cast<int>(random.below(4000)) - 2000);
      stage_.note(fmt::format("the clock is set by {} s", step.count()));
      stage_.clock.step_wall(step);
    }
  }

  Stage& stage_;
  const drivers::RunRecord& record_;
  journal::Journal& journal_;
  sim::SimTransport transport_;
  std::unique_ptr<Clients> systems_;
  aws::Caller caller_;
  drivers::AwsDriver driver_;
  std::optional<drivers::SystemDriver> system_driver_;
  std::optional<engine::Engine> engine_;
  bool died_ = false;
  bool declined_ = false;
  int rounds_ = 0;
};

// How long it takes until somebody comes and resumes.
Duration until_noticed(Random& random) {
  if (random.chance(0.6)) return seconds(random.below(120));
  if (random.chance(0.8)) return minutes(random.below(90));
  return hours(random.below(60));
}

}  // namespace

void Stage::note(const std::string& what) {
  if (!taking_notes) return;
  notes.push_back(fmt::format("{}  process  {}", format_utc(clock.true_time()), what));
}

aws::Session Stage::session() const {
  aws::Session session;
  session.credentials.access_key_id = scenario.world.access_key_id;
  session.credentials.secret_access_key = scenario.world.secret_access_key;
  session.region = scenario.world.regions.front();
  if (!scenario.aws_endpoint) session.endpoint_url = "http://sim.invalid:4566";
  return session;
}

std::optional<std::string> run_phase(Stage& stage, const RunId& run) {
  for (int leg_number = 0; leg_number < kMostLegs; ++leg_number) {
    // A new process: its own connection to the journal, and nothing else of the one before.
    auto journal = journal::Journal::open(stage.journal_path);
    if (!journal) return to_string(journal.error());
    const auto record = drivers::load_run(**journal, run);
    if (!record) return to_string(record.error());
    Leg leg(stage, *record, **journal);
    if (auto violation = leg.live(!record->entries.empty())) return violation;
    stage.rested = !leg.died();
    if (leg.ended() && !leg.died()) return std::nullopt;
    if (leg.declined()) return std::nullopt;
    const auto pause = until_noticed(stage.random);
    stage.clock.advance(pause);
    stage.world.advance_to(stage.clock.true_time());
    stage.note("a new process, after " + format_elapsed(pause));
  }
  return std::nullopt;  // stopped again and again: by misfortune, not by us
}

}  // namespace v2only::simtest
