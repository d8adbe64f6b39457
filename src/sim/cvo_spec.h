// Cloud Volumes ONTAP systems of a simulated world, as plain values. Fields, timings and what goes
// with what follow facts/netapp.md, parts 2, 4 and 6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/secret.h"
#include "core/time.h"

namespace v2only::sim {

// How a pair's addresses move at a takeover.
enum class FailoverMode : std::uint8_t {
  kPrivateIp,   // one zone: secondary private addresses of an interface
  kFloatingIp,  // several zones: addresses outside the VPC, /32 routes to an interface
};

// How long each part of a node's cycle takes (facts 6.1: half an hour in all, an hour at most).
struct CvoTimings {
  Duration takeover = std::chrono::seconds(20);        // of a node that is there to be asked
  Duration failure_detect = std::chrono::seconds(15);  // of a node that is gone; unserved meanwhile
  Duration halt = std::chrono::minutes(2);             // after the takeover, until ONTAP is down
  Duration boot = std::chrono::minutes(8);             // from a running instance to ONTAP
  Duration giveback_delay = std::chrono::seconds(600);  // of the automatic giveback
  Duration giveback_retry = std::chrono::minutes(5);    // between its three tries
  Duration giveback = std::chrono::seconds(60);
  Duration resync = std::chrono::minutes(5);        // once a node is back; giveback waits for it
  Duration resync_after = std::chrono::minutes(1);  // … and once more after the giveback
  Duration management_move =
      std::chrono::seconds(30);  // of the cluster's address; silent meanwhile
  Duration mediator_boot = std::chrono::seconds(60);
  Duration look_again = std::chrono::seconds(5);  // of ONTAP and Console, at what they wait for
  Duration job_kept = std::chrono::seconds(300);  // a finished job is deleted then
};

struct CvoNodeSpec {
  InstanceId instance;
  std::string name;                         // "cvoprod01-01"
  std::string management_address;           // a private address of the instance
  std::vector<std::string> data_addresses;  // NAS; they move
  std::string iscsi_address;                // stays; empty: none
  std::string version;                      // empty: the system's
};

struct CvoSpec {
  UnitId system;        // "VsaWorkingEnvironment-a1b2c3d4"
  std::string name;     // of the working environment and of the cluster
  std::string version;  // "9.13.1P4"
  FailoverMode failover = FailoverMode::kPrivateIp;
  std::vector<CvoNodeSpec> nodes;  // one, or a pair
  std::string cluster_address;
  std::optional<InstanceId> mediator;
  std::optional<InstanceId> agent;  // the Console agent that manages it
  std::string user = "admin";
  Secret password;
  std::string fabric_pool;  // the cloud target's name; empty: no tiering
  bool auto_giveback = true;
  bool mediator_knows_v2 = true;   // false: it cannot move addresses where tokens are required
  bool halt_powers_off = false;    // what a halt leaves in EC2 is unconfirmed: running, or stopped
  bool lifs_keep_reboots = false;  // 852115: a shutdown or reboot finds no place for the LIFs
  Duration clock_error{};          // of the nodes' clocks; negative: behind
  bool volume_moving = false;      // a volume is on its way to another aggregate
  bool snapmirror_transferring = false;
  CvoTimings timings;

  bool is_pair() const { return nodes.size() == 2; }
};

}  // namespace v2only::sim
