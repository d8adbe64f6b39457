#include "sim/speed.h"

namespace v2only::sim {
namespace {

void divide(Duration& delay, double speed) {
  delay = Duration(static_cast<Duration::rep>(static_cast<double>(delay.count()) / speed));
}

void divide(CvoTimings& t, double speed) {
  for (auto* delay : {&t.takeover, &t.failure_detect, &t.halt, &t.boot, &t.giveback_delay,
                      &t.giveback_retry, &t.giveback, &t.resync, &t.resync_after,
                      &t.management_move, &t.mediator_boot, &t.job_kept}) {
    divide(*delay, speed);
  }
}

}  // namespace

WorldSpec sped_up(WorldSpec spec, double speed) {
  auto& power = spec.power;
  for (auto* delay : {&spec.latency, &spec.apply_delay_min, &spec.apply_delay_max,
                      &spec.consistency, &power.stop, &power.start, &power.reboot, &power.checks}) {
    divide(*delay, speed);
  }
  for (auto& system : spec.cvo) divide(system.timings, speed);
  for (auto& fault : spec.faults) {
    divide(fault.from, speed);
    if (fault.kind != FaultSpec::Kind::kClockOff) divide(fault.delay, speed);
    if (fault.until) divide(*fault.until, speed);
  }
  return spec;
}

}  // namespace v2only::sim
