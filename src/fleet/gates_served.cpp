// A node is away: does its partner serve all that it had?
#include <algorithm>

#include "core/text.h"
#include "fleet/gate_checks.h"

namespace v2only::fleet {
namespace {

bool is_away(NodeState state) {
  return state == NodeState::kTakenOver || state == NodeState::kWaitingForGiveback ||
         state == NodeState::kDown;
}

void check_taken_over(const OntapReading& ontap, const CvoNode& away, const CvoNode& partner,
                      Judge& judge) {
  if (!ontap.nodes) return judge.unknown("taken-over", not_read(ontap));
  const auto* gone = ontap.find(away.name);
  const auto* serving = ontap.find(partner.name);
  if (serving == nullptr || !serving->ha) {
    return judge.unknown("taken-over", "ONTAP does not show " + partner.name);
  }
  if (serving->state != NodeState::kUp) {
    return judge.bad("taken-over", partner.name + " is " + std::string(name_of(serving->state)) +
                                       " itself, not up");
  }
  if (serving->ha->giveback == GivebackState::kInProgress) {
    return judge.bad("taken-over", partner.name + " is giving back already");
  }
  if (serving->ha->takeover != TakeoverState::kInTakeover) {
    return judge.bad("taken-over", with_failure(partner.name + ": takeover is " +
                                                    std::string(name_of(serving->ha->takeover)),
                                                serving->ha->takeover_failure));
  }
  if (gone == nullptr || !is_away(gone->state)) {
    return judge.bad(
        "taken-over",
        away.name + " is " + std::string(gone == nullptr ? "not shown" : name_of(gone->state)));
  }
  judge.good("taken-over", partner.name + " has taken over from " + away.name);
}

// Where ONTAP has the LIFs that move. On CVO it may differ from where EC2 sends their addresses
// (facts: netapp.md, 4.2: LIF failover is off by default), so EC2's word decides where there is
// one.
std::vector<std::string> lifs_elsewhere(const OntapReading& ontap, const CvoNode& partner) {
  std::vector<std::string> out;
  for (const auto& lif : *ontap.lifs) {
    if (!lif.nas || !lif.enabled || (lif.node == partner.name && lif.state == "up")) continue;
    out.push_back("data LIF " + lif.name + " (" + lif.address + ") is " + lif.state + " on " +
                  lif.node + ", not up on " + partner.name);
  }
  return out;
}

std::string sent_elsewhere(const AddressReading& address, const InstanceId& wanted) {
  const auto at = address.at      ? address.at->str()
                  : address.split ? std::string("different places, by its route tables")
                                  : std::string("no instance");
  return "EC2 sends " + address.address + " to " + at + ", not to " + wanted.str();
}

// An address that has to move, and of which EC2 was not asked.
std::string not_asked(const SystemReading& reading, const CvoNode& away) {
  for (const auto& lif : *reading.ontap.lifs) {
    if (!lif.nas || !lif.enabled || lif.home_node != away.name) continue;
    const auto& all = *reading.addresses;
    const bool asked = std::any_of(all.begin(), all.end(),
                                   [&](const auto& each) { return each.address == lif.address; });
    if (!asked) return "where EC2 sends " + lif.address + " was not read";
  }
  return {};
}

void check_addresses(const SystemReading& reading, const CvoNode& away, const CvoNode& partner,
                     const GateContext& context, Judge& judge) {
  if (!reading.ontap.lifs) return judge.unknown("data-addresses", not_read(reading.ontap));
  if (reading.ontap.lifs->empty()) return judge.unknown("data-addresses", "ONTAP shows no LIF");
  const auto elsewhere = lifs_elsewhere(reading.ontap, partner);
  if (!reading.addresses) {
    if (context.aws_endpoint) {
      return judge.unknown("data-addresses", "EC2's routes and addresses could not be read");
    }
    return judge.unless(elsewhere, "data-addresses",
                        "every data LIF is on " + partner.name + ", says ONTAP");
  }
  for (const auto& each : elsewhere) judge.warn("data-addresses", each);
  if (auto why = not_asked(reading, away); !why.empty()) {
    return judge.unknown("data-addresses", std::move(why));
  }
  std::vector<std::string> against;
  for (const auto& each : *reading.addresses) {
    if (each.at == partner.instance) continue;
    against.push_back(sent_elsewhere(each, partner.instance));
  }
  judge.unless(against, "data-addresses",
               count_of(reading.addresses->size(), "data address", "data addresses") + " at " +
                   partner.instance.str());
}

}  // namespace

void check_data_home(const SystemReading& reading, const GateContext& context, Judge& judge) {
  if (!reading.ontap.lifs) return judge.unknown("data-addresses", not_read(reading.ontap));
  if (!reading.addresses) {
    constexpr auto* kUnread = "where EC2 sends the data addresses could not be read";
    return context.aws_endpoint ? judge.unknown("data-addresses", kUnread)
                                : judge.warn("data-addresses", kUnread);
  }
  std::vector<std::string> against;
  for (const auto& node : context.system.nodes) {
    if (auto why = not_asked(reading, node); !why.empty()) {
      return judge.unknown("data-addresses", std::move(why));
    }
    for (const auto& lif : *reading.ontap.lifs) {
      if (!lif.nas || !lif.enabled || lif.home_node != node.name) continue;
      for (const auto& each : *reading.addresses) {
        if (each.address != lif.address || each.at == node.instance) continue;
        against.push_back(sent_elsewhere(each, node.instance));
      }
    }
  }
  judge.unless(
      against, "data-addresses",
      count_of(reading.addresses->size(), "data address", "data addresses") + " at home, by EC2");
}

void check_probes(const SystemReading& reading, Judge& judge) {
  if (!reading.probes) return judge.unknown("probes", "the probes were not tried");
  std::vector<std::string> silent;
  for (const auto& probe : *reading.probes) {
    if (!probe.answers) silent.push_back(probe.probe + " does not answer: " + probe.why);
  }
  judge.unless(silent, "probes", count_of(reading.probes->size(), "probe") + " answered");
}

Findings served_by_partner(const SystemReading& reading, const GateContext& context,
                           std::size_t away) {
  Findings out;
  Judge judge(out);
  const auto& partner = context.system.partner_of(away);
  check_identity(reading.ontap, context.system, judge);
  check_taken_over(reading.ontap, context.system.nodes[away], partner, judge);
  of_member(reading, partner.instance, judge, [&](const MemberReading& member) {
    if (member.state == InstanceState::kRunning) return;
    judge.bad("ec2-status",
              member.id.str() + " is " + std::string(name_of(member.state)) + ", not running");
  });
  check_addresses(reading, context.system.nodes[away], partner, context, judge);
  check_probes(reading, judge);
  return out;
}

}  // namespace v2only::fleet
