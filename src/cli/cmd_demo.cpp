// demo: the whole way on the built-in simulation, in one go. It runs the shipped commands, each as
// a person would type it, and leaves nothing behind.
#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "cli/app.h"
#include "cli/command_line.h"
#include "cli/runs.h"
#include "core/text.h"
#include "sim/demo_facts.h"
#include "sim/server.h"

namespace v2only::cli {
namespace {

constexpr double kSpeed = 4;

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
      : app_(app) {
    std::vector<std::string> regions;
    for (const auto& region : spec.regions) regions.push_back("--region " + region.str());
    scope_ = join(regions, " ");
    // Nothing of the caller's AWS configuration reaches the simulation, or the other way round.
    std::erase_if(app_.environment, [](const auto& one) { return one.first.starts_with("AWS_"); });
    app_.environment["AWS_ACCESS_KEY_ID"] = spec.access_key_id;
    app_.environment["AWS_SECRET_ACCESS_KEY"] = spec.secret_access_key.reveal();
    app_.environment["AWS_ENDPOINT_URL"] = server.url();
    app_.environment["XDG_STATE_HOME"] = place.path();
    app_.home = place.path();
  }

  Result<int> run() {
    const std::string facts = "facts.yaml";
    const std::string plan = "plan.json";
    std::ofstream(facts) << sim::demo_facts_yaml();

    V2_TRY(const auto audited, step("Who still allows IMDSv1, who is ready, who is not, and why?",
                                    fmt::format("audit {} --facts {}", scope_, facts)));
    V2_TRY(const auto planned,
           step("Every change, written down before anything happens.",
                fmt::format("plan {} --facts {} --out {}", scope_, facts, plan)));
    V2_TRY(const auto applied, step("Carried out in waves, each instance read again first.",
                                    fmt::format("apply {} --yes", plan)));
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

  Result<RunId> newest_run() const {
    V2_TRY(const auto state, open_state(app_, {}));
    V2_TRY(const auto runs, state.journal->runs());
    if (runs.empty()) return fail(ErrorCode::kInternal, "the demo's run was not kept");
    return runs.front().id;
  }

  App& app_;
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
