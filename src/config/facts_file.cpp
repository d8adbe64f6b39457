#include "config/facts_file.h"

#include <map>

#include "config/console_fact.h"
#include "config/file.h"
#include "config/map_reader.h"
#include "config/system_fact.h"
#include "core/text.h"
#include "fleet/profile.h"

namespace v2only::config {
namespace {

using fleet::Facts;
using fleet::InstanceFact;

Unexpected<Error> bad(std::string_view path, int line, int column, std::string what,
                      std::string hint = {}) {
  return fail(ErrorCode::kUsage, std::move(what), position(path, line, column), std::move(hint));
}

Result<InstanceFact> read_instance(const YamlMember& member, const std::string& path) {
  MapReader reader(member.value, path);
  InstanceFact fact;
  fact.workload = reader.text("workload").value_or("");
  fact.version = reader.text("version").value_or("");
  if (auto system = reader.text("system")) fact.system = UnitId(std::move(*system));
  fact.enable_endpoint = reader.boolean("enable_endpoint").value_or(false);
  fact.where = path + ":" + std::to_string(member.line);
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  const bool alone = fact.workload == fleet::kConsoleAgent || fact.workload == fleet::kGeneric;
  if (fact.system && alone) {
    return bad(path, member.line, member.column,
               member.key + " cannot be " + fact.workload + " and part of the system " +
                   one_line(fact.system->str(), 80),
               "leave out system:, or say netapp-cvo-node or netapp-cvo-mediator");
  }
  return fact;
}

struct Count {
  int nodes = 0;
  int mediators = 0;
};

// What one system says must not contradict an instance's fact, nor another system.
Result<void> check_access(const Facts& facts) {
  std::map<std::string, UnitId> answering;
  for (const auto& [id, system] : facts.systems) {
    const auto name = one_line(id.str(), 80);
    const auto* agent = system.agent ? fleet::fact_of(facts, *system.agent) : nullptr;
    if (agent != nullptr && !agent->workload.empty() && agent->workload != fleet::kConsoleAgent) {
      return fail(ErrorCode::kUsage,
                  "the agent of " + name + ", " + system.agent->str() + ", is said to be " +
                      one_line(agent->workload, 60),
                  system.where, "see " + agent->where);
    }
    if (!system.ontap) continue;
    for (const auto& endpoint : system.ontap->endpoints) {
      const auto [other, fresh] = answering.emplace(endpoint, id);
      if (fresh) continue;
      return fail(ErrorCode::kUsage,
                  name + " and " + one_line(other->second.str(), 80) +
                      " cannot have an endpoint of ONTAP in common",
                  system.where);
    }
  }
  return {};
}

// A system may be named in part, tags may give the rest; more than it can hold is an error.
Result<void> check_systems(const Facts& facts) {
  std::map<UnitId, Count> counts;
  for (const auto& [id, fact] : facts.instances) {
    if (!fact.system) continue;
    if (fact.workload == fleet::kCvoNode) ++counts[*fact.system].nodes;
    if (fact.workload == fleet::kCvoMediator) ++counts[*fact.system].mediators;
  }
  for (const auto& [id, fact] : facts.systems) {
    const auto count = counts[id];
    const bool single = fact.ha == false;
    const int nodes = single ? 1 : 2;
    const int mediators = single ? 0 : 1;
    if (count.nodes <= nodes && count.mediators <= mediators) continue;
    return fail(ErrorCode::kUsage,
                one_line(id.str(), 80) + (single ? " is a single node (ha: false)" : " is a pair") +
                    ", but instances: gives it " +
                    count_of(static_cast<std::size_t>(count.nodes), "node") + " and " +
                    count_of(static_cast<std::size_t>(count.mediators), "mediator"),
                fact.where);
  }
  return {};
}

}  // namespace

Result<Facts> parse_facts(std::string_view text, std::string_view path_text, Commands commands) {
  const std::string path(path_text);
  V2_TRY(const auto root, parse_yaml(text, path));
  MapReader reader(root, path);
  Facts facts;
  for (const auto& member : reader.members("instances")) {
    if (!is_instance_id(member.key)) {
      return bad(path, member.line, member.column,
                 "'" + one_line(member.key, 60) +
                     "' is no instance id (i- and 8 or 17 hexadecimal digits)");
    }
    V2_TRY(auto fact, read_instance(member, path));
    facts.instances.emplace(member.key, std::move(fact));
  }
  for (const auto& member : reader.members("systems")) {
    V2_TRY(auto fact, read_system(member, path, commands));
    facts.systems.emplace(member.key, std::move(fact));
  }
  if (const auto* console = reader.member("console")) {
    V2_TRY(facts.console, read_console(*console, path, commands));
  }
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  if (const auto fits = check_systems(facts); !fits) return Unexpected{fits.error()};
  if (const auto fits = check_access(facts); !fits) return Unexpected{fits.error()};
  return facts;
}

Result<Facts> load_facts(const std::string& path) {
  V2_TRY(const auto file, read_file_of(path));
  return parse_facts(file.text, path, file.only_ours ? Commands::kAllowed : Commands::kRefused);
}

}  // namespace v2only::config
