// One simulated ONTAP cluster: a single node or an HA pair, tied to the EC2 instances that it runs
// on and to its mediator. What happens when follows facts/netapp.md, 4 and 6.
//
// A node that is asked to go hands its storage to its partner first; one that is cut off is taken
// over once its partner has noticed, where the partner could. The mediator moves the addresses on
// EC2's side, with the credentials that it gets from IMDS: without them they stay where they are.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "sim/addresses.h"
#include "sim/agenda.h"
#include "sim/cvo_spec.h"
#include "sim/faults.h"
#include "sim/ontap_jobs.h"
#include "sim/state.h"

namespace v2only::sim {

enum class NodePhase : std::uint8_t {
  kUp,
  kLeaving,  // being taken over; it still serves
  kHalting,  // its storage is handed over, it goes down
  kHalted,   // ONTAP is down, its instance may run
  kOff,      // its instance does not run, or is cut off
  kBooting,
  kStuck,    // it never comes up
  kWrong,    // it came up, into no state in which it serves
  kWaiting,  // for giveback
};

// What ONTAP refuses with.
struct OntapFault {
  int status = 400;
  std::string code;
  std::string message;
  std::string target;
};

// As `ha.*.failure` tells it.
struct HaFailure {
  int code = 0;
  std::string message;
};

enum class Mirror : std::uint8_t { kNormal, kDegraded, kResynchronizing };

class Cluster {
 public:
  struct Around {
    State& ec2;
    Addresses& addresses;
    Agenda& agenda;
    Faults& faults;
  };
  // `spec` and what is around outlive it. Instances that do not exist leave their node off.
  Cluster(const CvoSpec& spec, Around around, WallTime start);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // ---- what happens to it ----
  void on_power(InstanceIndex instance, PowerEvent event, WallTime at);
  void on_options(WallTime at);
  // Somebody else has `node`, or any one, taken over.
  void others_take_over(const std::optional<InstanceId>& node, WallTime at);

  // ---- what it is asked to do ----
  struct Stop {
    bool reboot = false;  // and boot again by itself
    bool allow_data_outage = false;
    bool inhibit_takeover = false;  // its storage goes down with it
    std::string caller;
  };
  Result<std::string, OntapFault> stop_node(std::size_t node, const Stop& stop, WallTime now);
  // By the private CLI: no job.
  Result<void, OntapFault> take_over(std::size_t node, const std::string& caller, WallTime now);
  Result<std::string, OntapFault> give_back(std::size_t node, bool override_vetoes,
                                            const std::string& caller, WallTime now);
  Result<std::string, OntapFault> check_takeover(std::size_t node, WallTime now);
  void set_auto_giveback(std::size_t node, bool on) { nodes_[node].auto_giveback = on; }

  // ---- what it is like ----
  struct Node {
    std::optional<InstanceIndex> instance;
    NodePhase phase = NodePhase::kUp;
    WallTime booted{};
    bool uses_v2 = false;  // decided at its boot: tokens were required, and its version knows them
    bool auto_giveback = true;
    bool reboots = false;        // by itself: it is given back even without auto giveback
    std::size_t storage_at = 0;  // the node that serves what is at home here
    bool leaving_to_boot = false;
    bool giving_back = false;
    int giveback_tries = 0;
    std::optional<WallTime> giveback_due;
    std::optional<HaFailure> takeover_failure;  // of its partner, by it
    std::optional<HaFailure> giveback_failure;  // of its partner's, by it
    std::vector<std::string> check_reasons;     // of the last takeover_check
    bool checked = false;
    std::uint32_t epoch = 0;  // what was begun in an older one is off
  };
  const CvoSpec& spec() const { return spec_; }
  const std::string& uuid() const { return uuid_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  std::string node_uuid(std::size_t node) const;
  std::optional<std::size_t> node_by_uuid(std::string_view uuid) const;
  std::optional<std::size_t> node_by_name(std::string_view name) const;
  std::string node_state(std::size_t node) const;                   // `state` of cluster/nodes
  std::string takeover_state(std::size_t node) const;               // `ha.takeover.state`
  std::string giveback_state(std::size_t node) const;               // `ha.giveback.state`
  std::string failover_text(std::size_t node, WallTime now) const;  // state_description
  bool can_take_over_partner(std::size_t node) const;
  bool is_up(std::size_t node) const;
  bool interconnect_up() const;
  Mirror mirror() const { return mirror_; }
  // Whether the node's role can be used: its IMDS answers the way that it asks.
  bool has_role(std::size_t node) const;
  bool mediator_up() const { return mediator_up_; }
  bool mediator_moves_addresses() const;
  std::size_t management_node() const { return management_at_; }
  WallTime node_date(WallTime now) const;
  // The last 100 AutoSupport messages, and how often a login was refused.
  const std::vector<std::string>& autosupport() const { return autosupport_; }
  void note_autosupport(std::string message);
  int logins_refused() const { return logins_refused_; }
  void note_login_refused() { ++logins_refused_; }
  JobList& jobs() { return jobs_; }
  const JobList& jobs() const { return jobs_; }

  enum class Reach : std::uint8_t { kAnswers, kRefuses, kSilent };
  // What a connection to one of its management addresses meets.
  Reach reach(const std::string& address) const;
  bool owns_management(const std::string& address) const;

  // Every data address is at a node that is up and has its storage, and EC2 leads there.
  bool served(WallTime at) const;
  bool address_served(const std::string& address) const;

 private:
  std::size_t partner(std::size_t node) const { return 1 - node; }
  bool is_there(std::size_t node) const;  // its disks can be mirrored to
  void enter(std::size_t node, NodePhase phase, WallTime at);
  void later(std::size_t node, WallTime now, Duration delay, Agenda::Action action);
  void settle(WallTime at);
  void move_addresses(WallTime at);
  void note_served(WallTime at);
  void move_management(WallTime at);
  void update_mirror(WallTime at);
  void resync(Duration time, WallTime at);

  void cut_off(std::size_t node, WallTime at);
  void begin_boot(std::size_t node, WallTime at);
  void boot_done(std::size_t node, WallTime at);
  void come_up(std::size_t node, WallTime at);
  void on_mediator(PowerEvent event, WallTime at);

  void begin_takeover(std::size_t node, bool reboot, std::string caller, std::string job,
                      WallTime at);
  void finish_takeover(std::size_t node, const std::string& caller, const std::string& job,
                       WallTime at);
  void take_storage(std::size_t node, const std::string& caller, const std::string& how,
                    WallTime at);
  void halt(std::size_t node, WallTime at);
  void release_storage(std::size_t taker, WallTime at);
  void schedule_giveback(std::size_t node, Duration delay, WallTime at);
  void auto_giveback(std::size_t node, WallTime at);
  std::optional<HaFailure> giveback_veto(std::size_t node, WallTime at);
  bool begin_giveback(std::size_t node, const std::string& caller, const std::string& job,
                      WallTime at);
  void finish_giveback(std::size_t node, const std::string& caller, const std::string& job,
                       WallTime at);
  std::vector<std::string> takeover_reasons(std::size_t taker) const;
  void log(LogEntry::Kind kind, std::optional<InstanceIndex> instance, std::string caller,
           std::string detail, WallTime at);

  const CvoSpec& spec_;
  Around around_;
  std::string uuid_;
  std::vector<Node> nodes_;
  std::optional<InstanceIndex> mediator_;
  bool mediator_up_ = false;
  std::uint32_t mediator_epoch_ = 0;
  std::size_t management_at_ = 0;
  bool management_moves_ = false;
  Mirror mirror_ = Mirror::kNormal;
  std::uint32_t mirror_epoch_ = 0;
  std::optional<bool> served_;
  std::vector<std::pair<WallTime, bool>> served_since_;
  std::vector<std::string> autosupport_;
  int logins_refused_ = 0;
  JobList jobs_;
};

// A UUID that follows from a text.
std::string uuid_of(std::string_view text);

}  // namespace v2only::sim
