// What the world's log says of one CVO system, asked by moment.
#pragma once

#include <string>
#include <vector>

#include "sim/world.h"

namespace v2only::simtest {

class SystemHistory {
 public:
  SystemHistory(const sim::World& world, const sim::CvoSpec& spec);

  const sim::CvoSpec& spec() const { return *spec_; }
  // Its entries and its members', in order.
  const std::vector<const sim::LogEntry*>& entries() const { return entries_; }
  // Whether somebody who is not this run had a hand in its power before: stopped or terminated a
  // member, took a node over.
  bool disturbed(WallTime before) const;
  bool disturbed(const InstanceId& member, WallTime before) const;
  // Whether the node was without its storage, or its instance without power, just before.
  bool away(const InstanceId& node, WallTime at) const;
  // Stopped, and not started since.
  bool stopped(const InstanceId& member, WallTime at) const;
  // The mediator had been told to reboot and was not back.
  bool mediator_away(WallTime at, const sim::PowerTimings& power) const;

 private:
  const sim::CvoSpec* spec_;
  std::vector<const sim::LogEntry*> entries_;
};

// Of a run or of what it asked for: neither somebody else's doing nor a failure's.
bool is_ours(const sim::LogEntry& entry);

}  // namespace v2only::simtest
