#include "sim/state.h"

#include <algorithm>

namespace v2only::sim {
namespace {

using fleet::InstanceState;
using fleet::OptionField;
using fleet::OptionState;

constexpr Duration kShownAfterTermination = std::chrono::hours(1);

fleet::OptionSet launch_defaults() {
  return fleet::OptionSet()
      .set(OptionField::kHttpTokens, "optional")
      .set(OptionField::kHttpPutResponseHopLimit, "1")
      .set(OptionField::kHttpEndpoint, "enabled")
      .set(OptionField::kHttpProtocolIpv6, "disabled")
      .set(OptionField::kInstanceMetadataTags, "disabled");
}

}  // namespace

State::State(const WorldSpec& spec, Random random, WallTime start, Agenda& agenda)
    : spec_(spec), random_(random), agenda_(agenda) {
  instances_.reserve(spec.instances.size());
  tracks_.reserve(spec.instances.size());
  by_id_.reserve(spec.instances.size());
  for (std::size_t i = 0; i < spec.instances.size(); ++i) {
    add(spec.instances[i], static_cast<std::uint32_t>(i), start);
  }
}

void State::add(const InstanceSpec& spec, std::uint32_t spec_index, WallTime start) {
  const auto index = static_cast<InstanceIndex>(instances_.size());
  if (!by_id_.emplace(spec.instance.id, index).second) return;
  auto instance = spec.instance;
  if (instance.account.empty()) instance.account = spec_.account;
  if (instance.state == InstanceState::kUnknown) instance.state = InstanceState::kRunning;
  if (!instance.name.empty()) instance.tags.try_emplace("Name", instance.name);
  instance.options = launch_defaults().with(instance.options);
  Track track;
  track.spec = spec_index;
  track.software = spec.software;
  if (fleet::is_gone(instance.state)) track.gone = start;
  by_region_[instance.region].push_back(index);
  instances_.push_back(std::move(instance));
  tracks_.push_back(std::move(track));
  if (instances_.back().options_state == OptionState::kPending) schedule_arrival(index, start);
}

std::optional<InstanceIndex> State::find(const InstanceId& id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

const std::vector<InstanceIndex>& State::in_region(const RegionName& region) const {
  static const std::vector<InstanceIndex> kNone;
  const auto found = by_region_.find(region);
  return found == by_region_.end() ? kNone : found->second;
}

const InstanceSpec& State::behaviour(InstanceIndex index) const {
  return spec_.instances[tracks_[index].spec];
}

const fleet::OptionSet& State::effective(InstanceIndex index) const {
  const auto& history = tracks_[index].history;
  return history.empty() ? instances_[index].options : history.back().effective;
}

const Tags& State::tags(InstanceIndex index, WallTime when) const {
  for (const auto& [until, old] : tracks_[index].old_tags) {
    if (when < until) return old;
  }
  return instances_[index].tags;
}

Glimpse State::glimpse(InstanceIndex index, WallTime when) const {
  const auto& now = instances_[index];
  const auto& history = tracks_[index].history;
  if (history.empty() || when >= history.back().at) {
    return {now.options, tags(index, when), now.options_state, now.state, now.launched};
  }
  const auto later = std::upper_bound(history.begin() + 1, history.end(), when,
                                      [](WallTime t, const Version& v) { return t < v.at; });
  const auto& then = *(later - 1);
  return {then.options, tags(index, when), then.options_state, then.state, then.launched};
}

std::vector<Version> State::history(InstanceIndex index) const {
  if (!tracks_[index].history.empty()) return tracks_[index].history;
  const auto& now = instances_[index];
  return {{WallTime::min(), now.options, now.options, now.options_state, now.state, now.launched,
           tracks_[index].software}};
}

bool State::is_listed(InstanceIndex index, WallTime when) const {
  const auto& gone = tracks_[index].gone;
  return !gone || when < *gone + kShownAfterTermination;
}

void State::remember(InstanceIndex index) {
  auto& history = tracks_[index].history;
  if (history.empty()) history = this->history(index);
}

void State::record(InstanceIndex index, WallTime at, const fleet::OptionSet& effective) {
  const auto& now = instances_[index];
  tracks_[index].history.push_back({at, now.options, effective, now.options_state, now.state,
                                    now.launched, tracks_[index].software});
}

void State::change_options(InstanceIndex index, const fleet::OptionSet& set, WallTime now,
                           Cause cause) {
  remember(index);
  auto& instance = instances_[index];
  auto line = entry(cause.kind, index, now);
  line.before = instance.options;
  instance.options = instance.options.with(set);
  instance.options_state = OptionState::kPending;
  line.after = instance.options;
  line.caller = std::move(cause.caller);
  line.detail = std::move(cause.detail);
  record(index, now, fleet::OptionSet(effective(index)));
  write_log(std::move(line));
  schedule_arrival(index, now);
}

void State::schedule_arrival(InstanceIndex index, WallTime now) {
  const auto generation = ++tracks_[index].generation;
  const auto state = instances_[index].state;
  if (state == InstanceState::kStopped || state == InstanceState::kStopping) return;
  const auto spread = spec_.apply_delay_max - spec_.apply_delay_min;
  const auto bound = static_cast<std::uint64_t>(std::max<Duration::rep>(spread.count(), 0)) + 1;
  const auto drawn = static_cast<Duration::rep>(random_.below(bound));
  const auto due = now + spec_.apply_delay_min + Duration(drawn);
  agenda_.at(due, [this, index, generation](WallTime at) { arrive(index, generation, at); });
}

void State::arrive(InstanceIndex index, std::uint32_t generation, WallTime at) {
  auto& instance = instances_[index];
  if (tracks_[index].generation != generation) return;
  if (instance.state != InstanceState::kRunning && instance.state != InstanceState::kPending)
    return;
  remember(index);
  instance.options_state = OptionState::kApplied;
  record(index, at, instance.options);
  write_log(entry(LogEntry::Kind::kApplied, index, at));
  if (options_watch_) options_watch_(index, at);
}

void State::put_tags(InstanceIndex index, const Tags& tags, WallTime now) {
  auto& instance = instances_[index];
  tracks_[index].old_tags.emplace_back(now, instance.tags);
  for (const auto& [key, value] : tags) instance.tags[key] = value;
  auto line = entry(LogEntry::Kind::kTagged, index, now);
  line.tags = tags;
  write_log(std::move(line));
}

void State::terminate(InstanceIndex index, WallTime now, Cause cause) {
  auto& instance = instances_[index];
  if (fleet::is_gone(instance.state)) return;
  remember(index);
  instance.state = InstanceState::kTerminated;
  tracks_[index].gone = now;
  record(index, now, fleet::OptionSet(effective(index)));
  auto line = entry(LogEntry::Kind::kGone, index, now);
  line.caller = std::move(cause.caller);
  line.detail = std::move(cause.detail);
  write_log(std::move(line));
  ++powers_[index].generation;
  tell(index, PowerEvent::kDown, now);
}

void State::stop(InstanceIndex index, WallTime now) {
  if (instances_[index].state != InstanceState::kRunning) return;
  auto& power = powers_[index];
  ++power.generation;
  power.down = now;
  log_power(LogEntry::Kind::kStopped, index, now, {LogEntry::Kind::kStopped, "somebody else", {}});
  set_state(index, InstanceState::kStopped, now);
  tell(index, PowerEvent::kDown, now);
  tell(index, PowerEvent::kStopped, now);
}

LogEntry State::entry(LogEntry::Kind kind, InstanceIndex index, WallTime at) const {
  LogEntry line;
  line.kind = kind;
  line.at = at;
  line.region = instances_[index].region;
  line.instance = instances_[index].id;
  line.after = instances_[index].options;
  return line;
}

}  // namespace v2only::sim
