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

bool is_netapp(std::string_view service) { return service == "ontap" || service == "console"; }

// Whether the fault is one of the call's service, system and action.
bool is_for(const FaultSpec& spec, const Call& call) {
  if (spec.service.empty() ? is_netapp(call.service) : spec.service != call.service) return false;
  if (spec.system && *spec.system != call.system) return false;
  if (spec.kind == Kind::kNoCapacity && call.action != "StartInstances") return false;
  if (is_netapp(call.service)) return call.action.starts_with(spec.action);
  return spec.action.empty() || spec.action == call.action;
}

}  // namespace

bool is_world_event(Kind kind) {
  return kind == Kind::kOtherChanges || kind == Kind::kOtherTags || kind == Kind::kTerminate ||
         kind == Kind::kStop || kind == Kind::kOtherTakeover;
}

bool is_condition(Kind kind) {
  switch (kind) {
    case Kind::kTakeoverVeto:
    case Kind::kGivebackVeto:
    case Kind::kNoBoot:
    case Kind::kWrongBoot:
    case Kind::kSlowResync:
    case Kind::kClockOff:
      return true;
    default:
      return false;
  }
}

Faults::Faults(const std::vector<FaultSpec>& script, WallTime start, Random random)
    : start_(start) {
  for (const auto& spec : script) {
    auto own = random.fork();  // also for those left out: adding an event shifts nothing
    if (is_world_event(spec.kind)) continue;
    (is_condition(spec.kind) ? conditions_ : armed_).push_back({&spec, own, spec.times});
  }
}

bool Faults::is_due(const Armed& fault, WallTime now) const {
  const auto& spec = *fault.spec;
  return fault.left != 0 && now >= start_ + spec.from &&
         (!spec.until || now < start_ + *spec.until);
}

bool Faults::takes(Armed& fault) {
  if (fault.spec->probability < 1 && !fault.random.chance(fault.spec->probability)) return false;
  if (fault.left > 0) --fault.left;
  return true;
}

bool Faults::fires(Armed& fault, const Call& call) const {
  const auto& spec = *fault.spec;
  if (!is_due(fault, call.now) || !is_for(spec, call)) return false;
  if (spec.region && *spec.region != call.region) return false;
  // A listing does not name the instance that it shows stale.
  if (spec.instance && spec.kind != Kind::kStale && !names_instance(call, *spec.instance)) {
    return false;
  }
  return takes(fault);
}

const FaultSpec* Faults::strikes(Kind kind, const UnitId& system, const InstanceId& instance,
                                 WallTime now) {
  for (auto& fault : conditions_) {
    const auto& spec = *fault.spec;
    if (spec.kind != kind || !is_due(fault, now)) continue;
    if (spec.system && *spec.system != system) continue;
    if (spec.instance && *spec.instance != instance) continue;
    if (takes(fault)) return &spec;
  }
  return nullptr;
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
