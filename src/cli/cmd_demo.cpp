// demo: the whole way on the built-in simulation, in one go. It runs the shipped commands, each as
// a person would type it, and leaves nothing behind.
#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "cli/app.h"
#include "cli/command_line.h"
#include "cli/data_client.h"
#include "cli/runs.h"
#include "core/text.h"
#include "sim/demo_facts.h"
#include "sim/fleet_builder.h"
#include "sim/operator_facts.h"
#include "sim/server.h"

namespace v2only::cli {
namespace {

// Delays only: a node boots within seconds here, and it takes minutes there.
constexpr double kSpeed = 240;

// What the demo's operator has set down for a night of restarts, in the demo's measure of time.
constexpr std::string_view kPolicy =
    "ontap: {poll: 200ms, settle: 1s, expected: 30s, width: 2}\n"
    "agents: {soak: 2s}\n";

// Consent for as long as the demo may take: a pair's nodes one after the other, a single node away
// meanwhile. The one that is too old is not asked about.
void consent(fleet::Facts& facts, WallTime now) {
  using std::chrono::hours;
  const fleet::Consent given{now - hours(1), now + hours(6), "storage team, change 4711",
                             format_utc(std::chrono::floor<hours>(now - hours(1))) + "/PT8H"};
  for (auto& [id, system] : facts.systems) {
    (system.ha.value_or(false) ? system.failover : system.outage) = given;
  }
}

// A directory of the demo's own, gone with it.
class Workplace {
 public:
  static Result<Workplace> make() {
    std::error_code error;
    auto pattern = (std::filesystem::temp_directory_path(error) / "v2only-demo-XXXXXX").string();
    if (error || mkdtemp(pattern.data()) == nullptr) {
      return fail(ErrorCode::kStorage, "no temporary directory can be made", pattern,
                  "Set TMPDIR to one that can be written.");
    }
    return Workplace(pattern);
  }
  Workplace(Workplace&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  Workplace& operator=(Workplace&&) = delete;
  ~Workplace() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit Workplace(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

class Demo {
 public:
  Demo(App& app, const sim::WorldSpec& spec, const sim::Server& server, const Workplace& place)
      : app_(app), facts_(sim::operator_facts(sim::demo_facts(), spec, server)) {
    consent(facts_, app.clock.now().wall);
    for (const auto& [system, fact] : facts_.systems) {
      if (!fact.probes.empty()) clients_.push_back({system, fact.probes.front()});
    }
    std::vector<std::string> regions;
    for (const auto& region : spec.regions) regions.push_back("--region " + region.str());
    scope_ = join(regions, " ");
    // Nothing of the caller's AWS configuration reaches the simulation, or the other way round.
    std::erase_if(app_.environment, [](const auto& one) { return one.first.starts_with("AWS_"); });
    app_.environment["AWS_ACCESS_KEY_ID"] = spec.access_key_id;
    app_.environment["AWS_SECRET_ACCESS_KEY"] = spec.secret_access_key.reveal();
    app_.environment["AWS_ENDPOINT_URL"] = server.url();
    for (const auto& system : spec.cvo) {
      app_.environment[sim::password_variable(system.system)] = system.password.reveal();
    }
    if (spec.console) {
      app_.environment[std::string(sim::kClientIdVariable)] = spec.console->client_id;
      app_.environment[std::string(sim::kClientSecretVariable)] =
          spec.console->client_secret.reveal();
    }
    app_.environment["XDG_STATE_HOME"] = place.path();
    app_.home = place.path();
  }

  Result<int> run() {
    const std::string facts = "facts.yaml";
    const std::string plan = "plan.json";
    std::ofstream(facts) << sim::facts_yaml(facts_);
    std::ofstream("policy.yaml") << kPolicy;

    V2_TRY(const auto audited, step("Who still allows IMDSv1, who is ready, who is not, and why?",
                                    fmt::format("audit {} --facts {}", scope_, facts)));
    V2_TRY(const auto planned, step("Every change, written down before anything happens.",
                                    fmt::format("plan {} --facts {} --policy policy.yaml --out {}",
                                                scope_, facts, plan)));
    DataClient client(clients_);
    V2_TRY(const auto applied,
           step("Carried out in waves, each instance read again first; ONTAP's nodes are\n"
                "# restarted one after the other, while a client writes and reads their data.",
                fmt::format("apply {} --yes", plan)));
    show(client.stop());
    V2_TRY(const auto run, newest_run());
    V2_TRY(const auto verified,
           step("What is proven now, and what is left to do?", "verify " + run.str()));
    V2_TRY(const auto undone, step("And all the way back, exactly as it was.",
                                   fmt::format("rollback {} --yes", run.str())));
    V2_TRY(const auto status, step("Nothing is forgotten.", "status"));
    const bool good = audited == kExitNotCompliant && planned == kExitDone &&
                      applied == kExitDone && verified == kExitNotCompliant &&
                      undone == kExitDone && status == kExitDone;
    app_.out << (good ? "\nThat was a simulation. On a real account, begin with what changes "
                        "nothing:\n  v2only audit --region REGION\n"
                      : "\nThe demo did not go as it should.\n");
    return good ? kExitDone : kExitError;
  }

 private:
  Result<int> step(std::string_view why, const std::string& words) {
    app_.out << "\n# " << why << "\n$ v2only " << words << "\n\n" << std::flush;
    V2_TRY(const auto parsed, parse_command_line(split(words, ' ')));
    auto code = run_command(app_, *parsed.invocation);
    app_.out << std::flush;
    return code;
  }

  // A pair serves throughout; a single node is away while it restarts.
  void show(const std::map<UnitId, DataClient::Served>& served) {
    app_.out << "\nThe client meanwhile:\n";
    for (const auto& [system, seen] : served) {
      const bool pair = facts_.systems.at(system).ha.value_or(false);
      app_.out << fmt::format(
          "  {}  {}: wrote and read {} times, the longest gap {:.2f} s\n"
          "    ({:.0f} s of the simulated systems' time, which runs {:.0f} times as fast)\n",
          system.str(), pair ? "pair" : "single node", seen.times,
          std::chrono::duration<double>(seen.longest_gap).count(),
          std::chrono::duration<double>(seen.longest_gap).count() * kSpeed, kSpeed);
    }
  }

  Result<RunId> newest_run() const {
    V2_TRY(const auto state, open_state(app_, {}));
    V2_TRY(const auto runs, state.journal->runs());
    if (runs.empty()) return fail(ErrorCode::kInternal, "the demo's run was not kept");
    return runs.front().id;
  }

  App& app_;
  fleet::Facts facts_;
  std::vector<DataClient::Target> clients_;
  std::string scope_;
};

}  // namespace

Result<int> cmd_demo(App& app, const Invocation& /*invocation*/) {
  V2_TRY(const auto place, Workplace::make());
  // So that files have the names that a person would type.
  std::error_code error;
  std::filesystem::current_path(place.path(), error);
  if (error) return fail(ErrorCode::kStorage, error.message(), place.path());
  const auto spec = sim::demo_fleet();
  sim::World world(spec, 1, app.clock.now().wall);
  sim::ServerOptions options;
  options.speed = kSpeed;
  V2_TRY(const auto server, sim::Server::start(world, options));
  auto own = app;
  return Demo(own, spec, *server, place).run();
}

}  // namespace v2only::cli
