#include "config/system_fact.h"

#include <algorithm>

#include "config/address.h"
#include "config/consent.h"
#include "config/map_reader.h"
#include "config/secret_field.h"
#include "core/text.h"

namespace v2only::config {
namespace {

using fleet::Consent;
using fleet::OntapAccess;
using fleet::SystemFact;

constexpr std::string_view kSha256 = "sha256:";

// Each once, in the order given. The scheme is https: a password goes there.
std::vector<std::string> endpoints_of(MapReader& reader) {
  std::vector<std::string> out;
  for (const auto& item : reader.items("endpoints")) {
    auto url = item.kind == YamlNode::Kind::kScalar
                   ? base_url(item.text, /*plain_http=*/false)
                   : Result<std::string>(v2only::fail(ErrorCode::kUsage, "must be a single value"));
    if (!url) {
      reader.fail(item, "an endpoint " + url.error().what);
    } else if (std::find(out.begin(), out.end(), *url) != out.end()) {
      reader.fail(item, "this endpoint is given twice");
    } else {
      out.push_back(*std::move(url));
    }
  }
  return out;
}

// "sha256:" and 64 hexadecimal digits, with or without colons between the bytes, as OpenSSL prints
// them; kept without and in lower case.
std::string fingerprint_of(MapReader& reader) {
  const auto* node = reader.member("fingerprint");
  if (node == nullptr) return {};
  auto hex = to_lower(node->text);
  if (node->kind == YamlNode::Kind::kScalar && hex.starts_with(kSha256)) {
    hex.erase(0, kSha256.size());
    hex.erase(std::remove(hex.begin(), hex.end(), ':'), hex.end());
    const bool is_hex = hex.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (hex.size() == 64 && is_hex) return std::string(kSha256) + hex;
  }
  reader.fail(*node,
              "fingerprint must be sha256: and 64 hexadecimal digits (of the certificate in "
              "DER)");
  return {};
}

std::string ca_of(MapReader& reader) {
  const auto* node = reader.member("ca");
  auto path = reader.text("ca").value_or("");
  if (node != nullptr && !path.empty() && !path.starts_with('/')) {
    reader.fail(*node, "ca must be the absolute path of a PEM file");
  }
  return path;
}

void check(MapReader& reader, const OntapAccess& access) {
  if (access.endpoints.empty()) reader.fail_here("ontap needs endpoints: [https://…]");
  if (access.user.empty()) reader.fail_here("ontap needs user:");
  if (access.password.value.empty()) {
    reader.fail_here("ontap needs password:, by name (env:NAME or file:/PATH)");
  }
  if (!access.fingerprint.empty() && !access.ca.empty()) {
    reader.fail_here("ontap is trusted either by fingerprint: or by ca:, not by both");
  }
}

Result<OntapAccess> read_access(const YamlNode& node, const std::string& path, Commands commands) {
  MapReader reader(node, path);
  OntapAccess out;
  out.endpoints = endpoints_of(reader);
  out.user = reader.text("user").value_or("");
  out.password = secret_of(reader, "password", commands).value_or(fleet::SecretName{});
  out.fingerprint = fingerprint_of(reader);
  out.ca = ca_of(reader);
  // First, since a slip in a key explains what is missing.
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  check(reader, out);
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return out;
}

std::optional<Consent> read_span(MapReader& reader, std::string_view key, const std::string& by) {
  const auto* node = reader.member(key);
  const auto text = reader.text(key);
  if (node == nullptr || !text) return std::nullopt;
  const auto span = parse_span(*text);
  if (!span) {
    reader.fail(*node, std::string(key) + ": " + span.error().what);
    return std::nullopt;
  }
  return Consent{span->from, span->until, by, *text};
}

Result<void> read_consent(const YamlNode* node, const std::string& path, SystemFact& out) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  const auto by = reader.text("by").value_or("");
  out.failover = read_span(reader, "failover", by);
  out.outage = read_span(reader, "outage", by);
  if (auto done = reader.finish(); !done) return done;
  if (out.failover.has_value() == out.outage.has_value()) {
    reader.fail_here("consent is either failover: (of a pair) or outage: (of a single node)");
  }
  if (by.empty()) reader.fail_here("consent needs by:, who gave it");
  if (out.failover && out.ha == false) {
    reader.fail_here("a single node (ha: false) has no failover; its consent is outage:");
  }
  if (out.outage && out.ha == true) {
    reader.fail_here("a pair (ha: true) takes no outage; its consent is failover:");
  }
  return reader.finish();
}

std::vector<std::string> probes_of(MapReader& reader) {
  std::vector<std::string> out;
  for (const auto& item : reader.items("probes")) {
    auto probe = probe_address(item.kind == YamlNode::Kind::kScalar ? item.text : "");
    if (probe) {
      out.push_back(*std::move(probe));
    } else {
      reader.fail(item, "a probe " + probe.error().what);
    }
  }
  return out;
}

}  // namespace

Result<SystemFact> read_system(const YamlMember& member, const std::string& path,
                               Commands commands) {
  MapReader reader(member.value, path);
  SystemFact fact;
  fact.ha = reader.boolean("ha");
  if (const auto* ontap = reader.member("ontap")) {
    V2_TRY(fact.ontap, read_access(*ontap, path, commands));
  }
  const auto consented = read_consent(reader.member("consent"), path, fact);
  if (!consented) return Unexpected{consented.error()};
  fact.probes = probes_of(reader);
  const auto* agent = reader.member("agent");
  if (const auto text = reader.text("agent")) fact.agent = instance_id_of(reader, *agent, *text);
  fact.restarted = reader.time("restarted");
  fact.where = path + ":" + std::to_string(member.line);
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return fact;
}

}  // namespace v2only::config
