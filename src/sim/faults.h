// The fault script: what it does to each request. Every fault draws from a stream of its own, so
// that adding one does not shift another's draws.
#pragma once

#include <vector>

#include "core/random.h"
#include "core/time.h"
#include "sim/spec.h"

namespace v2only::sim {

struct Call;

// What the script does to one request.
struct FaultDraw {
  // The first fault in the script's order that decides how the answer comes; null: none does.
  const FaultSpec* breaks = nullptr;
  // Whether the request takes effect although `breaks` spoils the answer. Certain for kLoseAfter,
  // kHalfAnswer and kHang; drawn evenly for kGarbage, kHtmlError and a kError of 5xx, for a
  // caller can not know it there either (facts: InternalError, "result unknown").
  bool takes_effect = true;
  Duration delay{};                     // of the answer, kDelay's together
  std::vector<const FaultSpec*> stale;  // kStale: of all instances, or of `instance` only
  const FaultSpec* echo = nullptr;      // kEchoMoved
};

class Faults {
 public:
  Faults(const std::vector<FaultSpec>& script, WallTime start, Random random);

  FaultDraw draw(const Call& call);
  // The first fault of an ONTAP system that is in force for it now; null: none. `instance` may be
  // empty. One with `times` or `probability` counts, or draws, each time that it is asked for.
  const FaultSpec* strikes(FaultSpec::Kind kind, const UnitId& system, const InstanceId& instance,
                           WallTime now);

 private:
  struct Armed {
    const FaultSpec* spec;  // in the script, which outlives this
    Random random;
    int left;  // -1: no limit
  };
  bool is_due(const Armed& fault, WallTime now) const;
  bool fires(Armed& fault, const Call& call) const;
  static bool takes(Armed& fault);

  std::vector<Armed> armed_;
  std::vector<Armed> conditions_;
  WallTime start_;
};

// kOtherChanges, kOtherTags, kTerminate, kStop and kOtherTakeover happen by the clock, not to a
// request.
bool is_world_event(FaultSpec::Kind kind);
// Those of ONTAP systems that hold for a time, not for a request.
bool is_condition(FaultSpec::Kind kind);

}  // namespace v2only::sim
