#include "fleet/assess.h"

#include <algorithm>

#include "core/text.h"
#include "fleet/codes.h"
#include "fleet/target.h"
#include "fleet/v1_gate.h"
#include "fleet/version.h"

namespace v2only::fleet {
namespace {

// A CVO instance whose role nobody has named is shown as a node: it needs its endpoint, and its
// options are not changed while it runs.
const Profile& profile_of(const Profiles& profiles, const std::string& workload, bool system) {
  const auto found = profiles.find(workload);
  if (found != profiles.end()) return found->second;
  return profiles.find(system ? kCvoNode : kGeneric)->second;
}

std::string gate_reason(const Instance& instance, const Profile& profile,
                        const std::string& version, Gate gate) {
  const bool agent = profile.gate == VersionGate::kAgent;
  const std::string what = agent ? "Console agent" : "ONTAP";
  const std::string needs(agent ? agent_needs() : ontap_needs());
  const auto label = label_of(instance);
  if (version.empty()) {
    return label + ": its " + what + " version is not known; IMDSv2 only needs " + needs +
           ". Give version: in the facts file";
  }
  const auto shown = what + " " + one_line(version, 60);
  if (gate == Gate::kHeld) {
    return label + ": NetApp does not say whether " + shown + " runs on IMDSv2 only; it names " +
           needs;
  }
  return label + ": " + shown + " cannot run on IMDSv2 only; it needs " + needs +
         ". Upgrade, then: v2only plan";
}

// ", eks.amazonaws.com": as EC2 names it; nothing where it does not.
std::string principal_of(const Instance& instance) {
  return instance.managed_by.empty() ? "" : ", " + one_line(instance.managed_by, 80);
}

// Assesses one unit. Each step adds what it found; the verdict falls last.
class Assessor {
 public:
  Assessor(const AssessInput& input, const Profiles& profiles, Unit unit, std::size_t selected)
      : input_(input), profiles_(profiles), unit_(std::move(unit)), selected_(selected) {}

  Assessment run() {
    out_.unit = unit_.id;
    out_.workload = unit_.workload;
    out_.version = unit_.version;
    out_.needs_restart = unit_.system;
    out_.missing = unit_.missing;
    add_problems();
    for (const auto& member : unit_.members) assess_member(member);
    settle();
    return std::move(out_);
  }

 private:
  const Instance& at(const Member& member) const {
    return input_.inventory.instances[member.index];
  }

  void block(std::string_view code, std::string reason) {
    note(code, std::move(reason));
    blocked_ = true;
  }

  void note(std::string_view code, std::string reason) {
    if (std::find(out_.codes.begin(), out_.codes.end(), code) == out_.codes.end()) {
      out_.codes.emplace_back(code);
    }
    out_.reasons.push_back(std::move(reason));
  }

  void evidence(const Instance& instance, std::string what, std::string source, WallTime at) {
    if (unit_.members.size() > 1) what = label_of(instance) + ": " + what;
    out_.evidence.push_back({std::move(what), std::move(source), at});
  }

  void add_problems() {
    for (auto& problem : unit_.problems) block(problem.code, std::move(problem.reason));
    if (selected_ == unit_.members.size()) return;
    block(code::kPartlySeen,
          unit_.id.str() + ": " + std::to_string(selected_) + " of its " +
              count_of(unit_.members.size(), "member") + (selected_ == 1 ? " is" : " are") +
              " selected; they change together or not at all. Select the others too");
  }

  void assess_member(const Member& member) {
    const auto& instance = at(member);
    const auto& profile = profile_of(profiles_, member.workload, unit_.system);
    const auto fact = input_.facts.instances.find(instance.id);
    const bool enable = fact != input_.facts.instances.end() && fact->second.enable_endpoint;
    show_observed(member, instance, profile);
    auto target = target_of(instance.options, profile, enable);
    judge_endpoint(instance, profile, target);
    const bool changes = !target.change.empty() || target.endpoint_blocks;
    if (profile.gate != VersionGate::kNone) judge_version(member, instance, profile, changes);
    if (target.change.get(OptionField::kHttpTokens)) judge_v1_use(instance, profile);
    if (instance.managed && changes) judge_service(instance);
    if (!target.change.empty()) explain(instance, profile, target.change);
    const bool restart = is_restarted(member, target.change);
    out_.members.push_back(
        {member.index, member.workload, member.version, std::move(target.change), restart});
  }

  bool is_restarted(const Member& member, const OptionSet& change) {
    const bool mediator = member.workload == kCvoMediator;
    if (!unit_.system || (mediator && !input_.policy.ontap.mediator_reboot)) return false;
    if (!change.empty()) return true;
    const auto why = why_not_proven(proof_of(at(member)));
    if (!why.empty()) unproven_.push_back(why);
    return !why.empty();
  }

  ProofInput proof_of(const Instance& instance) const {
    ProofInput out{instance};
    out.now = input_.now;
    const auto fact = input_.facts.systems.find(unit_.id);
    if (fact != input_.facts.systems.end()) out.fact = &fact->second;
    if (input_.systems != nullptr) {
      const auto reading = input_.systems->find(unit_.id);
      if (reading != input_.systems->end()) out.reading = &reading->second;
    }
    if (input_.changes != nullptr) {
      const auto change = input_.changes->find(instance.id);
      if (change != input_.changes->end()) out.change = &change->second;
    }
    return out;
  }

  void show_observed(const Member& member, const Instance& instance, const Profile& profile) {
    const auto read_at = input_.inventory.read_at;
    auto options = instance.options.to_text();
    if (instance.options_state == OptionState::kPending) options += " State=pending";
    evidence(instance, std::move(options), "ec2:DescribeInstances", read_at);
    if (!member.source.empty()) {
      const auto what = member.workload.empty() ? "part of " + unit_.id.str() : member.workload;
      evidence(instance, "it is " + what, member.source, read_at);
    }
    if (!member.version.empty() && profile.gate != VersionGate::kNone) {
      const auto& fact = input_.facts.instances.at(instance.id);
      evidence(instance, "version " + one_line(member.version, 60),
               fact.version_where.empty() ? fact.where : fact.version_where, read_at);
    }
    if (instance.managed) {
      evidence(instance, "run by an AWS service (operator.managed)" + principal_of(instance),
               "ec2:DescribeInstances", read_at);
    }
  }

  void judge_endpoint(const Instance& instance, const Profile& profile, const Target& target) {
    if (!target.endpoint_off) return;
    if (!target.endpoint_blocks) {
      return note(code::kEndpointOff, label_of(instance) +
                                          ": its IMDS endpoint is disabled, so nothing is answered "
                                          "there, by either version; it stays so");
    }
    block(code::kEndpointOff,
          label_of(instance) + ": its IMDS endpoint is disabled, and " + profile.name +
              " needs it. If it may be switched on, say enable_endpoint: true in the facts file");
  }

  // A version holds back a change. What is on IMDSv2 only already is past it; that it should not be
  // is said all the same.
  void judge_version(const Member& member, const Instance& instance, const Profile& profile,
                     bool changes) {
    const auto gate = profile.gate == VersionGate::kAgent ? agent_gate(member.version)
                                                          : ontap_gate(member.version);
    if (gate == Gate::kPass) return;
    auto reason = gate_reason(instance, profile, member.version, gate);
    if (!changes) {
      if (gate == Gate::kTooOld) out_.reasons.push_back(std::move(reason));
      return;
    }
    block(gate == Gate::kTooOld ? code::kTooOld : code::kVersionUnknown, std::move(reason));
  }

  // EC2 is likely to refuse the change, and the service would undo it with the next instance.
  void judge_service(const Instance& instance) {
    block(code::kManagedByService,
          label_of(instance) + ": an AWS service runs it" + principal_of(instance) +
              ", so it is not changed here. Set the metadata options where that service is "
              "configured, such as its launch template, and let it replace the instance");
  }

  void judge_v1_use(const Instance& instance, const Profile& profile) {
    const auto found = input_.inventory.v1.find(instance.id);
    const auto* reading = found == input_.inventory.v1.end() ? nullptr : &found->second;
    if (reading != nullptr) {
      evidence(instance, to_text(*reading), "cloudwatch:GetMetricData", reading->to);
      out_.v1_read_at = std::min(out_.v1_read_at.value_or(reading->to), reading->to);
    }
    if (!profile.v1_gated) return;
    auto verdict = judge_v1(instance, reading, input_.policy, input_.now);
    if (!verdict.by_name) out_.v1_gated = true;
    if (verdict.accepted_until) {
      out_.accepted_until =
          std::min(out_.accepted_until.value_or(*verdict.accepted_until), *verdict.accepted_until);
    }
    if (!verdict.code.empty()) return block(verdict.code, std::move(verdict.reason));
    if (!verdict.reason.empty()) out_.reasons.push_back(std::move(verdict.reason));
  }

  void explain(const Instance& instance, const Profile& profile, const OptionSet& change) {
    for (auto& reason : reasons_for(instance.options, change, profile)) {
      out_.reasons.push_back(unit_.members.size() > 1 ? label_of(instance) + ": " + reason
                                                      : std::move(reason));
    }
  }

  // Nothing to change is compliant; but a unit that is not known for what it is, is not known to be
  // whole either. The one doubt that may stay open: what an instance may be, when whatever it is
  // it would need no change.
  void settle() {
    const bool unchanged = std::all_of(out_.members.begin(), out_.members.end(),
                                       [](const auto& member) { return member.change.empty(); });
    if (unchanged && only_doubt_is_moot()) {
      out_.codes.clear();
      blocked_ = false;
    }
    // What has to be restarted for a change of its own is proven by that restart.
    if (unchanged && !blocked_) {
      for (auto& why : unproven_) note(code::kRestartNotProven, std::move(why));
    }
    const bool done = unchanged && unproven_.empty();
    out_.verdict = blocked_ ? Verdict::kBlocked : done ? Verdict::kCompliant : Verdict::kReady;
  }

  bool only_doubt_is_moot() const {
    if (out_.codes != std::vector<std::string>{std::string(code::kMayBeNetApp)}) return false;
    const auto& instance = at(unit_.members.front());
    const auto& candidate =
        profile_of(profiles_, std::string(unit_.may_be_agent ? kConsoleAgent : kCvoNode), true);
    const auto target = target_of(instance.options, candidate, false);
    return target.change.empty() && !target.endpoint_off;
  }

  const AssessInput& input_;
  const Profiles& profiles_;
  Unit unit_;
  std::size_t selected_;
  bool blocked_ = false;
  std::vector<std::string> unproven_;  // members on their options and not known to be restarted
  Assessment out_;
};

}  // namespace

std::vector<Assessment> assess(const AssessInput& input) {
  const auto profiles = profiles_of(input.policy);
  std::vector<Assessment> out;
  for (auto& unit : classify(input.inventory, input.facts, profiles)) {
    const auto selected = static_cast<std::size_t>(
        std::count_if(unit.members.begin(), unit.members.end(), [&](const Member& member) {
          return input.selection.selects(input.inventory.instances[member.index]);
        }));
    if (selected == 0) continue;
    out.push_back(Assessor(input, profiles, std::move(unit), selected).run());
  }
  return out;
}

}  // namespace v2only::fleet
