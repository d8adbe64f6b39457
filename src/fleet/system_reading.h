// One look at a CVO system from all sides: EC2, ONTAP, the Console, the operator's probes. Plain
// values: drivers/ reads them, the gates and the engine judge them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"
#include "fleet/console.h"
#include "fleet/instance.h"
#include "fleet/ontap.h"

namespace v2only::fleet {

// What EC2 says of a member. What was not asked for, or could not be read, is absent.
struct MemberReading {
  InstanceId id;
  InstanceState state = InstanceState::kUnknown;
  std::string private_ip;
  std::optional<WallTime> launched;  // the last start; a reboot leaves it
  OptionSet options;
  OptionState options_state = OptionState::kApplied;
  // DescribeInstanceStatus: "ok", "initializing", "impaired", "insufficient-data".
  std::optional<std::string> instance_status;
  std::optional<std::string> system_status;
  std::optional<std::vector<std::string>> events;  // scheduled and not over: "system-reboot …"
  // That it comes back: DescribeInstanceAttribute, DescribeVolumes, KMS DescribeKey.
  std::optional<std::string> shutdown_behaviour;  // "stop", "terminate"
  std::optional<bool> stop_protection;
  std::optional<std::vector<std::string>> bad_keys;  // KMS keys of its volumes that are not Enabled
  // What DryRun says of the calls that a restart makes: those that EC2 would refuse. Absent: not
  // tried, for only AWS's own endpoints are sure not to carry them out.
  std::optional<std::vector<std::string>> denied;
  // Times at which the console output (GetConsoleOutput) shows the system booting.
  std::optional<std::string> boot_mark;
  std::vector<std::string> errors;  // what could not be read, a line each

  bool status_good() const { return instance_status == "ok" && system_status == "ok"; }
  friend bool operator==(const MemberReading&, const MemberReading&) = default;
};

// Where EC2 sends a data address that moves in a takeover: by private address, or by the route of a
// floating one. External addresses of multi-AZ pairs are static and not among them.
struct AddressReading {
  std::string address;
  std::optional<InstanceId> at;  // none: at no instance
  bool split = false;            // at none, for its route tables do not agree

  friend bool operator==(const AddressReading&, const AddressReading&) = default;
};

struct ProbeReading {
  std::string probe;  // "tcp://10.1.2.3:2049"
  bool answers = false;
  std::string why;  // it does not

  friend bool operator==(const ProbeReading&, const ProbeReading&) = default;
};

// How long a login lasts.
struct LoginLife {
  bool lasts = false;            // it does not end, or is renewed without a person
  std::optional<WallTime> ends;  // else; none: nobody says when

  friend bool operator==(const LoginLife&, const LoginLife&) = default;
};

// Of this program's own logins. ONTAP's is a name and a password, which do not end.
struct Logins {
  LoginLife aws;
  std::string aws_source;            // "environment", "profile prod (~/.aws/credentials)"
  std::optional<LoginLife> console;  // none: the Console is not asked

  friend bool operator==(const Logins&, const Logins&) = default;
};

struct SystemReading {
  Now asked_at;  // when the first of it was asked for: nothing in it is younger than that
  std::vector<MemberReading> members;
  OntapReading ontap;
  std::optional<std::vector<AddressReading>> addresses;
  std::optional<std::vector<ProbeReading>> probes;
  std::optional<ConsoleSystem> console;
  std::optional<Logins> logins;
  std::vector<std::string> errors;

  const MemberReading* find(const InstanceId& id) const;

  friend bool operator==(const SystemReading&, const SystemReading&) = default;
};

using SystemReadings = std::map<UnitId, SystemReading>;

}  // namespace v2only::fleet
