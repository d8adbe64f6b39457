#include "sim/speed.h"

#include <array>

namespace v2only::sim {
namespace {

void divide(Duration& delay, double speed) {
  delay = Duration(static_cast<Duration::rep>(static_cast<double>(delay.count()) / speed));
}

std::array<Duration*, 11> steps_of(CvoTimings& t) {
  return {&t.takeover,        &t.failure_detect, &t.halt,          &t.boot,
          &t.giveback,        &t.giveback_delay, &t.resync,        &t.resync_after,
          &t.management_move, &t.mediator_boot,  &t.giveback_retry};
}

std::array<Duration*, 8> delays_of(WorldSpec& spec) {
  auto& power = spec.power;
  return {&spec.latency, &spec.apply_delay_min, &spec.apply_delay_max, &spec.consistency,
          &power.stop,   &power.start,          &power.reboot,         &power.checks};
}

}  // namespace

WorldSpec sped_up(WorldSpec spec, double speed) {
  for (auto* delay : delays_of(spec)) divide(*delay, speed);
  if (spec.console) {
    divide(spec.console->credentials_life, speed);
    divide(spec.console->agent_boot, speed);
    divide(spec.console->snapshots, speed);
  }
  for (auto& system : spec.cvo) {
    for (auto* delay : steps_of(system.timings)) divide(*delay, speed);
    divide(system.timings.look_again, speed);
    divide(system.timings.job_kept, speed);
  }
  for (auto& fault : spec.faults) {
    divide(fault.from, speed);
    if (fault.kind != FaultSpec::Kind::kClockOff) divide(fault.delay, speed);
    if (fault.until) divide(*fault.until, speed);
  }
  return spec;
}

WorldSpec without_delays(WorldSpec spec) {
  for (auto* delay : delays_of(spec)) *delay = Duration::zero();
  if (spec.console) spec.console->agent_boot = spec.console->snapshots = Duration::zero();
  for (auto& system : spec.cvo) {
    for (auto* delay : steps_of(system.timings)) *delay = Duration::zero();
  }
  return spec;
}

}  // namespace v2only::sim
