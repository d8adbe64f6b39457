// What advance() gives back, and how it is put together.
#pragma once

#include <optional>
#include <vector>

#include "core/time.h"
#include "engine/effect.h"
#include "engine/entry.h"
#include "engine/run_state.h"

namespace v2only::engine {

struct Decision {
  std::vector<Entry> entries;       // to make durable first
  std::vector<Effect> effects;      // to carry out then
  std::optional<MonoTime> wake_at;  // call advance(Tick) no later than this
};

// Collects one decision. An entry is applied to the state as it is recorded; one that the engine
// itself decided on always fits, and where it does not, dying is safe.
class Recorder {
 public:
  Recorder(RunState& state, Decision& out, EffectId& next)
      : state_(state), out_(out), next_(next) {}

  void record(Entry entry) {
    if (!state_.apply(entry)) std::abort();
    out_.entries.push_back(std::move(entry));
  }
  EffectId next_id() { return next_++; }
  void emit(Effect effect) { out_.effects.push_back(std::move(effect)); }

 private:
  RunState& state_;
  Decision& out_;
  EffectId& next_;
};

}  // namespace v2only::engine
