// What EC2 tells of an instance beside DescribeInstances: status checks and announced maintenance,
// attributes, the console's output.
#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"
#include "sim/ec2_service.h"
#include "sim/region_network.h"
#include "sim/token.h"

namespace v2only::sim {
namespace {

using fleet::InstanceState;

constexpr std::size_t kMostIds = 100;
constexpr std::size_t kConsoleBytes = 64U << 10U;

void write_check(XmlWriter& xml, std::string_view name, std::string_view status,
                 std::string_view reachability) {
  xml.open(name).text("status", status);
  if (!reachability.empty()) {
    xml.open("details").open("item").text("name", "reachability");
    xml.text("status", reachability).close("item").close("details");
  }
  xml.close(name);
}

void write_checks(XmlWriter& xml, const Ec2& ec2, InstanceIndex index, WallTime now) {
  const auto state = ec2.state.at(index).state;
  const auto* power = ec2.state.power(index);
  const bool fresh = ec2.state.is_initializing(index, now);
  const bool off = state != InstanceState::kRunning && state != InstanceState::kPending;
  const bool lost = power != nullptr && power->unreachable;
  if (off) {
    write_check(xml, "systemStatus", "not-applicable", {});
    return write_check(xml, "instanceStatus", "not-applicable", {});
  }
  const std::string_view status = fresh ? "initializing" : "ok";
  const std::string_view passed = fresh ? "initializing" : "passed";
  write_check(xml, "systemStatus", status, passed);
  if (lost && !fresh) return write_check(xml, "instanceStatus", "impaired", "failed");
  write_check(xml, "instanceStatus", status, passed);
}

void write_events(XmlWriter& xml, const Ec2& ec2, InstanceIndex index, WallTime now) {
  const auto& events = ec2.state.behaviour(index).events;
  if (events.empty()) return;
  xml.open("eventsSet");
  int number = 0;
  for (const auto& event : events) {
    ++number;
    if (now > ec2.start + event.not_after) continue;
    const auto id = ec2.state.at(index).id.str().substr(3);
    xml.open("item").text("instanceEventId", "instance-event-" + std::to_string(number) + id);
    xml.text("code", event.code).text("description", event.description);
    xml.text("notBefore", format_utc(ec2.start + event.not_before));
    xml.text("notAfter", format_utc(ec2.start + event.not_after)).close("item");
  }
  xml.close("eventsSet");
}

void write_status(XmlWriter& xml, const Ec2& ec2, InstanceIndex index, const Call& call) {
  const RegionNetwork network(call.region);
  xml.open("item").text("instanceId", ec2.state.at(index).id.str());
  xml.text("availabilityZone", network.zones[network.zone_of(index)]);
  write_events(xml, ec2, index, call.now);
  write_instance_state(xml, "instanceState", ec2.state.at(index).state);
  write_checks(xml, ec2, index, call.now);
  xml.close("item");
}

struct Page {
  std::size_t size = 0;  // 0: everything
  std::uint64_t from = 0;
};

Result<Page, ApiFault> read_page(const Call& call, bool has_ids) {
  Page page;
  if (call.form.get("MaxResults") && has_ids) {
    return refuse("InvalidParameterCombination",
                  "The parameter instancesSet cannot be used with the parameter maxResults");
  }
  V2_TRY(const auto most, read_max_results(call.form));
  page.size = most.value_or(0);
  V2_TRY(page.from, read_next_token(call.form, call.region.str() + " status"));
  return page;
}

// The lines that a boot leaves: the kernel's own first line of every boot, and its clock.
std::string console_text(const fleet::Instance& instance, const Power* power, WallTime now) {
  std::vector<WallTime> boots;
  if (instance.launched && (power == nullptr || power->boots.empty())) {
    boots.push_back(*instance.launched);
  }
  if (power != nullptr) boots.insert(boots.end(), power->boots.begin(), power->boots.end());
  std::string out;
  for (const auto at : boots) {
    if (at > now) continue;
    out +=
        "[    0.000000] Linux version 5.10.0-23-cloud-amd64 (debian-kernel@lists.debian.org)\r\n";
    out += "[    0.812000] setting system clock to " + format_utc(at) + "\r\n";
    out += "[    4.100000] " + (instance.name.empty() ? instance.id.str() : instance.name) +
           ": reached the login prompt\r\n";
  }
  if (out.size() > kConsoleBytes) out.erase(0, out.size() - kConsoleBytes);
  return out;
}

}  // namespace

Served describe_instance_status(Ec2& ec2, const Call& call) {
  V2_TRY(const bool all, read_flag(call.form, "IncludeAllInstances"));
  const bool has_ids = call.form.has_prefix("InstanceId.");
  V2_TRY(const auto page, read_page(call, has_ids));
  if (call.form.list("InstanceId").size() > kMostIds) {
    return refuse("InvalidParameterValue", "At most 100 instance ids can be given");
  }
  auto indices = ec2.state.in_region(call.region);
  if (has_ids) {
    V2_TRY(indices, named_instances(ec2, call));
  }
  V2_TRY(const bool dry_run, read_flag(call.form, "DryRun"));
  if (dry_run) return Unexpected{dry_run_succeeded()};
  auto xml = begin_answer(call);
  xml.open("instanceStatusSet");
  std::size_t written = 0;
  std::optional<std::uint64_t> next;
  for (auto i = page.from; i < indices.size() && !next; ++i) {
    const bool running = ec2.state.at(indices[i]).state == InstanceState::kRunning;
    if (!ec2.state.is_listed(indices[i], call.now) || (!all && !running)) continue;
    if (page.size != 0 && written == page.size) {
      next = i;
      continue;
    }
    write_status(xml, ec2, indices[i], call);
    ++written;
  }
  xml.close("instanceStatusSet");
  if (next) xml.text("nextToken", make_token(call.region.str() + " status", *next));
  return end_answer(xml, call);
}

Served describe_instance_attribute(Ec2& ec2, const Call& call) {
  V2_TRY(const auto index, find_instance(ec2, call, call.form.get_or("InstanceId", "")));
  V2_TRY(const bool dry_run, read_flag(call.form, "DryRun"));
  if (dry_run) return Unexpected{dry_run_succeeded()};
  const std::string attribute(call.form.get_or("Attribute", ""));
  const auto& spec = ec2.state.behaviour(index);
  std::string value;
  if (attribute == "instanceInitiatedShutdownBehavior") {
    value = spec.terminates_on_shutdown ? "terminate" : "stop";
  } else if (attribute == "disableApiStop") {
    value = spec.stop_protection ? "true" : "false";
  } else if (attribute == "disableApiTermination") {
    value = "false";
  } else {
    return refuse("InvalidParameterValue", "Value (" + one_line(attribute) +
                                               ") for parameter attribute is invalid. Unknown "
                                               "attribute.");
  }
  auto xml = begin_answer(call);
  xml.text("instanceId", ec2.state.at(index).id.str());
  xml.open(attribute).text("value", value).close(attribute);
  return end_answer(xml, call);
}

Served get_console_output(Ec2& ec2, const Call& call) {
  V2_TRY(const auto index, find_instance(ec2, call, call.form.get_or("InstanceId", "")));
  V2_TRY(const bool dry_run, read_flag(call.form, "DryRun"));
  if (dry_run) return Unexpected{dry_run_succeeded()};
  const auto& instance = ec2.state.at(index);
  auto xml = begin_answer(call);
  xml.text("instanceId", instance.id.str()).text("timestamp", format_utc(call.now));
  xml.text("output", to_base64(console_text(instance, ec2.state.power(index), call.now)));
  return end_answer(xml, call);
}

}  // namespace v2only::sim
