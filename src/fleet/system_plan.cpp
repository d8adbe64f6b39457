#include "fleet/system_plan.h"

#include <algorithm>

#include "core/text.h"
#include "fleet/codes.h"
#include "fleet/proof.h"
#include "fleet/version.h"

namespace v2only::fleet {
namespace {

const Instance* instance_of(const Inventory& inventory, const InstanceId& id) {
  const auto& all = inventory.instances;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Instance& each) { return each.id == id; });
  return found == all.end() ? nullptr : &*found;
}

// Judges one system. The first thing that keeps it out of the plan is told.
class SystemJudge {
 public:
  explicit SystemJudge(const SystemInput& input) : input_(input) {}

  SystemVerdict run() {
    if (may_be_asked() && was_read() && counts() && matched() && agents_found() && consented()) {
      order_nodes();
      keep_stores();
      out_.findings = preconditions(
          *input_.reading,
          {cvo_, input_.aws_endpoint, input_.facts.console.has_value(), input_.expected});
      warn_of_endpoints();
      warn_of_console_ids();
      out_.cvo = std::move(cvo_);
    }
    return std::move(out_);
  }

 private:
  const std::string& name() const { return input_.assessment.unit.str(); }
  const OntapReading& ontap() const { return input_.reading->ontap; }

  bool no(std::string_view code, std::string reason) {
    out_.code = code;
    out_.reason = name() + ": " + std::move(reason);
    return false;
  }

  bool may_be_asked() {
    const auto found = input_.facts.systems.find(input_.assessment.unit);
    if (found != input_.facts.systems.end()) fact_ = &found->second;
    if (fact_ != nullptr && fact_->ontap) return true;
    return no(code::kRestartNotAuthorised,
              "it is changed only together with a restart, and ONTAP cannot be asked whether that "
              "is safe. Give ontap: and consent: in the facts file");
  }

  bool was_read() {
    if (input_.reading != nullptr && ontap().nodes && !ontap().cluster_uuid.empty()) return true;
    const auto why = input_.reading == nullptr || ontap().errors.empty()
                         ? std::string("it was not asked")
                         : ontap().errors.front();
    return no(code::kOntapUnread, "ONTAP could not be read: " + why);
  }

  bool counts() {
    std::size_t nodes = 0;
    for (const auto& member : input_.assessment.members) {
      nodes += member.workload == kCvoNode ? 1 : 0;
    }
    const auto seen = ontap().nodes->size();
    if (seen == nodes) return true;
    return no(code::kContradiction, "ONTAP (" + ontap().cluster + ") counts " +
                                        count_of(seen, "node") + ", the facts name " +
                                        std::to_string(nodes));
  }

  bool matched() {
    cvo_.cluster = ontap().cluster;
    cvo_.cluster_uuid = ontap().cluster_uuid;
    for (const auto& member : input_.assessment.members) {
      const auto& instance = input_.inventory.instances[member.index];
      cvo_.region = instance.region;
      if (member.workload == kCvoMediator) {
        cvo_.mediator = instance.id;
        cvo_.reboot_mediator = member.restart;
      } else if (!add_node(instance, member.restart)) {
        return false;
      }
    }
    const bool twice = cvo_.pair() && cvo_.nodes[0].uuid == cvo_.nodes[1].uuid;
    if (!twice) return by_console();
    return no(code::kContradiction,
              "both instances have the address of ONTAP's node " + cvo_.nodes[0].name);
  }

  bool add_node(const Instance& instance, bool restart) {
    const auto* node = node_on(ontap(), instance);
    if (node == nullptr) {
      return no(code::kContradiction,
                "no node of the cluster " + ontap().cluster + " has the address of " +
                    label_of(instance) + " (" +
                    (instance.private_ip.empty() ? "none" : instance.private_ip) + "): ONTAP has " +
                    addresses());
    }
    cvo_.nodes.push_back({instance.id, node->name, node->uuid, instance.private_ip, restart});
    return true;
  }

  std::string addresses() const {
    std::vector<std::string> out;
    for (const auto& node : *ontap().nodes) {
      out.push_back(node.name + " at " +
                    (node.management_addresses.empty() ? "no address"
                                                       : join(node.management_addresses, ", ")));
    }
    return join(out, "; ");
  }

  // The Console's word on who is who, where it was asked.
  bool by_console() {
    const auto& said = input_.reading->console;
    if (!said || said->instances.empty()) return true;
    if (said->ha != cvo_.pair()) {
      return no(code::kContradiction,
                std::string("the facts call it ") + (cvo_.pair() ? "a pair" : "a single node") +
                    ", the Console " + (said->ha ? "a pair" : "a single node"));
    }
    cvo_.floating = said->failover_mode == "FloatingIP";
    for (const auto& member : input_.assessment.members) {
      const auto& id = input_.inventory.instances[member.index].id;
      const auto& all = said->instances;
      const auto found = std::find_if(all.begin(), all.end(),
                                      [&](const ConsoleInstance& each) { return each.id == id; });
      if (found == all.end()) {
        return no(code::kContradiction,
                  "the facts count " + id.str() + " to it, the Console does not");
      }
      // That the Console marks no mediator as a node is unconfirmed, so only the other way counts.
      if (member.workload == kCvoNode && !found->is_vsa) {
        return no(code::kContradiction,
                  "the facts call " + id.str() + " a node, the Console does not");
      }
    }
    return same_ids(*said);
  }

  // ONTAP and EC2 were matched by address; the Console names the instance of each node by id.
  bool same_ids(const ConsoleSystem& said) {
    for (const auto& theirs : said.nodes) {
      // That it is EC2's id is unconfirmed: what does not look like one is told, not compared.
      if (!is_instance_id(theirs.cloud_provider_id)) continue;
      const InstanceId id(theirs.cloud_provider_id);
      const auto& ours = cvo_.nodes;
      const auto named = std::find_if(
          ours.begin(), ours.end(), [&](const CvoNode& each) { return each.name == theirs.name; });
      const auto known = std::find_if(ours.begin(), ours.end(),
                                      [&](const CvoNode& each) { return each.instance == id; });
      if (named == ours.end() ? known != ours.end() : named->instance == id) continue;
      std::string by_address = "none of its nodes by address";
      if (named != ours.end()) {
        by_address =
            "it by address on " + named->instance.str() + " (" + named->management_address + ")";
      }
      return no(code::kContradiction, "the Console has the node " + theirs.name + " on " +
                                          id.str() + ", ONTAP and EC2 have " + by_address);
    }
    return true;
  }

  void warn_of_console_ids() {
    const auto& said = input_.reading->console;
    if (!said) return;
    for (const auto& node : said->nodes) {
      const auto& id = node.cloud_provider_id;
      if (id.empty() || is_instance_id(id)) continue;
      out_.findings.push_back({Mark::kWarn, "console-id",
                               "the Console's id of " + node.name + ", " + one_line(id, 60) +
                                   ", is no instance id: it was not compared"});
    }
  }

  bool consented() {
    const auto& consent = cvo_.pair() ? fact_->failover : fact_->outage;
    const std::string kind = cvo_.pair() ? "failover" : "outage";
    if (!consent) {
      return no(code::kRestartNotAuthorised,
                "nobody has consented to restarting it. Give consent: {" + kind +
                    ": …} in the facts file");
    }
    if (input_.now < consent->until) return true;
    return no(code::kRestartNotAuthorised, "the consent to its " + kind + " (" + consent->text +
                                               ", " + consent->by + ") ended at " +
                                               format_utc(consent->until));
  }

  // Node -02 before -01 (facts: netapp.md, 10): the one that usually holds the cluster's address
  // goes last.
  void order_nodes() {
    std::sort(cvo_.nodes.begin(), cvo_.nodes.end(),
              [](const CvoNode& a, const CvoNode& b) { return a.name > b.name; });
  }

  // Which agent manages it: the facts' word, else the Console's.
  bool agents_found() {
    const auto& said = input_.reading->console;
    if (said) {
      cvo_.console_agent = said->agent;
      cvo_.agents = agents_by_console(*said);
    }
    if (!fact_->agent) return true;
    const auto& fact = *fact_->agent;
    const auto& all = cvo_.agents;
    if (!all.empty() && std::find(all.begin(), all.end(), fact) == all.end()) {
      return no(code::kContradiction, "the facts say that the agent " + fact.str() +
                                          " manages it, the Console says " + all.front().str());
    }
    cvo_.agents = {fact};
    return true;
  }

  std::vector<InstanceId> agents_by_console(const ConsoleSystem& said) const {
    std::vector<InstanceId> out;
    for (const auto& instance : said.instances) {
      if (instance.is_agent) out.push_back(instance.id);
    }
    if (!out.empty() || input_.console == nullptr || !input_.console->agents) return out;
    for (const auto& agent : *input_.console->agents) {
      if (agent.id != said.agent || agent.private_ip.empty()) continue;
      for (const auto& instance : input_.inventory.instances) {
        if (instance.private_ip == agent.private_ip) out.push_back(instance.id);
      }
    }
    return out;
  }

  // While a node is away its partner is asked, best at its own address.
  void warn_of_endpoints() {
    if (!cvo_.pair()) return;
    for (const auto& node : cvo_.nodes) {
      const auto& all = fact_->ontap->endpoints;
      const auto& address = node.management_address;
      const bool named = std::any_of(all.begin(), all.end(), [&](const std::string& endpoint) {
        const auto rest = endpoint.substr(std::min(endpoint.size(), endpoint.find("://") + 3));
        return rest == address || rest.starts_with(address + ":") || rest == address + "/";
      });
      if (named) continue;
      out_.findings.push_back({Mark::kWarn, "endpoints",
                               "ontap: endpoints does not name " + address + ", the address of " +
                                   node.name +
                                   ": while its partner is away it is asked at "
                                   "another address, which may be silent then"});
    }
  }

  void keep_stores() {
    if (!ontap().cloud_stores) return;
    for (const auto& store : *ontap().cloud_stores) cvo_.cloud_stores.push_back(name_of(store));
  }

  const SystemInput& input_;
  const SystemFact* fact_ = nullptr;
  CvoSystem cvo_;
  SystemVerdict out_;
};

}  // namespace

SystemVerdict judge_system(const SystemInput& input) { return SystemJudge(input).run(); }

SystemVerdicts verdicts_of(const SystemsInput& input, const std::vector<Assessment>& assessments) {
  SystemVerdicts out;
  for (const auto& assessment : assessments) {
    if (assessment.verdict != Verdict::kReady || !assessment.needs_restart) continue;
    SystemInput system{assessment, input.inventory, input.facts};
    const auto found = input.systems.find(assessment.unit);
    if (found != input.systems.end()) system.reading = &found->second;
    system.console = input.console;
    system.aws_endpoint = input.aws_endpoint;
    system.now = input.now;
    system.expected = input.expected;
    out.emplace(assessment.unit, judge_system(system));
  }
  return out;
}

namespace {

// Where no version is known because ONTAP could not be asked, that is what to mend.
void explain_unknown_versions(const SystemReadings& systems, std::vector<Assessment>& assessments) {
  for (auto& assessment : assessments) {
    const auto& codes = assessment.codes;
    const auto found = systems.find(assessment.unit);
    if (found == systems.end() || found->second.ontap.nodes) continue;
    if (std::find(codes.begin(), codes.end(), code::kVersionUnknown) == codes.end()) continue;
    const auto& errors = found->second.ontap.errors;
    if (errors.empty()) continue;
    assessment.reasons.push_back(assessment.unit.str() +
                                 ": ONTAP could not be read: " + errors.front());
  }
}

}  // namespace

void judge_systems(const SystemsInput& input, std::vector<Assessment>& assessments) {
  explain_unknown_versions(input.systems, assessments);
  auto verdicts = verdicts_of(input, assessments);
  for (auto& assessment : assessments) {
    const auto found = verdicts.find(assessment.unit);
    if (found == verdicts.end() || input.systems.count(assessment.unit) == 0) continue;
    auto& verdict = found->second;
    if (verdict.code != code::kContradiction && verdict.code != code::kOntapUnread) continue;
    assessment.verdict = Verdict::kBlocked;
    assessment.codes.push_back(std::move(verdict.code));
    assessment.reasons.push_back(std::move(verdict.reason));
  }
}

Discovered with_ontap_versions(const Facts& facts, const Inventory& inventory,
                               const SystemReadings& systems) {
  Discovered out{facts, {}};
  for (auto& [id, fact] : out.facts.instances) {
    if (!fact.system || fact.workload != kCvoNode) continue;
    const auto reading = systems.find(*fact.system);
    const auto* instance = instance_of(inventory, id);
    if (reading == systems.end() || instance == nullptr) continue;
    const auto* node = node_on(reading->second.ontap, *instance);
    if (node == nullptr || node->version.empty()) continue;
    auto release = one_line(ontap_release(node->version), 60);
    if (!fact.version.empty() && fact.version != release &&
        node->version.find(fact.version + ":") == std::string::npos) {
      out.notes.push_back(label_of(*instance) + ": " + fact.where + " says version " +
                          fact.version + ", ONTAP says " + release + "; ONTAP's counts");
    }
    fact.version = std::move(release);
    fact.version_where = "ONTAP";
  }
  return out;
}

}  // namespace v2only::fleet
