// The simulated account's instances: what they are, what they were, and what changes them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/random.h"
#include "sim/agenda.h"
#include "sim/spec.h"
#include "sim/world.h"

namespace v2only::sim {

using InstanceIndex = std::uint32_t;

// What an instance was like from `at` on.
struct Version {
  WallTime at{};
  fleet::OptionSet options;    // on the control plane: what DescribeInstances shows
  fleet::OptionSet effective;  // what the instance's IMDS goes by: behind while pending
  fleet::OptionState options_state = fleet::OptionState::kApplied;
  fleet::InstanceState state = fleet::InstanceState::kRunning;
  std::optional<WallTime> launched;
  Software software = Software::kV2;
};

using Tags = std::map<std::string, std::string>;

// What a read shows of an instance besides what never changes.
struct Glimpse {
  const fleet::OptionSet& options;
  const Tags& tags;
  fleet::OptionState options_state = fleet::OptionState::kApplied;
  fleet::InstanceState state = fleet::InstanceState::kUnknown;
  std::optional<WallTime> launched;
};

// What happens to the system on an instance when its power changes.
enum class PowerEvent : std::uint8_t {
  kDown,     // it is cut off: a stop or a reboot has begun
  kStopped,  // the instance has stopped
  kBoots,    // it begins to boot
};

// What only instances have whose power has changed.
struct Power {
  std::vector<WallTime> boots;   // after the world's start, oldest first
  std::optional<WallTime> down;  // since when the guest is, if it is
  std::string state_reason;      // "Client.InternalError: …" of a start that failed
  bool unreachable = false;      // the system on it hangs: its status check fails
  std::uint32_t generation = 0;  // what an older call had begun is off
};

class State {
 public:
  // Options that the spec leaves out begin as AWS launches: optional, 1, enabled, disabled,
  // disabled. A second instance of one id is left out.
  State(const WorldSpec& spec, Random random, WallTime start, Agenda& agenda);

  const std::vector<fleet::Instance>& instances() const { return instances_; }
  const fleet::Instance& at(InstanceIndex index) const { return instances_[index]; }
  std::optional<InstanceIndex> find(const InstanceId& id) const;
  // In the order of the spec.
  const std::vector<InstanceIndex>& in_region(const RegionName& region) const;
  const InstanceSpec& behaviour(InstanceIndex index) const;

  // As it was at `when`. Good until the instance changes.
  Glimpse glimpse(InstanceIndex index, WallTime when) const;
  // Every version, the first one from the beginning of time.
  std::vector<Version> history(InstanceIndex index) const;
  // Terminated ones stay listed for an hour.
  bool is_listed(InstanceIndex index, WallTime when) const;

  // How a change came about, for the log.
  struct Cause {
    LogEntry::Kind kind = LogEntry::Kind::kModified;
    std::string caller;
    std::string detail;
  };
  // Sets the fields of `set`; a running instance has them after the spec's delay, a stopped one
  // keeps them pending.
  void change_options(InstanceIndex index, const fleet::OptionSet& set, WallTime now, Cause cause);
  // Puts the tags beside those that are there; one of the same key gets the new value.
  void put_tags(InstanceIndex index, const Tags& tags, WallTime now);
  void terminate(InstanceIndex index, WallTime now, Cause cause);
  // Stopped at once, by somebody else.
  void stop(InstanceIndex index, WallTime now);
  // Of a running instance: stopping, and stopped after the spec's delay.
  void begin_stop(InstanceIndex index, WallTime now, Cause cause);
  // Of a stopped instance: pending, and running after the spec's delay; stopped again where the key
  // of its volumes can not be used. Options that were pending are on their way from then on.
  void begin_start(InstanceIndex index, WallTime now, Cause cause);
  // Of a running instance: its state stays, its guest boots anew.
  void reboot(InstanceIndex index, WallTime now, Cause cause);
  // The guest boots by itself, without EC2's doing.
  void note_boot(InstanceIndex index, WallTime now);
  // The system on it hangs, or does no longer: its instance status check fails.
  void set_unreachable(InstanceIndex index, bool on) { powers_[index].unreachable = on; }
  // Null: its power never changed.
  const Power* power(InstanceIndex index) const;
  // While a boot is so fresh that the status checks are not through with it.
  bool is_initializing(InstanceIndex index, WallTime now) const;
  // The options that the instance's own IMDS goes by.
  const fleet::OptionSet& effective_options(InstanceIndex index) const { return effective(index); }
  // What runs there asks IMDS in another way from now on.
  void set_software(InstanceIndex index, Software software, WallTime now);

  // Told of power and of options that reach an instance, after the change.
  using PowerWatch = std::function<void(InstanceIndex, PowerEvent, WallTime)>;
  using OptionsWatch = std::function<void(InstanceIndex, WallTime)>;
  void watch(PowerWatch power, OptionsWatch options) {
    power_watch_ = std::move(power);
    options_watch_ = std::move(options);
  }

  const std::vector<LogEntry>& log() const { return log_; }
  bool keeps_log() const { return keeps_log_; }
  void keep_log(bool keep) { keeps_log_ = keep; }
  void write_log(LogEntry entry) {
    if (keeps_log_) log_.push_back(std::move(entry));
  }

 private:
  struct Track {
    std::vector<Version> history;  // empty: never changed
    // What the tags were until a time; empty: never changed. Apart from `history`, for tags are
    // large and seldom move.
    std::vector<std::pair<WallTime, Tags>> old_tags;
    std::uint32_t generation = 0;  // of the options; an older change's arrival says nothing
    std::optional<WallTime> gone;
    std::uint32_t spec = 0;  // index in the world's spec
    Software software = Software::kV2;
  };

  void add(const InstanceSpec& spec, std::uint32_t spec_index, WallTime start);
  // Call before changing an instance: keeps what it was.
  void remember(InstanceIndex index);
  void record(InstanceIndex index, WallTime at, const fleet::OptionSet& effective);
  const fleet::OptionSet& effective(InstanceIndex index) const;
  const Tags& tags(InstanceIndex index, WallTime when) const;
  void schedule_arrival(InstanceIndex index, WallTime now);
  void arrive(InstanceIndex index, std::uint32_t generation, WallTime at);
  LogEntry entry(LogEntry::Kind kind, InstanceIndex index, WallTime at) const;
  void log_power(LogEntry::Kind kind, InstanceIndex index, WallTime at, Cause cause);
  void set_state(InstanceIndex index, fleet::InstanceState state, WallTime at);
  // Runs after `delay`, unless the instance's power was changed once more or it is gone.
  void later(InstanceIndex index, WallTime now, Duration delay, Agenda::Action action);
  bool key_is_usable(InstanceIndex index) const;
  void boot(InstanceIndex index, WallTime at);
  void tell(InstanceIndex index, PowerEvent event, WallTime at);

  const WorldSpec& spec_;
  Random random_;
  Agenda& agenda_;
  std::vector<fleet::Instance> instances_;
  std::vector<Track> tracks_;
  std::unordered_map<InstanceId, InstanceIndex> by_id_;
  std::unordered_map<RegionName, std::vector<InstanceIndex>> by_region_;
  std::unordered_map<InstanceIndex, Power> powers_;
  PowerWatch power_watch_;
  OptionsWatch options_watch_;
  std::vector<LogEntry> log_;
  bool keeps_log_ = false;
};

}  // namespace v2only::sim
