#include "engine/written.h"

#include <map>
#include <utility>

namespace v2only::engine {
namespace {

struct Trace {
  fleet::OptionSet observed;
  bool refused_only = true;
  bool answered = false;
};

using StepKey = std::pair<UnitId, std::uint32_t>;

std::map<StepKey, Trace> traces_of(const std::vector<Entry>& entries) {
  std::map<StepKey, Trace> out;
  for (const auto& entry : entries) {
    if (const auto* intent = std::get_if<Intent>(&entry)) {
      auto [found, first] = out.try_emplace({intent->write.unit, intent->write.step});
      if (first) found->second.observed = intent->seen;
      found->second.answered = false;
    } else if (const auto* outcome = std::get_if<Outcome>(&entry)) {
      const auto found = out.find({outcome->write.unit, outcome->write.step});
      if (found == out.end()) continue;
      found->second.answered = true;
      if (outcome->fate != WriteFate::kRefused) found->second.refused_only = false;
    }
  }
  return out;
}

}  // namespace

std::vector<fleet::Written> written_by(const fleet::Plan& plan, const std::vector<Entry>& entries) {
  const auto traces = traces_of(entries);
  std::vector<fleet::Written> out;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      for (std::uint32_t i = 0; i < unit.steps.size(); ++i) {
        const auto found = traces.find({unit.id, i});
        if (found == traces.end()) continue;
        if (found->second.answered && found->second.refused_only) continue;
        fleet::Written written{unit.steps[i]};
        written.step.observed = found->second.observed;
        out.push_back(std::move(written));
      }
    }
  }
  return out;
}

}  // namespace v2only::engine
