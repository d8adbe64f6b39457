// The phases of a CVO member's change, in their order. Each name stands in journals: never renamed,
// only added to.
//
//   mediator:  gates -> mediator-options -> mediator-reboot -> mediator-back -> mediator-good
//   pair node: gates -> note -> handover -> taken-over -> stop -> stopped -> options -> start
//              -> booted -> giveback -> healthy -> settle
//   single:    gates -> note -> shutdown ----------------> stop -> stopped -> options -> start
//              -> booted ------------> healthy -> settle
//
// Restore puts the options of the member in hand back where that restarts nothing; an operator is
// needed then.
//
// Gates, and the end of settle, are the safe states: there a run may be stopped for as long as
// anybody likes. From handover to healthy a node is away, and the run goes on whatever it is asked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace v2only::engine {

enum class Phase : std::uint8_t {
  kGates,
  kMediatorOptions,
  kMediatorReboot,
  kMediatorBack,
  kMediatorGood,
  kNote,
  kHandover,
  kTakenOver,
  kShutdown,
  kStop,
  kStopped,
  kOptions,
  kStart,
  kBooted,
  kGiveback,
  kHealthy,
  kSettle,
  kRestore,
};

inline constexpr std::array<std::string_view, 18> kPhaseNames = {
    "gates",    "mediator-options", "mediator-reboot", "mediator-back", "mediator-good", "note",
    "handover", "taken-over",       "shutdown",        "stop",          "stopped",       "options",
    "start",    "booted",           "giveback",        "healthy",       "settle",        "restore"};

inline std::string_view name_of(Phase phase) {
  return kPhaseNames[static_cast<std::size_t>(phase)];
}

// What is done to the world beside options. Names stand in journals.
enum class ActKind : std::uint8_t {
  kNote,            // AutoSupport told of maintenance
  kNoteEnd,         // … that it is over
  kShutdown,        // ONTAP node action=shutdown: the partner takes over
  kReboot,          // ONTAP node action=reboot: likewise, and it boots again
  kTakeover,        // storage failover takeover by the private CLI
  kHalt,            // a single node's clean shutdown, its outage consented
  kStop,            // EC2 StopInstances, never forced
  kStart,           // EC2 StartInstances
  kInstanceReboot,  // EC2 RebootInstances: a mediator's
  kConsoleStop,     // the Console's stop, with snapshots: a single node's
  kConsoleStart,
};

inline constexpr std::array<std::string_view, 11> kActNames = {
    "note", "note-end", "shutdown",        "reboot",       "takeover",     "halt",
    "stop", "start",    "instance-reboot", "console-stop", "console-start"};

inline std::string_view name_of(ActKind kind) { return kActNames[static_cast<std::size_t>(kind)]; }

}  // namespace v2only::engine
