#include "harness/system_history.h"

#include <algorithm>

namespace v2only::simtest {
namespace {

using sim::LogEntry;
using Kind = LogEntry::Kind;

constexpr const char* kSomebodyElse = "somebody else";

bool is_member(const sim::CvoSpec& spec, const InstanceId& id) {
  return id == spec.mediator ||
         std::any_of(spec.nodes.begin(), spec.nodes.end(),
                     [&](const sim::CvoNodeSpec& node) { return node.instance == id; });
}

bool is_power(Kind kind) {
  return kind == Kind::kStopped || kind == Kind::kStarted || kind == Kind::kRebooted ||
         kind == Kind::kGone || kind == Kind::kTakeover;
}

}  // namespace

bool is_ours(const LogEntry& entry) {
  if (entry.kind == Kind::kTakeover && entry.caller == "ONTAP") return false;
  return entry.caller != kSomebodyElse;
}

SystemHistory::SystemHistory(const sim::World& world, const sim::CvoSpec& spec) : spec_(&spec) {
  for (const auto& entry : world.log()) {
    if (entry.system == spec.system || is_member(spec, entry.instance)) entries_.push_back(&entry);
  }
}

bool SystemHistory::disturbed(WallTime before) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const LogEntry* entry) {
    return entry->at <= before && is_power(entry->kind) && entry->caller == kSomebodyElse;
  });
}

bool SystemHistory::disturbed(const InstanceId& member, WallTime before) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const LogEntry* entry) {
    return entry->instance == member && entry->at <= before && is_power(entry->kind) &&
           entry->caller == kSomebodyElse;
  });
}

bool SystemHistory::away(const InstanceId& node, WallTime at) const {
  bool taken = false;
  for (const auto* entry : entries_) {
    if (entry->at >= at) break;
    if (entry->instance == node && entry->kind == Kind::kTakeover) taken = true;
    if (entry->instance == node && entry->kind == Kind::kGiveback) taken = false;
    // Its storage comes back to it when its partner goes down.
    const bool partner = entry->instance != node && entry->instance != spec_->mediator;
    if (partner && (entry->kind == Kind::kStopped || entry->kind == Kind::kGone)) taken = false;
  }
  return taken || stopped(node, at);
}

bool SystemHistory::stopped(const InstanceId& member, WallTime at) const {
  bool off = false;
  for (const auto* entry : entries_) {
    if (entry->at >= at) break;
    if (entry->instance != member) continue;
    if (entry->kind == Kind::kStopped || entry->kind == Kind::kGone) off = true;
    if (entry->kind == Kind::kStarted) off = false;
  }
  return off;
}

bool SystemHistory::mediator_away(WallTime at, const sim::PowerTimings& power) const {
  if (!spec_->mediator) return false;
  return std::any_of(entries_.begin(), entries_.end(), [&](const LogEntry* entry) {
    return entry->kind == Kind::kRebooted && entry->instance == spec_->mediator && entry->at < at &&
           at < entry->at + power.reboot + spec_->timings.mediator_boot;
  });
}

}  // namespace v2only::simtest
