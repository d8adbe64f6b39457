// The engine under test, and a world that it acts upon by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "plans.h"

namespace v2only::engine::test {

// A world of instances that answers the engine by hand, one effect at a time.
class Bench {
 public:
  explicit Bench(fleet::Plan plan, EngineOptions engine_options = {}) : plan_(std::move(plan)) {
    for (const auto& wave : plan_.waves) {
      for (const auto& unit : wave.units) {
        for (const auto& step : unit.steps) {
          auto& instance = world[step.instance];
          instance.id = step.instance;
          instance.state = fleet::InstanceState::kRunning;
          instance.options = step.observed;
        }
      }
    }
    start(std::move(engine_options));
  }

  void start(EngineOptions engine_options) {
    auto made = Engine::create(plan_, journal, std::move(engine_options));
    ASSERT_TRUE(made) << to_string(made.error());
    engine.emplace(*std::move(made));
    effects.clear();
  }

  void tell(const Event& event) {
    auto decision = engine->advance(event, now);
    for (auto& entry : decision.entries) journal.push_back(std::move(entry));
    for (auto& effect : decision.effects) effects.push_back(std::move(effect));
    wake_at = decision.wake_at;
  }

  void pass(Duration time) {
    now.wall += time;
    now.mono += time;
    tell(Tick{});
  }

  template <class E>
  std::vector<E> pending() const {
    std::vector<E> out;
    for (const auto& effect : effects) {
      if (const auto* e = std::get_if<E>(&effect)) out.push_back(*e);
    }
    return out;
  }

  template <class E>
  std::optional<E> take() {
    const auto found = std::find_if(effects.begin(), effects.end(),
                                    [](const Effect& e) { return std::holds_alternative<E>(e); });
    if (found == effects.end()) return std::nullopt;
    const E out = std::get<E>(*found);
    effects.erase(found);
    return out;
  }

  void answer(const ReadOptions& read) {
    OptionsRead event{read.id, now, {}, {}};
    for (const auto& id : read.instances) {
      if (const auto found = world.find(id); found != world.end()) {
        event.seen.push_back(found->second);
      }
    }
    tell(event);
  }
  void read_all() {
    while (const auto read = take<ReadOptions>()) answer(*read);
  }

  ModifyAnswered echo(const ModifyOptions& write) {
    auto& instance = world.at(write.instance);
    instance.options = instance.options.with(write.send);
    ModifyAnswered answer;
    answer.id = write.id;
    answer.fate = WriteFate::kDone;
    answer.request_id = "req-1";
    answer.options = instance.options;
    return answer;
  }
  void carry_out(const ModifyOptions& write) { tell(echo(write)); }
  void lose_answer(const ModifyOptions& write, bool took_effect) {
    if (took_effect) echo(write);
    ModifyAnswered event;
    event.id = write.id;
    event.message = "no answer";
    tell(event);
  }
  void refuse(const ModifyOptions& write, const std::string& code) {
    ModifyAnswered event;
    event.id = write.id;
    event.fate = WriteFate::kRefused;
    event.code = code;
    tell(event);
  }

  // Answers everything until the run is at rest.
  void finish() {
    for (int i = 0; i < 100000 && !engine->at_rest(); ++i) {
      if (const auto write = take<ModifyOptions>()) {
        carry_out(*write);
      } else if (const auto read = take<ReadOptions>()) {
        answer(*read);
      } else {
        ASSERT_TRUE(wake_at) << "nothing is in flight and no time is awaited";
        pass(std::max(Duration(1), *wake_at - now.mono));
      }
    }
    ASSERT_TRUE(engine->at_rest());
  }

  const UnitRecord& unit(int number) const {
    return engine->state().unit(*engine->state().index_of(UnitId(instance_name(number))));
  }
  template <class E>
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::count_if(journal.begin(), journal.end(),
                      [](const Entry& e) { return std::holds_alternative<E>(e); }));
  }

  Now now{WallTime(std::chrono::hours(500000)), MonoTime(std::chrono::hours(1))};
  std::map<InstanceId, fleet::Instance> world;
  std::vector<Entry> journal;
  std::vector<Effect> effects;
  std::optional<MonoTime> wake_at;
  std::optional<Engine> engine;

 private:
  fleet::Plan plan_;
};

inline fleet::Instance& in_world(Bench& bench, int number) {
  return bench.world.at(InstanceId(instance_name(number)));
}

}  // namespace v2only::engine::test
