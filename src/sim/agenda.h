// What the world will do by itself, in the order of time; at one time, in the order it was noted.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "core/time.h"

namespace v2only::sim {

class Agenda {
 public:
  using Action = std::function<void(WallTime at)>;

  void at(WallTime time, Action action) { actions_.emplace(time, std::move(action)); }

  std::optional<WallTime> next() const {
    if (actions_.empty()) return std::nullopt;
    return actions_.begin()->first;
  }

  // Runs all that is due, each at its own time; an action may note further ones.
  void run_until(WallTime now) {
    while (!actions_.empty() && actions_.begin()->first <= now) {
      auto due = actions_.extract(actions_.begin());
      due.mapped()(due.key());
    }
  }

 private:
  std::multimap<WallTime, Action> actions_;
};

}  // namespace v2only::sim
