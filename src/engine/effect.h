// What the engine wants done in the world, and what comes back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/ids.h"
#include "core/time.h"
#include "engine/entry.h"
#include "fleet/agent_reading.h"
#include "fleet/instance.h"
#include "fleet/system_reading.h"

namespace v2only::engine {

using EffectId = std::uint64_t;

// One listing by ids, 200 at most, of one region.
struct ReadOptions {
  EffectId id = 0;
  RegionName region;
  std::vector<InstanceId> instances;
};

// One ModifyInstanceMetadataOptions call. Its intent is durable.
struct ModifyOptions {
  EffectId id = 0;
  WriteRef write;
  RegionName region;
  InstanceId instance;
  fleet::OptionSet send;
  Now read_at;  // of the reading that guards it; too old when its turn comes: it must not be sent
};

// MetadataNoToken of these instances over the look-back window that ends now.
struct ReadV1Use {
  EffectId id = 0;
  RegionName region;
  std::vector<InstanceId> instances;
  Duration look_back{};
};

// One look at a CVO system: the parts (engine/situation.h) that it asks for.
struct ReadSystem {
  EffectId id = 0;
  UnitId unit;
  std::uint32_t parts = 0;
  std::optional<std::size_t> at_node;  // whose address ONTAP is asked at; none: the cluster's
};

// One look at a Console agent: EC2's word on its instance, and the Console's on the agent.
struct ReadAgent {
  EffectId id = 0;
  RegionName region;
  InstanceId instance;
};

// One act on a CVO system. Its intent is durable.
struct ActOnSystem {
  EffectId id = 0;
  ActRef act;
  InstanceId instance;
  // Of the reading that guards it; too old when its turn comes: it must not be sent. None: nothing
  // guards it, for it can do no harm, or must happen whatever else does (a start).
  std::optional<Now> read_at;
};

using Effect =
    std::variant<ReadOptions, ModifyOptions, ReadV1Use, ReadSystem, ActOnSystem, ReadAgent>;

struct OptionsRead {
  EffectId id = 0;
  Now asked_at;  // when the listing was asked for: what it shows is no younger than that
  std::vector<fleet::Instance> seen;  // an id that was asked for and is not here does not exist
  std::string error;                  // not empty: nothing was read
};

struct ModifyAnswered {
  EffectId id = 0;
  WriteFate fate = WriteFate::kUnknown;
  bool throttled = false;    // refused, certainly not carried out, and worth another try later
  bool credentials = false;  // refused because of who calls: no other write would fare better
  std::string code;
  std::string message;
  std::string request_id;
  fleet::OptionSet options;  // the reply's echo, when kDone
  fleet::OptionState state = fleet::OptionState::kPending;
};

struct V1UseRead {
  EffectId id = 0;
  std::map<InstanceId, fleet::V1Reading> readings;
};

struct SystemRead {
  EffectId id = 0;
  fleet::SystemReading reading;  // with the time at which it was asked for
};

struct ActAnswered {
  EffectId id = 0;
  WriteFate fate = WriteFate::kUnknown;
  bool again = false;  // refused, certainly not carried out, and worth another try later
  std::string code;
  std::string message;
  std::string request_id;
};

struct AgentRead {
  EffectId id = 0;
  fleet::AgentReading reading;  // with the time at which it was asked for
};

struct Tick {};  // a time has come
struct StopAsked {
  std::string why;
};  // nothing new begins; what is in flight is finished
struct GoOn {
  std::string version;
};  // the operator's yes after a resume has settled

struct GoGiven {};  // `v2only go`: what waits at a pause goes on

using Event = std::variant<Tick, OptionsRead, ModifyAnswered, V1UseRead, StopAsked, GoOn,
                           SystemRead, ActAnswered, GoGiven, AgentRead>;

}  // namespace v2only::engine
