// simtest: many seeds, each a whole life of a fleet under trouble; or one seed, with its timeline.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/planted.h"
#include "harness/simulate.h"

namespace v2only::simtest {
namespace {

struct Options {
  std::uint64_t seeds = 2000;
  std::uint64_t from = 1;
  std::optional<std::uint64_t> seed;
  int instances = 20;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::string plant;
  bool systems = false;

  Scenario scenario(std::uint64_t of_seed) const {
    return make_scenario(of_seed, instances, systems ? Systems::kAlways : Systems::kSometimes);
  }
};

engine::Planted planted_named(const std::string& name) {
  for (const auto& known : engine::kPlantedNames) {
    if (known.name == name) return known.fault;
  }
  return engine::Planted::kNone;
}

void plant([[maybe_unused]] engine::Planted fault) {
#ifdef V2ONLY_PLANTED_FAULTS
  engine::planted_fault = fault;
#endif
}

constexpr bool can_plant() {
#ifdef V2ONLY_PLANTED_FAULTS
  return true;
#else
  return false;
#endif
}

struct Found {
  std::uint64_t seed = 0;
  std::vector<std::string> violations;
};

struct Totals {
  std::uint64_t runs = 0;
  std::uint64_t planned = 0;
  std::uint64_t systems = 0;  // runs in worlds with CVO systems
  std::uint64_t writes = 0;
  std::uint64_t restarts = 0;
  std::map<std::string, std::size_t> ends;
  std::uint64_t deaths = 0;
  std::optional<Found> first;
};

// Seeds [from, from + seeds), on all threads, until the first violation.
Totals sweep(const Options& options, engine::Planted fault) {
  std::atomic<std::uint64_t> next = options.from;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  Totals totals;
  const auto work = [&] {
    plant(fault);
    for (;;) {
      const auto seed = next.fetch_add(1);
      if (stop || seed >= options.from + options.seeds) return;
      auto outcome = simulate(options.scenario(seed), false);
      const std::lock_guard lock(mutex);
      ++totals.runs;
      totals.planned += outcome.planned ? 1U : 0U;
      totals.systems += outcome.systems ? 1U : 0U;
      totals.writes += outcome.writes;
      totals.restarts += outcome.restarts;
      for (const auto& [end, count] : outcome.ends) totals.ends[end] += count;
      totals.deaths += static_cast<std::uint64_t>(outcome.deaths);
      if (outcome.violations.empty()) continue;
      stop = true;
      if (!totals.first || seed < totals.first->seed) {
        totals.first = Found{seed, std::move(outcome.violations)};
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options.threads; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  return totals;
}

std::string replay(const Options& options, std::uint64_t seed) {
  auto line = fmt::format("scripts/simtest --seed {}", seed);
  if (options.systems) line += " --systems";
  if (options.instances != 20) line += fmt::format(" --instances {}", options.instances);
  if (!options.plant.empty()) line += " --plant " + options.plant;
  return line;
}

int run_one(const Options& options) {
  plant(planted_named(options.plant));
  const auto outcome = simulate(options.scenario(*options.seed), true);
  for (const auto& line : outcome.timeline) fmt::print("{}\n", line);
  fmt::print(
      "\nseed {}: {} units, {} writes, {} members restarted, {} deaths, fingerprint {:016x}\n",
      *options.seed, outcome.units, outcome.writes, outcome.restarts, outcome.deaths,
      outcome.fingerprint);
  for (const auto& violation : outcome.violations) fmt::print("BROKEN  {}\n", violation);
  return outcome.violations.empty() ? 0 : 1;
}

int run_sweep(const Options& options) {
  fmt::print("seeds {} to {}, {} instances each, {} threads\n", options.from,
             options.from + options.seeds - 1, options.instances, options.threads);
  std::fflush(stdout);
  const auto began = std::chrono::steady_clock::now();
  const auto totals = sweep(options, planted_named(options.plant));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print(
      "{} runs ({} planned, {} with CVO systems), {} writes, {} members restarted, {} deaths in "
      "{:.1f} s: {:.0f} runs a minute\n",
      totals.runs, totals.planned, totals.systems, totals.writes, totals.restarts, totals.deaths,
      took.count(), static_cast<double>(totals.runs) * 60 / took.count());
  for (const auto& [end, count] : totals.ends) fmt::print("  systems {}: {}\n", end, count);
  if (!totals.first) {
    fmt::print("no invariant broken\n");
    return 0;
  }
  for (const auto& violation : totals.first->violations) fmt::print("BROKEN  {}\n", violation);
  fmt::print("seed {} broke it. Replay: {}\n", totals.first->seed,
             replay(options, totals.first->seed));
  return 1;
}

// Each planted fault must be noticed within the seeds: the table of docs/internals/reliability.md.
int run_planted(const Options& options) {
  if (!can_plant()) {
    fmt::print(stderr, "simtest: this build has no planted faults (V2ONLY_PLANTED_FAULTS)\n");
    return 1;
  }
  bool all = true;
  fmt::print("| planted fault | caught by seed | as |\n| --- | --- | --- |\n");
  for (const auto& known : engine::kPlantedNames) {
    const auto totals = sweep(options, known.fault);
    all = all && totals.first.has_value();
    fmt::print("| {} | {} | {} |\n", known.name,
               totals.first ? std::to_string(totals.first->seed) : "**never**",
               totals.first ? totals.first->violations.front() : "");
    std::fflush(stdout);
  }
  return all ? 0 : 1;
}

}  // namespace
}  // namespace v2only::simtest

int main(int argc, char** argv) {
  using namespace v2only;  // NOLINT(google-build-using-namespace): main is outside of it
  simtest::Options options;
  CLI::App app(
      "Simulated lives of a fleet: one seed makes a fleet, a schedule of trouble and a run.");
  app.add_option("--seeds", options.seeds, "how many seeds")->capture_default_str();
  app.add_option("--from", options.from, "the first seed")->capture_default_str();
  app.add_option("--seed", options.seed, "one seed, with its timeline");
  app.add_option("--instances", options.instances, "in each fleet")->capture_default_str();
  app.add_option("--threads", options.threads, "at once")->capture_default_str();
  app.add_flag("--systems", options.systems, "CVO systems in every world, not in every fourth");
  app.add_option("--plant", options.plant, "a planted fault's name, or 'all' for the table");
  CLI11_PARSE(app, argc, argv);
  if (options.plant == "all") return simtest::run_planted(options);
  if (!options.plant.empty() && simtest::planted_named(options.plant) == engine::Planted::kNone) {
    fmt::print(stderr, "simtest: no planted fault is called '{}'\n", options.plant);
    return 1;
  }
  return options.seed ? simtest::run_one(options) : simtest::run_sweep(options);
}
