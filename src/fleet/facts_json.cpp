#include "fleet/facts_json.h"

#include <array>
#include <boost/json.hpp>

#include "core/text.h"
#include "fleet/json_fields.h"

namespace v2only::fleet {
namespace {

constexpr std::array<std::string_view, 3> kSecretKinds = {"env:", "file:", "command:"};

json::value to_json(const InstanceFact& fact) {
  json::object out;
  out["Workload"] = fact.workload;
  out["Version"] = fact.version;
  if (fact.system) out["System"] = fact.system->str();
  out["EnableEndpoint"] = fact.enable_endpoint;
  out["Where"] = fact.where;
  if (!fact.version_where.empty()) out["VersionWhere"] = fact.version_where;
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
  if (reader.has("VersionWhere")) out.version_where = reader.text("VersionWhere");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const OntapAccess& access) {
  json::object out;
  out["Endpoints"] = array_of(access.endpoints);
  out["User"] = access.user;
  out["Password"] = access.password.to_text();
  out["Fingerprint"] = access.fingerprint;
  out["Ca"] = access.ca;
  return out;
}

Result<OntapAccess> access_from(const json::value& value) {
  ObjectReader reader(value, "Facts.Systems.Ontap");
  OntapAccess out;
  out.endpoints = texts_from(reader, "Endpoints");
  out.user = reader.text("User");
  out.fingerprint = reader.text("Fingerprint");
  out.ca = reader.text("Ca");
  const auto password = reader.text("Password");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  V2_TRY(out.password, secret_name(password));
  return out;
}

json::value to_json(const Consent& consent) {
  json::object out;
  out["From"] = format_utc(consent.from);
  out["Until"] = format_utc(consent.until);
  out["By"] = consent.by;
  out["Text"] = consent.text;
  return out;
}

Result<Consent> consent_from(const json::value& value) {
  ObjectReader reader(value, "Facts.Systems.Consent");
  Consent out{reader.time("From"), reader.time("Until"), reader.text("By"), reader.text("Text")};
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const SystemFact& fact) {
  json::object out;
  if (fact.ha) out["Ha"] = *fact.ha;
  if (fact.ontap) out["Ontap"] = to_json(*fact.ontap);
  if (fact.failover) out["ConsentFailover"] = to_json(*fact.failover);
  if (fact.outage) out["ConsentOutage"] = to_json(*fact.outage);
  if (!fact.probes.empty()) out["Probes"] = array_of(fact.probes);
  if (fact.agent) out["Agent"] = fact.agent->str();
  if (fact.restarted) out["Restarted"] = format_utc(*fact.restarted);
  out["Where"] = fact.where;
  return out;
}

Result<SystemFact> system_fact_from(const json::value& value) {
  ObjectReader reader(value, "Facts.Systems");
  SystemFact out;
  if (reader.has("Ha")) out.ha = reader.boolean("Ha");
  if (reader.has("Ontap")) {
    V2_TRY(out.ontap, access_from(reader.member("Ontap")));
  }
  if (reader.has("ConsentFailover")) {
    V2_TRY(out.failover, consent_from(reader.member("ConsentFailover")));
  }
  if (reader.has("ConsentOutage")) {
    V2_TRY(out.outage, consent_from(reader.member("ConsentOutage")));
  }
  if (reader.has("Probes")) out.probes = reader.texts("Probes");
  if (reader.has("Agent")) out.agent = InstanceId(reader.text("Agent"));
  if (reader.has("Restarted")) out.restarted = reader.time("Restarted");
  out.where = reader.text("Where");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const ConsoleAccess& access) {
  json::object out;
  out["Endpoint"] = access.endpoint;
  out["Account"] = access.account;
  out["Agent"] = access.agent;
  if (access.client_id) out["ClientId"] = access.client_id->to_text();
  if (access.client_secret) out["ClientSecret"] = access.client_secret->to_text();
  if (access.refresh_token) out["RefreshToken"] = access.refresh_token->to_text();
  out["Where"] = access.where;
  return out;
}

Result<ConsoleAccess> console_from(const json::value& value) {
  ObjectReader reader(value, "Facts.Console");
  ConsoleAccess out;
  out.endpoint = reader.text("Endpoint");
  out.account = reader.text("Account");
  out.agent = reader.text("Agent");
  out.where = reader.text("Where");
  const auto named = [&](std::string_view key, std::optional<SecretName>& into) -> Result<void> {
    if (!reader.has(key)) return {};
    V2_TRY(into, secret_name(reader.text(key)));
    return {};
  };
  auto read = named("ClientId", out.client_id);
  if (read) read = named("ClientSecret", out.client_secret);
  if (read) read = named("RefreshToken", out.refresh_token);
  if (!read) return Unexpected{read.error()};
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

}  // namespace

std::string SecretName::to_text() const {
  return std::string(kSecretKinds[static_cast<std::size_t>(kind)]) + value;
}

Result<SecretName> secret_name(std::string_view text) {
  for (std::size_t i = 0; i < kSecretKinds.size(); ++i) {
    const auto prefix = kSecretKinds[i];
    if (!text.starts_with(prefix) || text.size() == prefix.size()) continue;
    return SecretName{static_cast<SecretName::Kind>(i), std::string(text.substr(prefix.size()))};
  }
  // What was written there may be the secret itself: it is not repeated.
  return fail(ErrorCode::kUsage,
              "a secret is named, not written: env:NAME, file:PATH or command:LINE");
}

json::value to_json(const Facts& facts) {
  json::object instances;
  for (const auto& [id, fact] : facts.instances) instances[id.str()] = to_json(fact);
  json::object systems;
  for (const auto& [id, fact] : facts.systems) systems[id.str()] = to_json(fact);
  json::object out{{"Instances", std::move(instances)}, {"Systems", std::move(systems)}};
  if (facts.console) out["Console"] = to_json(*facts.console);
  return out;
}

Result<Facts> facts_from_json(const json::value& value) {
  ObjectReader reader(value, "Facts");
  Facts out;
  auto read = read_map(reader, "Instances", instance_fact_from, out.instances);
  if (read) read = read_map(reader, "Systems", system_fact_from, out.systems);
  if (!read) return Unexpected{read.error()};
  if (reader.has("Console")) {
    V2_TRY(out.console, console_from(reader.member("Console")));
  }
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

}  // namespace v2only::fleet
