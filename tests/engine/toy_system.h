// A toy CVO system for the engine's tests: as little of EC2 and ONTAP as a restart touches, in
// virtual time, with troubles drawn by a seed. It keeps its own account of what must never happen.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/random.h"
#include "engine/effect.h"
#include "engine/situation.h"
#include "fleet/plan.h"

namespace v2only::engine::test {

using std::chrono::minutes;
using std::chrono::seconds;

inline const InstanceId kToyMediator{"i-0cc000000000000cc"};
inline InstanceId toy_node(std::size_t node) {
  return InstanceId(node == 0 ? "i-0aa000000000000aa" : "i-0bb000000000000bb");
}

struct ToyTroubles {
  double lose_answer = 0;   // of an act: it took effect, nobody hears of it
  double lose_request = 0;  // it never arrived
  double refuse = 0;        // refused for now
  double fail_reading = 0;  // ONTAP does not answer a look
  bool veto_giveback = false;
  bool no_takeover = false;  // the shutdown is accepted, and nothing happens
  bool does_not_boot = false;
  bool refuse_options = false;
  int throttle_options = 0;  // so many writes are refused for now
  bool move_option = false;  // with each change, another option moves too
  bool refuse_handover = false;
  bool handover_job_fails = false;  // after the node has gone down
  bool mediator_never_boots = false;
  bool partner_unserving = false;      // addresses do not move
  int refuse_starts = 0;               // so many are refused for capacity
  bool addresses_stay = false;         // at the partner, after a giveback
  bool write_never_heard = false;      // the first change takes effect much later, unanswered
  bool console_cannot_start = false;   // its agent is away
  bool console_output_lost = false;    // after a mediator was told to reboot
  bool console_tells_nothing = false;  // of what it is at work on
  bool volume_moves = false;           // once the first node is done, for three hours
  bool start_says_busy = false;        // it takes effect, and is answered as refused for now
  int lose_reboots = 0;                // so many of a mediator never arrive
  int lose_stops = 0;                  // so many StopInstances never arrive
  int starts_that_fail = 0;            // so many are accepted, and the instance stops again
  bool started_by_others = false;      // as soon as it has stopped
  bool reverted_by_others = false;     // its options, while it boots
  Duration stop_takes = minutes(2);
  Duration snapshots = minutes(3);  // of the Console, before it stops a node
  Duration takeover_takes{};        // from the shutdown's answer: till then the node is up
  Duration options_pend{};          // after a start
  // ONTAP answers nobody.
  std::optional<std::pair<WallTime, WallTime>> silent;
};

class ToySystem {
 public:
  ToySystem(std::uint64_t seed, ToyTroubles troubles, WallTime start, std::size_t nodes = 2)
      : troubles_(troubles), random_(seed), now_(start) {
    for (std::size_t i = 0; i < nodes; ++i) {
      nodes_.push_back({});
      nodes_[i].launched = start - minutes(60 * 24 * 30);
      nodes_[i].booted = nodes_[i].launched + minutes(4);
    }
    mediator_.launched = start - minutes(60 * 24 * 30);
    mediator_.booted = mediator_.launched;
  }

  // What went wrong that never may; a test fails on the first line.
  std::vector<std::string> broken;
  int stops = 0;
  std::array<int, 2> restarts{};

  void set_now(WallTime now) {
    now_ = std::max(now_, now);
    settle();
  }

  // --- acts --------------------------------------------------------------------------------

  ActAnswered act(const ActOnSystem& effect) {
    ActAnswered out;
    out.id = effect.id;
    if (random_.chance(troubles_.lose_request)) return out;
    if (random_.chance(troubles_.refuse)) {
      out.fate = WriteFate::kRefused;
      out.again = true;
      out.code = "Throttled";
      return out;
    }
    out = carry_out(effect);
    if (random_.chance(troubles_.lose_answer)) {
      out = {};
      out.id = effect.id;
    }
    return out;
  }

  ModifyAnswered modify(const ModifyOptions& effect) {
    ModifyAnswered out;
    out.id = effect.id;
    ++modifies;
    if (random_.chance(troubles_.lose_request)) return out;
    if (troubles_.throttle_options > 0) {
      --troubles_.throttle_options;
      out.fate = WriteFate::kRefused;
      out.throttled = true;
      return out;
    }
    const bool refused = troubles_.refuse_options;
    if (effect.instance == kToyMediator && !whole()) {
      broken.push_back("the mediator was changed while a node is away");
    }
    if (troubles_.write_never_heard && effect.instance != kToyMediator) {
      unheard_at = now_;
      return out;
    }
    if (refused) {
      out.fate = WriteFate::kRefused;
      out.code = "UnauthorizedOperation";
      out.message = "no";
      return out;
    }
    auto& instance = instance_of(effect.instance);
    if (effect.instance != kToyMediator && instance.state == fleet::InstanceState::kRunning &&
        effect.send.is(fleet::OptionField::kHttpTokens, "required")) {
      broken.push_back("tokens were required of a running node");
    }
    instance.options = instance.options.with(effect.send);
    if (troubles_.move_option) instance.options.set(fleet::OptionField::kHttpEndpoint, "disabled");
    instance.changed = true;
    if (random_.chance(troubles_.lose_answer)) return out;
    out.fate = WriteFate::kDone;
    out.options = instance.options;
    return out;
  }

  // --- looks -------------------------------------------------------------------------------

  fleet::SystemReading look(const ReadSystem& effect, Now asked) {
    fleet::SystemReading out;
    out.asked_at = asked;
    out.logins.emplace();
    out.logins->aws.lasts = true;
    for (std::size_t i = 0; i < nodes_.size(); ++i) out.members.push_back(member(toy_node(i)));
    if (nodes_.size() == 2) out.members.push_back(member(kToyMediator));
    out.addresses.emplace();
    out.probes.emplace();
    if ((effect.parts & kAddresses) != 0U) read_addresses(out);
    if ((effect.parts & kConsole) != 0U) read_console(out.console.emplace());
    const bool unheard =
        troubles_.silent && now_ >= troubles_.silent->first && now_ < troubles_.silent->second;
    const bool silent = unheard || std::all_of(nodes_.begin(), nodes_.end(), [](const Node& n) {
                          return n.ontap != fleet::NodeState::kUp;
                        });
    if (silent || random_.chance(troubles_.fail_reading)) {
      out.ontap.errors.push_back("no answer");
      return out;
    }
    read_ontap(out.ontap);
    return out;
  }

  const fleet::OptionSet& options(const InstanceId& id) { return instance_of(id).options; }
  fleet::InstanceState state(const InstanceId& id) { return instance_of(id).state; }
  // Each node is up and has its own storage.
  bool whole() const {
    return std::all_of(nodes_.begin(), nodes_.end(), [](const Node& n) {
      return n.ontap == fleet::NodeState::kUp && n.serving && n.state == State::kRunning;
    });
  }
  bool noted = false;  // AutoSupport was told of maintenance
  int handovers = 0;
  int reboots = 0;
  int modifies = 0;
  std::optional<WallTime> unheard_at;  // a change that may land yet
  bool console_started = true;         // who started the single node last
  // What somebody else does.
  void start_by_hand(std::size_t node) { boot(nodes_[node]); }
  void change_hop_limit(const InstanceId& id) {
    instance_of(id).options.set(fleet::OptionField::kHttpPutResponseHopLimit, "5");
  }
  void require_tokens(const InstanceId& id) {
    instance_of(id).options.set(fleet::OptionField::kHttpTokens, "required");
  }
  void terminate(std::size_t node) { nodes_[node].state = State::kTerminated; }
  void refuse_options() { troubles_.refuse_options = true; }
  void be_silent(Duration time) { troubles_.silent = {now_, now_ + time}; }
  void answer_for_another() { uuid_ = "other-uuid"; }
  // It goes down by itself, and with it what it serves.
  void fail_node(std::size_t node) {
    nodes_[node].ontap = fleet::NodeState::kDown;
    nodes_[node].serving = false;
  }
  // A node that was halted switches its instance off.
  void switch_off(std::size_t node) { nodes_[node].state = State::kStopped; }
  bool served() const {
    return std::any_of(nodes_.begin(), nodes_.end(), [](const Node& n) { return n.serving; });
  }

 private:
  using State = fleet::InstanceState;
  struct Instance {
    State state = State::kRunning;
    WallTime launched{};
    WallTime booted{};
    WallTime next{};  // when it goes on to its next state
    fleet::OptionSet options = fleet::OptionSet()
                                   .set(fleet::OptionField::kHttpTokens, "optional")
                                   .set(fleet::OptionField::kHttpPutResponseHopLimit, "1")
                                   .set(fleet::OptionField::kHttpEndpoint, "enabled");
    bool changed = false;
    std::optional<WallTime> initializing_until;
  };
  struct Node : Instance {
    fleet::NodeState ontap = fleet::NodeState::kUp;
    bool serving = true;  // has its own storage
    bool partner_has = false;
    std::optional<WallTime> hand_over_at;
    std::optional<WallTime> reboots_until;  // by itself, after a handover that lets it
    std::optional<WallTime> give_back_at;
  };

  Instance& instance_of(const InstanceId& id) {
    if (id == toy_node(0)) return nodes_[0];
    if (nodes_.size() == 2 && id == toy_node(1)) return nodes_[1];
    return mediator_;
  }
  std::size_t index_of(const InstanceId& id) const { return id == toy_node(0) ? 0 : 1; }

  ActAnswered done(const ActOnSystem& effect) {
    ActAnswered out;
    out.id = effect.id;
    out.fate = WriteFate::kDone;
    return out;
  }
  static ActAnswered unheard_of(const ActOnSystem& effect) {
    ActAnswered out;
    out.id = effect.id;
    return out;
  }
  ActAnswered refused(const ActOnSystem& effect, std::string code, std::string message) {
    ActAnswered out;
    out.id = effect.id;
    out.fate = WriteFate::kRefused;
    out.code = std::move(code);
    out.message = std::move(message);
    return out;
  }

  ActAnswered carry_out(const ActOnSystem& effect) {
    switch (effect.act.kind) {
      case ActKind::kShutdown:
      case ActKind::kHalt:
      case ActKind::kReboot:
        ++handovers;
        return halt(effect);
      case ActKind::kNote:
        noted = true;
        return done(effect);
      case ActKind::kNoteEnd:
        noted = false;
        return done(effect);
      case ActKind::kStop:
        return stop(effect);
      case ActKind::kStart:
      case ActKind::kConsoleStart:
        return start(effect);
      case ActKind::kConsoleStop:
        ++handovers;
        console_stops_at_ = now_ + troubles_.snapshots;
        return done(effect);
      case ActKind::kInstanceReboot:
        if (nodes_away() > 0) broken.push_back("the mediator was rebooted while a node is away");
        ++reboots;
        if (troubles_.lose_reboots > 0) {
          --troubles_.lose_reboots;
          return unheard_of(effect);
        }
        if (!troubles_.mediator_never_boots) {
          mediator_.booted = now_;
          mediator_.initializing_until = now_ + minutes(2);
        }
        return done(effect);
      default:
        return done(effect);
    }
  }

  ActAnswered halt(const ActOnSystem& effect) {
    if (troubles_.refuse_handover) return refused(effect, "852115", "LIFs cannot be moved away");
    const auto index = index_of(effect.instance);
    auto& node = nodes_[index];
    if (troubles_.no_takeover || node.ontap != fleet::NodeState::kUp) return done(effect);
    if (pair()) {
      auto& partner = nodes_[1 - index];
      if (partner.ontap != fleet::NodeState::kUp || !partner.serving) {
        return refused(effect, "852046", "HA partner not running to do takeover");
      }
    }
    if (effect.act.kind == ActKind::kReboot) node.reboots_until = now_ + minutes(2);
    node.hand_over_at = now_ + troubles_.takeover_takes;
    if (troubles_.takeover_takes == Duration{}) go_away(node);
    if (troubles_.handover_job_fails) return refused(effect, "852130", "job failed");
    return done(effect);
  }

  void go_away(Node& node) {
    node.hand_over_at.reset();
    node.partner_has = pair();
    node.ontap = pair() ? fleet::NodeState::kTakenOver : fleet::NodeState::kDown;
    node.serving = false;
    if (mediator_.initializing_until) {
      broken.push_back("a node was handed over while the mediator is away");
    }
  }

  ActAnswered stop(const ActOnSystem& effect) {
    const auto index = index_of(effect.instance);
    auto& node = nodes_[index];
    if (troubles_.lose_stops > 0) {
      --troubles_.lose_stops;
      return unheard_of(effect);
    }
    ++stops;
    if (node.state != State::kRunning) return done(effect);
    if (node.ontap == fleet::NodeState::kUp) broken.push_back("a node that is up was stopped");
    if (pair() && nodes_[1 - index].state != State::kRunning) {
      broken.push_back("both nodes are down");
    }
    if (node.changed) broken.push_back("a node was stopped again after its change");
    node.state = State::kStopping;
    node.ontap = fleet::NodeState::kDown;
    node.reboots_until.reset();
    node.next = now_ + troubles_.stop_takes;
    return done(effect);
  }

  ActAnswered start(const ActOnSystem& effect) {
    auto& node = nodes_[index_of(effect.instance)];
    if (unheard_at && now_ - *unheard_at < seconds(90)) {
      broken.push_back("started while a change may land yet");
    }
    console_started = effect.act.kind == ActKind::kConsoleStart;
    if (console_started && troubles_.console_cannot_start) {
      auto out = refused(effect, "504", "its agent is away");
      out.again = true;
      return out;
    }
    if (troubles_.refuse_starts > 0) {
      --troubles_.refuse_starts;
      auto out = refused(effect, "InsufficientInstanceCapacity", "no capacity");
      out.again = true;
      return out;
    }
    if (node.state == State::kStopping) {
      return refused(effect, "IncorrectInstanceState", "it is stopping");
    }
    if (node.state == State::kStopped && troubles_.starts_that_fail > 0) {
      --troubles_.starts_that_fail;
      node.state = State::kStopping;
      node.next = now_ + seconds(10);
      return done(effect);
    }
    if (node.state == State::kStopped) {
      ++restarts[index_of(effect.instance)];
      boot(node);
    }
    if (troubles_.start_says_busy) {
      auto out = refused(effect, "", "it is INITIALIZING, not OFF");
      out.again = true;
      return out;
    }
    return done(effect);
  }

  void boot(Node& node) {
    node.state = State::kRunning;
    node.launched = now_;
    node.booted = now_ + minutes(4);
    node.next = node.booted;
    node.ontap = fleet::NodeState::kBooting;
    if (troubles_.does_not_boot) node.next = WallTime::max();
    if (troubles_.reverted_by_others) {
      node.options.set(fleet::OptionField::kHttpPutResponseHopLimit, "7");
    }
  }

  bool pair() const { return nodes_.size() == 2; }
  int nodes_away() const {
    return static_cast<int>(std::count_if(nodes_.begin(), nodes_.end(), [](const Node& n) {
      return n.ontap != fleet::NodeState::kUp || n.partner_has;
    }));
  }

  void settle() {
    if (mediator_.initializing_until && *mediator_.initializing_until <= now_) {
      mediator_.initializing_until.reset();
    }
    if (console_stops_at_ && *console_stops_at_ <= now_) {
      go_away(nodes_[0]);
      nodes_[0].state = State::kStopping;
      nodes_[0].next = *console_stops_at_ + troubles_.stop_takes;
      console_stops_at_.reset();
    }
    for (auto& node : nodes_) {
      if (node.hand_over_at && *node.hand_over_at <= now_) go_away(node);
      if (node.state == State::kStopping && node.next <= now_) {
        node.state = State::kStopped;
        if (troubles_.started_by_others) boot(node);
      }
      if (node.reboots_until && *node.reboots_until <= now_) {
        node.reboots_until.reset();
        node.ontap = fleet::NodeState::kBooting;
        node.booted = now_;
        node.next = now_;
      }
      if (node.ontap == fleet::NodeState::kBooting && node.next <= now_) {
        node.ontap =
            node.partner_has ? fleet::NodeState::kWaitingForGiveback : fleet::NodeState::kUp;
        node.give_back_at = now_ + minutes(10);
        if (!node.partner_has) node.serving = true;
      }
      if (node.ontap == fleet::NodeState::kWaitingForGiveback && node.give_back_at <= now_ &&
          !troubles_.veto_giveback) {
        node.ontap = fleet::NodeState::kUp;
        node.partner_has = false;
        node.serving = true;
      }
    }
    const bool somebody = std::any_of(nodes_.begin(), nodes_.end(), [](const Node& n) {
      return n.serving && n.ontap == fleet::NodeState::kUp;
    });
    if (pair() && !somebody) broken.push_back("nobody serves");
  }

  fleet::MemberReading member(const InstanceId& id) {
    const auto& instance = instance_of(id);
    fleet::MemberReading out;
    out.id = id;
    out.state = instance.state;
    out.launched = instance.launched;
    out.options = instance.options;
    const bool pends =
        id != kToyMediator && instance.changed && now_ < instance.launched + troubles_.options_pend;
    out.options_state = pends ? fleet::OptionState::kPending : fleet::OptionState::kApplied;
    const bool initializing = instance.initializing_until.has_value();
    out.instance_status = initializing ? "initializing" : "ok";
    out.system_status = "ok";
    out.events.emplace();
    out.shutdown_behaviour = "stop";
    out.stop_protection = false;
    out.bad_keys.emplace();
    out.denied.emplace();
    out.boot_mark =
        "latest " + std::to_string(instance.booted.time_since_epoch() / seconds(1)) + " Linux";
    if (troubles_.console_output_lost && reboots > 0) out.boot_mark = "";
    return out;
  }

  void read_console(fleet::ConsoleSystem& out) const {
    out.status = "ON";
    out.active_actions.emplace();
    const bool stopping = console_stops_at_ || nodes_[0].state == State::kStopping;
    if (stopping && !troubles_.console_tells_nothing) out.active_actions->push_back("stop");
  }

  void read_addresses(fleet::SystemReading& out) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const bool stays = troubles_.addresses_stay && restarts[i] > 0;
      const bool moved = (nodes_[i].partner_has && !troubles_.partner_unserving) || stays;
      out.addresses->push_back({"10.9.0." + std::to_string(i), toy_node(moved ? 1 - i : i)});
    }
    if (!pair()) return;
    // Only what has to move is asked for: the addresses of the node that is away.
    const auto away = std::find_if(nodes_.begin(), nodes_.end(),
                                   [](const Node& n) { return n.ontap != fleet::NodeState::kUp; });
    if (away == nodes_.end()) return;
    const auto index = static_cast<std::size_t>(away - nodes_.begin());
    out.addresses = {{(*out.addresses)[index]}};
  }

  void read_ontap(fleet::OntapReading& out) {
    out.cluster = "toy";
    out.cluster_uuid = uuid_;
    out.endpoint = "https://10.0.0.11";
    out.nodes.emplace();
    out.failover.emplace();
    out.aggregates.emplace();
    out.lifs.emplace();
    out.cloud_stores.emplace();
    out.moves.emplace();
    out.transfers.emplace();
    out.update = "";
    if (troubles_.volume_moves && restarts[0] > 0 && whole()) {
      if (!moves_until_) moves_until_ = now_ + std::chrono::hours(3);
      if (now_ < *moves_until_) out.moves->push_back({"vol1", "replicating"});
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) read_node(i, out);
  }

  void read_node(std::size_t i, fleet::OntapReading& out) {
    const auto& node = nodes_[i];
    const auto name = "toy-0" + std::to_string(i + 1);
    fleet::OntapNode seen;
    seen.name = name;
    seen.uuid = name + "-uuid";
    seen.version = "NetApp Release 9.13.1P4";
    seen.membership = "member";
    seen.state = node.ontap;
    const auto up = std::chrono::duration_cast<seconds>(now_ - node.booted).count();
    if (node.ontap == fleet::NodeState::kUp) seen.uptime_s = std::max<std::int64_t>(0, up);
    seen.date = now_;
    if (pair()) {
      const auto& partner = nodes_[1 - i];
      seen.ha.emplace();
      seen.ha->enabled = true;
      seen.ha->auto_giveback = true;
      seen.ha->interconnect = "up";
      seen.ha->takeover = partner.partner_has    ? fleet::TakeoverState::kInTakeover
                          : partner.hand_over_at ? fleet::TakeoverState::kInProgress
                                                 : fleet::TakeoverState::kNotAttempted;
      seen.ha->giveback = partner.partner_has && troubles_.veto_giveback
                              ? fleet::GivebackState::kFailed
                              : fleet::GivebackState::kNothingToGiveback;
      if (troubles_.veto_giveback && partner.partner_has) {
        seen.ha->giveback_status.push_back({"aggr1", "failed", {"852126", "veto: SMB locks"}});
      }
      const bool possible =
          !partner.partner_has && !node.partner_has && partner.ontap == fleet::NodeState::kUp;
      out.failover->push_back({name, "", possible, possible ? "Connected" : "In takeover"});
      out.aggregates->push_back({"u" + name, "aggr-" + name, "online",
                                 node.partner_has ? "toy-0" + std::to_string(2 - i) : name, name,
                                 "normal"});
      const auto serving = node.partner_has ? "toy-0" + std::to_string(2 - i) : name;
      out.lifs->push_back({"lif" + name, "svm1", "10.9.0." + std::to_string(i), serving, name,
                           !node.partner_has, true, "up", true, true});
    } else {
      out.lifs->push_back({"lif1", "svm1", "10.9.0.0", name, name, true, true, "up", true, true});
      out.aggregates->push_back({"u", "aggr1", "online", name, name, "unmirrored"});
    }
    out.nodes->push_back(std::move(seen));
  }

  ToyTroubles troubles_;
  std::optional<WallTime> moves_until_;
  std::optional<WallTime> console_stops_at_;
  Random random_;
  WallTime now_;
  std::vector<Node> nodes_;
  Instance mediator_;
  std::string uuid_ = "toy-uuid";
};

}  // namespace v2only::engine::test
