#include "fleet/policy_json.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <limits>

#include "fleet/json_fields.h"

namespace v2only::fleet {
namespace {

constexpr std::array<std::string_view, 3> kRates = {"auto", "table", "none"};

json::value to_json(const Acceptance& acceptance) {
  json::object out;
  out["InstanceIds"] = array_of(acceptance.instances);
  out["TagName"] = acceptance.tag_name;
  out["TagValue"] = acceptance.tag_value;
  out["Reason"] = acceptance.reason;
  out["By"] = acceptance.by;
  if (acceptance.until) out["Until"] = format_utc(*acceptance.until);
  out["Where"] = acceptance.where;
  return out;
}

Result<Acceptance> acceptance_from(const json::value& value) {
  ObjectReader reader(value, "Policy.Accept");
  Acceptance out;
  out.instances = ids_from<InstanceId>(reader, "InstanceIds");
  out.tag_name = reader.text("TagName");
  out.tag_value = reader.text("TagValue");
  out.reason = reader.text("Reason");
  out.by = reader.text("By");
  if (reader.has("Until")) out.until = reader.time("Until");
  out.where = reader.text("Where");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const ProfileSpec& spec) {
  json::object out;
  if (spec.match_tag_name) out["MatchTagName"] = *spec.match_tag_name;
  out["MatchTagValue"] = spec.match_tag_value;
  if (spec.hop_limit) out["HopLimit"] = *spec.hop_limit;
  if (spec.needs_imds) out["NeedsImds"] = *spec.needs_imds;
  out["Where"] = spec.where;
  return out;
}

Result<ProfileSpec> spec_from(const json::value& value) {
  ObjectReader reader(value, "Policy.Profiles");
  ProfileSpec out;
  if (reader.has("MatchTagName")) out.match_tag_name = reader.text("MatchTagName");
  out.match_tag_value = reader.text("MatchTagValue");
  if (reader.has("HopLimit")) out.hop_limit = int_from(reader, "HopLimit");
  if (reader.has("NeedsImds")) out.needs_imds = reader.boolean("NeedsImds");
  out.where = reader.text("Where");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const InstanceFact& fact) {
  json::object out;
  out["Workload"] = fact.workload;
  out["Version"] = fact.version;
  if (fact.system) out["System"] = fact.system->str();
  out["EnableEndpoint"] = fact.enable_endpoint;
  out["Where"] = fact.where;
  return out;
}

Result<InstanceFact> instance_fact_from(const json::value& value) {
  ObjectReader reader(value, "Facts.Instances");
  InstanceFact out;
  out.workload = reader.text("Workload");
  out.version = reader.text("Version");
  if (reader.has("System")) out.system = UnitId(reader.text("System"));
  out.enable_endpoint = reader.boolean("EnableEndpoint");
  out.where = reader.text("Where");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const SystemFact& fact) {
  json::object out;
  if (fact.ha) out["Ha"] = *fact.ha;
  out["Where"] = fact.where;
  return out;
}

Result<SystemFact> system_fact_from(const json::value& value) {
  ObjectReader reader(value, "Facts.Systems");
  SystemFact out;
  if (reader.has("Ha")) out.ha = reader.boolean("Ha");
  out.where = reader.text("Where");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

template <class Key, class Value, class Read>
Result<void> read_map(ObjectReader& reader, std::string_view key, Read read,
                      std::map<Key, Value>& out) {
  const auto* object = reader.member(key).if_object();
  if (object == nullptr) {
    reader.fail(key, "must be an object");
    return {};
  }
  for (const auto& [name, value] : *object) {
    V2_TRY(auto element, read(value));
    out.emplace(Key(std::string(name)), std::move(element));
  }
  return {};
}

void read_waves(const json::value& value, WavePolicy& out, ObjectReader& parent) {
  ObjectReader reader(value, "Policy.Waves");
  out.canary = int_from(reader, "Canary");
  out.growth = int_from(reader, "Growth");
  out.width = int_from(reader, "Width");
  if (!reader.status()) parent.fail("Waves", "is not whole");
}

void read_calls(const json::value& value, CallPolicy& out, ObjectReader& parent) {
  ObjectReader reader(value, "Policy.Calls");
  out.timeout = duration_from(reader, "Timeout");
  out.unknown_settle = duration_from(reader, "UnknownSettle");
  const auto rates = rates_named(reader.text("Rates"));
  if (!rates) reader.fail("Rates", "must be auto, table or none");
  out.rates = rates.value_or(Rates::kAuto);
  if (!reader.status()) parent.fail("Calls", "is not whole");
}

}  // namespace

std::string_view name_of(Rates rates) { return kRates[static_cast<std::size_t>(rates)]; }

std::optional<Rates> rates_named(std::string_view name) {
  const auto* found = std::find(kRates.begin(), kRates.end(), name);
  if (found == kRates.end()) return std::nullopt;
  return static_cast<Rates>(found - kRates.begin());
}

json::value to_json(const Policy& policy) {
  json::array accept;
  for (const auto& acceptance : policy.accept) accept.push_back(to_json(acceptance));
  json::object profiles;
  for (const auto& [name, spec] : policy.profiles) profiles[name] = to_json(spec);
  json::object out;
  out["Waves"] = json::object{{"Canary", policy.waves.canary},
                              {"Growth", policy.waves.growth},
                              {"Width", policy.waves.width}};
  out["Failures"] = policy.failures;
  out["LookBack"] = format_duration(policy.look_back);
  out["Calls"] = json::object{{"Timeout", format_duration(policy.calls.timeout)},
                              {"UnknownSettle", format_duration(policy.calls.unknown_settle)},
                              {"Rates", name_of(policy.calls.rates)}};
  out["Accept"] = std::move(accept);
  out["AcceptUnknown"] = policy.accept_unknown;
  out["Profiles"] = std::move(profiles);
  return out;
}

Result<Policy> policy_from_json(const json::value& value) {
  ObjectReader reader(value, "Policy");
  Policy out;
  read_waves(reader.member("Waves"), out.waves, reader);
  out.failures = int_from(reader, "Failures");
  out.look_back = duration_from(reader, "LookBack");
  read_calls(reader.member("Calls"), out.calls, reader);
  for (const auto& element : elements_from(reader, "Accept")) {
    V2_TRY(auto acceptance, acceptance_from(element));
    out.accept.push_back(std::move(acceptance));
  }
  out.accept_unknown = reader.boolean("AcceptUnknown");
  if (const auto read = read_map(reader, "Profiles", spec_from, out.profiles); !read) {
    return Unexpected{read.error()};
  }
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const Facts& facts) {
  json::object instances;
  for (const auto& [id, fact] : facts.instances) instances[id.str()] = to_json(fact);
  json::object systems;
  for (const auto& [id, fact] : facts.systems) systems[id.str()] = to_json(fact);
  return json::object{{"Instances", std::move(instances)}, {"Systems", std::move(systems)}};
}

Result<Facts> facts_from_json(const json::value& value) {
  ObjectReader reader(value, "Facts");
  Facts out;
  auto read = read_map(reader, "Instances", instance_fact_from, out.instances);
  if (read) read = read_map(reader, "Systems", system_fact_from, out.systems);
  if (!read) return Unexpected{read.error()};
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

}  // namespace v2only::fleet
