// StopInstances, StartInstances, RebootInstances: all of the instances of a call, or none.
#include <algorithm>
#include <string>

#include "sim/ec2_service.h"

namespace v2only::sim {
namespace {

using fleet::InstanceState;

ApiFault wrong_state(const fleet::Instance& instance, std::string_view what) {
  return {"IncorrectInstanceState",
          "The instance '" + instance.id.str() + "' is not in a state from which it can be " +
              std::string(what) + ": " + std::string(fleet::name_of(instance.state))};
}

Result<void, ApiFault> check_managed(const fleet::Instance& instance) {
  if (!instance.managed) return {};
  return refuse("UnsupportedOperation",
                "The instance '" + instance.id.str() + "' is managed by " +
                    (instance.managed_by.empty() ? "an AWS service" : instance.managed_by));
}

// What AWS checks of each instance before anything happens to any.
using Check = Result<void, ApiFault> (*)(const Ec2& ec2, InstanceIndex index);

Result<void, ApiFault> may_stop(const Ec2& ec2, InstanceIndex index) {
  const auto& instance = ec2.state.at(index);
  if (fleet::is_gone(instance.state) || instance.state == InstanceState::kPending) {
    return Unexpected{wrong_state(instance, "stopped")};
  }
  if (ec2.state.behaviour(index).stop_protection) {
    return refuse("UnsupportedOperation", "The instance '" + instance.id.str() +
                                              "' may not be stopped. Modify its 'disableApiStop' "
                                              "instance attribute and try again.");
  }
  return check_managed(instance);
}

Result<void, ApiFault> may_start(const Ec2& ec2, InstanceIndex index) {
  const auto& instance = ec2.state.at(index);
  if (fleet::is_gone(instance.state) || instance.state == InstanceState::kStopping) {
    return Unexpected{wrong_state(instance, "started")};
  }
  return check_managed(instance);
}

Result<void, ApiFault> may_reboot(const Ec2& ec2, InstanceIndex index) {
  const auto& instance = ec2.state.at(index);
  if (instance.state != InstanceState::kRunning) {
    return Unexpected{wrong_state(instance, "rebooted")};
  }
  return check_managed(instance);
}

// DryRun asks for the permission: states and values do not matter to it.
Result<std::vector<InstanceIndex>, ApiFault> admitted(const Ec2& ec2, const Call& call,
                                                      Check check) {
  V2_TRY(auto indices, named_instances(ec2, call));
  V2_TRY(const bool dry_run, read_flag(call.form, "DryRun"));
  if (dry_run) return Unexpected{dry_run_succeeded()};
  for (const auto index : indices) {
    if (auto ok = check(ec2, index); !ok) return Unexpected{ok.error()};
  }
  return indices;
}

std::string changes(Ec2& ec2, const Call& call, const std::vector<InstanceIndex>& indices,
                    const std::vector<InstanceState>& before) {
  auto xml = begin_answer(call);
  xml.open("instancesSet");
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const auto& instance = ec2.state.at(indices[i]);
    xml.open("item").text("instanceId", instance.id.str());
    write_instance_state(xml, "currentState", instance.state);
    write_instance_state(xml, "previousState", before[i]);
    xml.close("item");
  }
  xml.close("instancesSet");
  return end_answer(xml, call);
}

std::vector<InstanceState> states(const Ec2& ec2, const std::vector<InstanceIndex>& indices) {
  std::vector<InstanceState> out;
  out.reserve(indices.size());
  for (const auto index : indices) out.push_back(ec2.state.at(index).state);
  return out;
}

}  // namespace

Served stop_instances(Ec2& ec2, const Call& call) {
  V2_TRY(const bool force, read_flag(call.form, "Force"));
  V2_TRY(const bool skip, read_flag(call.form, "SkipOsShutdown"));
  V2_TRY(const bool hibernate, read_flag(call.form, "Hibernate"));
  if (hibernate) {
    return refuse("UnsupportedHibernationConfiguration",
                  "The instance has not been configured for hibernation");
  }
  V2_TRY(const auto indices, admitted(ec2, call, may_stop));
  const auto before = states(ec2, indices);
  const auto how = call.action + (force ? " Force" : "") + (skip ? " SkipOsShutdown" : "");
  for (const auto index : indices) {
    if (ec2.state.at(index).state != InstanceState::kRunning) continue;
    ec2.state.begin_stop(index, call.now, {LogEntry::Kind::kStopped, call.caller, how});
  }
  return changes(ec2, call, indices, before);
}

Served start_instances(Ec2& ec2, const Call& call) {
  V2_TRY(const auto indices, admitted(ec2, call, may_start));
  const auto before = states(ec2, indices);
  for (const auto index : indices) {
    if (ec2.state.at(index).state != InstanceState::kStopped) continue;
    ec2.state.begin_start(index, call.now, {LogEntry::Kind::kStarted, call.caller, call.action});
  }
  return changes(ec2, call, indices, before);
}

Served reboot_instances(Ec2& ec2, const Call& call) {
  V2_TRY(const auto indices, admitted(ec2, call, may_reboot));
  for (const auto index : indices) {
    ec2.state.reboot(index, call.now, {LogEntry::Kind::kRebooted, call.caller, call.action});
  }
  auto xml = begin_answer(call);
  xml.text("return", "true");
  return end_answer(xml, call);
}

}  // namespace v2only::sim
