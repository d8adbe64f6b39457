// An instance's power: pending, running, stopping, stopped, and what its guest makes of it.
#include <utility>

#include "sim/state.h"

namespace v2only::sim {

using fleet::InstanceState;

const Power* State::power(InstanceIndex index) const {
  const auto found = powers_.find(index);
  return found == powers_.end() ? nullptr : &found->second;
}

bool State::is_initializing(InstanceIndex index, WallTime now) const {
  const auto* power = this->power(index);
  if (power == nullptr) return false;
  return power->down || (!power->boots.empty() && now < power->boots.back() + spec_.power.checks);
}

void State::set_state(InstanceIndex index, InstanceState state, WallTime at) {
  remember(index);
  instances_[index].state = state;
  record(index, at, fleet::OptionSet(effective(index)));
}

void State::set_software(InstanceIndex index, Software software, WallTime now) {
  if (tracks_[index].software == software) return;
  remember(index);
  tracks_[index].software = software;
  record(index, now, fleet::OptionSet(effective(index)));
}

void State::log_power(LogEntry::Kind kind, InstanceIndex index, WallTime at, Cause cause) {
  auto line = entry(kind, index, at);
  line.caller = std::move(cause.caller);
  line.detail = std::move(cause.detail);
  write_log(std::move(line));
}

void State::tell(InstanceIndex index, PowerEvent event, WallTime at) {
  if (power_watch_) power_watch_(index, event, at);
}

void State::later(InstanceIndex index, WallTime now, Duration delay, Agenda::Action action) {
  const auto generation = powers_[index].generation;
  agenda_.at(now + delay, [this, index, generation, action = std::move(action)](WallTime at) {
    const bool same = powers_[index].generation == generation;
    if (same && !fleet::is_gone(instances_[index].state)) action(at);
  });
}

void State::begin_stop(InstanceIndex index, WallTime now, Cause cause) {
  auto& power = powers_[index];
  ++power.generation;
  power.down = now;
  power.state_reason = "Client.UserInitiatedShutdown: User initiated shutdown";
  log_power(LogEntry::Kind::kStopped, index, now, std::move(cause));
  set_state(index, InstanceState::kStopping, now);
  tell(index, PowerEvent::kDown, now);
  later(index, now, spec_.power.stop, [this, index](WallTime at) {
    set_state(index, InstanceState::kStopped, at);
    tell(index, PowerEvent::kStopped, at);
  });
}

// A customer's key that is not enabled, or not there, lets no volume be attached (facts/aws.md, 1).
bool State::key_is_usable(InstanceIndex index) const {
  const auto& key = behaviour(index).kms_key;
  if (key.empty()) return true;
  const auto found = spec_.kms_keys.find(key);
  return found != spec_.kms_keys.end() && found->second == "Enabled";
}

void State::begin_start(InstanceIndex index, WallTime now, Cause cause) {
  auto& power = powers_[index];
  ++power.generation;
  power.state_reason.clear();
  log_power(LogEntry::Kind::kStarted, index, now, std::move(cause));
  instances_[index].launched = now;
  set_state(index, InstanceState::kPending, now);
  if (!key_is_usable(index)) {
    later(index, now, spec_.power.start, [this, index](WallTime at) {
      powers_[index].state_reason = "Client.InternalError: Client error on launch";
      set_state(index, InstanceState::kStopped, at);
    });
    return;
  }
  later(index, now, spec_.power.start, [this, index](WallTime at) {
    set_state(index, InstanceState::kRunning, at);
    if (instances_[index].options_state == fleet::OptionState::kPending) {
      schedule_arrival(index, at);
    }
    boot(index, at);
  });
}

void State::reboot(InstanceIndex index, WallTime now, Cause cause) {
  auto& power = powers_[index];
  ++power.generation;
  power.down = now;
  log_power(LogEntry::Kind::kRebooted, index, now, std::move(cause));
  tell(index, PowerEvent::kDown, now);
  later(index, now, spec_.power.reboot, [this, index](WallTime at) { boot(index, at); });
}

void State::boot(InstanceIndex index, WallTime at) {
  auto& power = powers_[index];
  power.down.reset();
  power.boots.push_back(at);
  tell(index, PowerEvent::kBoots, at);
}

void State::note_boot(InstanceIndex index, WallTime now) { powers_[index].boots.push_back(now); }

}  // namespace v2only::sim
