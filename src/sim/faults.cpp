#include "sim/faults.h"

#include "sim/call.h"

namespace v2only::sim {
namespace {

using Kind = FaultSpec::Kind;

bool decides_answer(Kind kind) {
  return kind != Kind::kDelay && kind != Kind::kStale && kind != Kind::kEchoMoved;
}

bool takes_effect(const FaultSpec& fault, Random& random) {
  switch (fault.kind) {
    case Kind::kLoseAfter:
    case Kind::kHalfAnswer:
    case Kind::kHang:
      return true;
    case Kind::kGarbage:
    case Kind::kHtmlError:
      return random.chance(0.5);
    case Kind::kError:
      return fault.status == 500 && random.chance(0.5);
    default:
      return false;
  }
}

}  // namespace

bool is_world_event(Kind kind) {
  return kind == Kind::kOtherChanges || kind == Kind::kOtherTags || kind == Kind::kTerminate ||
         kind == Kind::kStop;
}

Faults::Faults(const std::vector<FaultSpec>& script, WallTime start, Random random)
    : start_(start) {
  for (const auto& spec : script) {
    auto own = random.fork();  // also for those left out: adding an event shifts nothing
    if (!is_world_event(spec.kind)) armed_.push_back({&spec, own, spec.times});
  }
}

bool Faults::fires(Armed& fault, const Call& call) const {
  const auto& spec = *fault.spec;
  if (fault.left == 0) return false;
  if (call.now < start_ + spec.from || (spec.until && call.now >= start_ + *spec.until)) {
    return false;
  }
  if (!spec.action.empty() && spec.action != call.action) return false;
  if (spec.region && *spec.region != call.region) return false;
  // A listing does not name the instance that it shows stale.
  if (spec.instance && spec.kind != Kind::kStale && !names_instance(call, *spec.instance)) {
    return false;
  }
  if (spec.probability < 1 && !fault.random.chance(spec.probability)) return false;
  if (fault.left > 0) --fault.left;
  return true;
}

FaultDraw Faults::draw(const Call& call) {
  FaultDraw out;
  for (auto& fault : armed_) {
    if (decides_answer(fault.spec->kind) && out.breaks != nullptr) continue;
    if (!fires(fault, call)) continue;
    switch (fault.spec->kind) {
      case Kind::kDelay:
        out.delay += fault.spec->delay;
        break;
      case Kind::kStale:
        out.stale.push_back(fault.spec);
        break;
      case Kind::kEchoMoved:
        out.echo = fault.spec;
        break;
      default:
        out.breaks = fault.spec;
        out.takes_effect = takes_effect(*fault.spec, fault.random);
    }
  }
  return out;
}

}  // namespace v2only::sim
