#include "fleet/policy_json.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <limits>

#include "fleet/json_fields.h"

namespace v2only::fleet {
namespace {

constexpr std::array<std::string_view, 3> kRates = {"auto", "table", "none"};
constexpr std::array<std::string_view, 3> kHandovers = {"shutdown", "reboot", "takeover"};
constexpr std::array<std::string_view, 4> kPauses = {"mediator", "takeover", "stop", "second-node"};

template <class E, std::size_t N>
std::optional<E> named(const std::array<std::string_view, N>& words, std::string_view name) {
  const auto* found = std::find(words.begin(), words.end(), name);
  if (found == words.end()) return std::nullopt;
  return static_cast<E>(found - words.begin());
}

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

json::value to_json(const OntapPolicy& ontap) {
  json::array apart;
  for (const auto& group : ontap.apart) apart.push_back(array_of(group));
  json::array pauses;
  for (const auto pause : ontap.pause_before) pauses.emplace_back(name_of(pause));
  const auto& limits = ontap.timeouts;
  return json::object{{"Poll", format_duration(ontap.poll)},
                      {"Settle", format_duration(ontap.settle)},
                      {"Expected", format_duration(ontap.expected)},
                      {"Width", ontap.width},
                      {"Apart", std::move(apart)},
                      {"PauseBefore", std::move(pauses)},
                      {"Handover", name_of(ontap.handover)},
                      {"MediatorReboot", ontap.mediator_reboot},
                      {"Timeouts", json::object{{"Takeover", format_duration(limits.takeover)},
                                                {"Stop", format_duration(limits.stop)},
                                                {"Start", format_duration(limits.start)},
                                                {"Boot", format_duration(limits.boot)},
                                                {"Giveback", format_duration(limits.giveback)},
                                                {"Health", format_duration(limits.health)}}}};
}

void read_timeouts(const json::value& value, OntapTimeouts& out, ObjectReader& parent) {
  ObjectReader reader(value, "Policy.Ontap.Timeouts");
  out.takeover = duration_from(reader, "Takeover");
  out.stop = duration_from(reader, "Stop");
  out.start = duration_from(reader, "Start");
  out.boot = duration_from(reader, "Boot");
  out.giveback = duration_from(reader, "Giveback");
  out.health = duration_from(reader, "Health");
  if (!reader.status()) parent.fail("Timeouts", "is not whole");
}

void read_pauses(ObjectReader& reader, std::set<Pause>& out) {
  for (const auto& text : texts_from(reader, "PauseBefore")) {
    const auto pause = pause_named(text);
    if (!pause) return reader.fail("PauseBefore", "must be mediator, takeover, stop, second-node");
    out.insert(*pause);
  }
}

Result<OntapPolicy> ontap_from(const json::value& value) {
  ObjectReader reader(value, "Policy.Ontap");
  OntapPolicy out;
  out.poll = duration_from(reader, "Poll");
  out.settle = duration_from(reader, "Settle");
  out.expected = duration_from(reader, "Expected");
  out.width = int_from(reader, "Width");
  for (const auto& group : elements_from(reader, "Apart")) {
    const json::value wrapped = json::object{{"Apart", group}};
    ObjectReader members(wrapped, "Policy.Ontap");
    out.apart.push_back(ids_from<UnitId>(members, "Apart"));
    if (!members.status()) reader.fail("Apart", "must be lists of system ids");
  }
  read_pauses(reader, out.pause_before);
  const auto handover = handover_named(reader.text("Handover"));
  if (!handover) reader.fail("Handover", "must be shutdown, reboot or takeover");
  out.handover = handover.value_or(Handover::kShutdown);
  out.mediator_reboot = reader.boolean("MediatorReboot");
  read_timeouts(reader.member("Timeouts"), out.timeouts, reader);
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const Window& window) {
  return json::object{{"Cron", window.cron},
                      {"Zone", window.zone},
                      {"For", format_duration(window.length)},
                      {"Where", window.where}};
}

Result<Window> window_from(const json::value& value) {
  ObjectReader reader(value, "Policy.Windows");
  Window out{reader.text("Cron"), reader.text("Zone"), duration_from(reader, "For"),
             reader.text("Where")};
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const Blackout& blackout) {
  return json::object{{"First", format_utc(blackout.first)},
                      {"Last", format_utc(blackout.last)},
                      {"Where", blackout.where}};
}

Result<Blackout> blackout_from(const json::value& value) {
  ObjectReader reader(value, "Policy.Blackout");
  const auto day = [&](std::string_view key) {
    return std::chrono::floor<std::chrono::days>(reader.time(key));
  };
  Blackout out{day("First"), day("Last"), reader.text("Where")};
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

template <class T, class Read>
Result<void> read_list(ObjectReader& reader, std::string_view key, Read read, std::vector<T>& out) {
  for (const auto& element : reader.elements(key)) {
    V2_TRY(auto value, read(element));
    out.push_back(std::move(value));
  }
  return {};
}

// What came with the restarts of ONTAP nodes: plans from before have none of it.
Result<void> read_restarts(ObjectReader& reader, Policy& out) {
  if (reader.has("Ontap")) {
    V2_TRY(out.ontap, ontap_from(reader.member("Ontap")));
  }
  if (reader.has("AgentSoak")) out.agent_soak = duration_from(reader, "AgentSoak");
  if (auto read = read_list(reader, "Windows", window_from, out.windows); !read) return read;
  return read_list(reader, "Blackout", blackout_from, out.blackout);
}

}  // namespace

std::string_view name_of(Rates rates) { return kRates[static_cast<std::size_t>(rates)]; }

std::optional<Rates> rates_named(std::string_view name) { return named<Rates>(kRates, name); }

std::string_view name_of(Handover handover) {
  return kHandovers[static_cast<std::size_t>(handover)];
}
std::optional<Handover> handover_named(std::string_view name) {
  return named<Handover>(kHandovers, name);
}

std::string_view name_of(Pause pause) { return kPauses[static_cast<std::size_t>(pause)]; }
std::optional<Pause> pause_named(std::string_view name) { return named<Pause>(kPauses, name); }

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
  out["Ontap"] = to_json(policy.ontap);
  out["AgentSoak"] = format_duration(policy.agent_soak);
  json::array windows;
  for (const auto& window : policy.windows) windows.push_back(to_json(window));
  out["Windows"] = std::move(windows);
  json::array blackout;
  for (const auto& days : policy.blackout) blackout.push_back(to_json(days));
  out["Blackout"] = std::move(blackout);
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
  auto read = read_map(reader, "Profiles", spec_from, out.profiles);
  if (read) read = read_restarts(reader, out);
  if (!read) return Unexpected{read.error()};
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

}  // namespace v2only::fleet
