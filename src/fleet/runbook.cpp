#include "fleet/runbook.h"

#include <algorithm>
#include <chrono>

#include "core/text.h"
#include "fleet/codes.h"
#include "fleet/profile.h"
#include "fleet/step.h"

namespace v2only::fleet {
namespace {

// Collects numbered steps, and lines below them.
class Lines {
 public:
  void step(const std::string& text) { out_.push_back(std::to_string(++count_) + ". " + text); }
  void below(const std::string& text) { out_.push_back("   " + text); }
  std::vector<std::string> take() { return std::move(out_); }

 private:
  std::vector<std::string> out_;
  int count_ = 0;
};

class CvoRunbook {
 public:
  CvoRunbook(const Assessment& assessment, const Inventory& inventory, const CommandTarget& target)
      : assessment_(assessment), inventory_(inventory), target_(target) {}

  std::vector<std::string> run() {
    std::vector<const AssessedMember*> nodes;
    std::vector<const AssessedMember*> mediators;
    for (const auto& member : assessment_.members) {
      (member.workload == kCvoMediator ? mediators : nodes).push_back(&member);
    }
    pair_ = nodes.size() > 1 || !mediators.empty();
    before();
    for (const auto* member : mediators) mediator(*member);
    // Node 2 first: the cluster's first node is the last to move.
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) this->node(**node);
    after();
    return lines_.take();
  }

 private:
  const Instance& at(const AssessedMember& member) const {
    return inventory_.instances[member.index];
  }

  // Facts: netapp.md, 6 and 10.
  void before() {
    if (!pair_) return before_outage();
    lines_.step(
        "Check that the pair is whole; begin only then, and check again before each member:");
    lines_.below("system node show -fields health,uptime      all healthy; note each uptime");
    lines_.below("system node image show -iscurrent true      one version on both nodes");
    lines_.below("storage failover show            both nodes: takeover possible true, connected");
    lines_.below("storage failover show -fields auto-giveback      true on both");
    lines_.below("storage aggregate show           all online, mirrors normal");
    lines_.below("network interface show -is-home false    lists nothing");
    quiet();
    lines_.below(
        "Console: the system is ON, with no action under way and outside its scheduled downtime; "
        "the mediator is well, with no update pending");
    lines_.below(
        "EC2: status checks 2/2 and no scheduled event on all of them; of each node the shutdown "
        "behaviour is stop, there is no stop protection, the KMS keys of its volumes are enabled");
    clients();
  }

  void before_outage() {
    lines_.step("Agree on an outage with the owners of the data: 25 to 60 minutes without service");
    lines_.step("Check, and begin only when all holds:");
    lines_.below("system node show -fields health,uptime      healthy; note the uptime");
    lines_.below("storage aggregate show           all online");
    quiet();
    lines_.below(
        "and no NDMP job runs; the Console shows the system as ON with no action under way");
    lines_.below(
        "EC2: status checks 2/2 and no scheduled event; the shutdown behaviour is stop, there is "
        "no stop protection, the KMS keys of its volumes are enabled");
  }

  void quiet() {
    lines_.below(
        "snapmirror show -status !Idle    lists nothing; else quiesce it from the destination");
    lines_.below("volume move show                 nothing under way");
    lines_.below("cluster image show-update-progress       no update runs");
  }

  void clients() {
    lines_.step("Warn the clients of what each takeover and each giveback does to them:");
    lines_.below("SMB: sessions without continuous availability end, and connect again");
    lines_.below("NFS: a pause, seconds as a rule; hard mounts go on");
    lines_.below("iSCSI: multipathing (ALUA) changes to the partner's path; a single path is cut");
    lines_.below(
        "A pair in several availability zones: NAS addresses for clients outside the VPC do not "
        "move; such clients have to remount");
  }

  void change(const AssessedMember& member) {
    if (member.change.empty()) return;
    lines_.below(make_step(at(member), member.change, target_).command);
  }

  void on_instance(std::string_view verb, const AssessedMember& member) {
    lines_.below(aws_command(verb, at(member).region, at(member).id, target_));
  }

  void mediator(const AssessedMember& member) {
    const auto label = label_of(at(member));
    if (member.change.empty() && !member.restart) {
      lines_.step("Mediator " + label + ": IMDSv2 only already; nothing to do");
      return;
    }
    lines_.step("Mediator " + label + ", alone, with both nodes up: " +
                (member.change.empty() ? "reboot it" : "change it, then reboot it"));
    lines_.below("(for about a minute there is no automatic failover)");
    change(member);
    on_instance("reboot-instances", member);
    lines_.below(
        "Wait: EC2 status checks go to initializing and back to 2/2, the Console shows it well, "
        "storage failover show again possible true; look three times");
    lines_.below(
        "If it does not come back well: put its options back, do not reboot again, stop here");
  }

  void node(const AssessedMember& member) {
    const auto label = label_of(at(member));
    if (member.change.empty() && !member.restart) {
      lines_.step("Node " + label + ": IMDSv2 only already, and restarted since; nothing to do");
      return;
    }
    pair_ ? hand_over(label) : shut_down(label);
    cycle(member);
    back(member);
  }

  void maintenance(std::string_view text) {
    lines_.below("system node autosupport invoke -node * -type all -message MAINT=" +
                 std::string(text));
  }

  void hand_over(const std::string& label) {
    lines_.step("Node " + label + ": let its partner take over, and wait until it has");
    maintenance("4h");
    lines_.below("storage failover takeover -ofnode NODE      then: storage failover show");
    lines_.below(
        "At the partner, within 5 minutes: in takeover, its aggregates and data LIFs up there, EC2 "
        "sends every data address to it (routes of floating addresses, else private addresses), "
        "and a client still reads and writes");
    lines_.below("Else give it back unchanged, and stop here");
    lines_.below("Go on at once: NODE boots again, and would be given back by itself");
  }

  void shut_down(const std::string& label) {
    lines_.step("Node " + label + ": stop it from the Console, or shut ONTAP down cleanly");
    maintenance("4h");
    lines_.below(
        "Console: Stop, with snapshots of the root and boot disks; it needs the agent, so leave "
        "that alone meanwhile");
    lines_.below("or: system node halt -node NODE");
  }

  void cycle(const AssessedMember& member) {
    const std::string change_it = member.change.empty() ? "" : ", change it while it is stopped";
    lines_.step("Stop the instance (never by force), wait for stopped (within 15 minutes)" +
                change_it);
    on_instance("stop-instances", member);
    lines_.below(aws_command("wait instance-stopped", at(member).region, at(member).id, target_));
    change(member);
    lines_.below("If the change is refused: start it unchanged, go on below, and stop there");
    lines_.step("Start it, and wait for running and status checks 2/2 (within 15 minutes)");
    on_instance("start-instances", member);
    lines_.below(aws_command("wait instance-status-ok", at(member).region, at(member).id, target_));
  }

  void back(const AssessedMember& member) {
    if (!pair_) {
      lines_.step("Wait until the node is up, its aggregates, volumes and interfaces online");
      return proof(member);
    }
    lines_.step(
        "Let the giveback happen (automatic after 10 minutes, within 30), and wait until the pair "
        "is whole again, mirrors normal: the resync takes as long as it takes");
    lines_.below("storage failover show            waiting for giveback, then connected, possible");
    lines_.below("storage failover giveback -ofnode NODE      never with override");
    lines_.below(
        "If the giveback is refused or the node does not come back: leave the partner and "
        "the mediator alone, put the options of this instance back, and read why: event log show, "
        "storage failover show-giveback");
    proof(member);
    lines_.below(
        "Wait 5 minutes more, and check all of step 1 again, before anything else is touched: "
        "takeovers too close together switch automatic giveback off");
  }

  void proof(const AssessedMember& member) {
    lines_.below("system node show -fields uptime          shorter than since the stop");
    lines_.below(
        "storage aggregate object-store show      each FabricPool store available, from both "
        "sides");
    on_instance("describe-instances", member);
  }

  void after() {
    lines_.step(
        "Check: HttpTokens required and State applied on every member, LIFs at home, FabricPool "
        "available (storage aggregate object-store show), the Console shows ON, CloudWatch counts "
        "no MetadataNoToken any more");
    maintenance("end");
    for (const auto& member : assessment_.members) on_instance("describe-instances", member);
  }

  const Assessment& assessment_;
  const Inventory& inventory_;
  const CommandTarget& target_;
  bool pair_ = false;
  Lines lines_;
};

std::vector<std::string> agent_runbook(const Step& step) {
  Lines lines;
  lines.step(
      "Check in the Console that the agent is active and busy with nothing "
      "(Administration > Support > Agents)");
  lines.step("Change it; no restart is needed. Change it before the systems that it manages");
  lines.below(step.command);
  lines.step(
      "Watch it for some minutes: it stays active, and shows its systems without errors of "
      "cloud credentials");
  lines.step("If it does not: put the options back at once");
  return lines.take();
}

std::vector<std::string> plain_runbook(const Step& step) {
  Lines lines;
  lines.step("Change it; it takes effect at once, without a restart");
  lines.below(step.command);
  lines.step(
      "Watch the CloudWatch metric MetadataNoTokenRejected: it shows only if something on "
      "the instance still asks by IMDSv1");
  return lines.take();
}

}  // namespace

std::vector<std::string> runbook_of(const Assessment& assessment, const Inventory& inventory,
                                    const CommandTarget& target) {
  bool changes = false;
  for (const auto& member : assessment.members) changes = changes || !member.change.empty();
  if (!changes) return {};
  // Where it is not known who is who, no order can be given.
  const auto& codes = assessment.codes;
  if (std::find(codes.begin(), codes.end(), code::kBadGroup) != codes.end()) return {};
  if (assessment.needs_restart) return CvoRunbook(assessment, inventory, target).run();
  const auto& member = assessment.members.front();
  const auto step = make_step(inventory.instances[member.index], member.change, target);
  return assessment.workload == kConsoleAgent ? agent_runbook(step) : plain_runbook(step);
}

std::vector<std::string> console_clicks(const InstanceId& instance, const OptionSet& change) {
  std::vector<std::string> lines = {
      "EC2 console > Instances > select " + instance.str() +
          " > Actions > Instance settings > Modify instance metadata options",
      "Instance metadata service: Enable",
  };
  if (change.get(OptionField::kHttpTokens)) {
    lines.push_back(change.tokens_required() ? "IMDSv2: Required" : "IMDSv2: Optional");
  }
  if (const auto& hops = change.get(OptionField::kHttpPutResponseHopLimit)) {
    lines.push_back("Metadata response hop limit: " + *hops);
  }
  lines.emplace_back("Save");
  return lines;
}

std::string agent_ssh_user(const Instance& instance) {
  using namespace std::chrono;
  constexpr auto kUbuntuSince = sys_days(year(2023) / May / 1);
  if (instance.launched && *instance.launched < kUbuntuSince) return "ec2-user";
  return "ubuntu (ec2-user if the agent was created before May 2023)";
}

std::vector<std::string> how_v1_came(std::string_view workload, const Instance& instance) {
  if (workload == kConsoleAgent) {
    return {
        "Agents from the AWS Marketplace come with IMDSv1 allowed, and so do agents from before "
        "March 2024",
        "Agents deployed from the Console come with IMDSv2 only; by Terraform they have what its "
        "instance_metadata block says, else what the image and the account default give (a block "
        "that says otherwise undoes the change at the next terraform apply)",
        "Agents installed by hand have what their instance was launched with, and the hop limit "
        "has to be raised to 3 by hand",
    };
  }
  if (workload == kCvoNode || workload == kCvoMediator) {
    return {
        "Every Cloud Volumes ONTAP node and mediator, old or new, comes with IMDSv1 allowed",
        "Nodes and mediators that the Console makes anew come with IMDSv1 allowed again",
    };
  }
  std::vector<std::string> lines = {
      "At launch HttpTokens is what the launch (its parameters or launch template) says; else what "
      "the account's default for the region says; else required for an image with ImdsSupport "
      "v2.0, "
      "and optional for any other",
      "An account default of optional beats an image with ImdsSupport v2.0",
  };
  if (instance.image && instance.image->imds_support == "v2.0") {
    lines.push_back("Its image " + instance.image_id.str() +
                    " has ImdsSupport v2.0, so the launch, the account default, or somebody later "
                    "made it optional");
  } else if (instance.image) {
    lines.push_back("Its image " + instance.image_id.str() + " has no ImdsSupport v2.0");
  }
  return lines;
}

}  // namespace v2only::fleet
