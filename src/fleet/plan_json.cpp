#include "fleet/plan_json.h"

#include <boost/json.hpp>
#include <map>

#include "core/digest.h"
#include "core/text.h"
#include "fleet/json_fields.h"
#include "fleet/policy_json.h"
#include "fleet/unit_json.h"

namespace v2only::fleet {
namespace {

std::string_view name_of(PlanKind kind) { return kind == PlanKind::kApply ? "apply" : "rollback"; }

// Everything but the two long lists.
json::object head_of(const Plan& plan) {
  json::object out;
  out["FormatVersion"] = kPlanFormatVersion;
  out["Kind"] = name_of(plan.kind);
  out["OfRun"] = plan.of_run.str();
  out["Created"] = format_utc(plan.created);
  out["Expires"] = format_utc(plan.expires);
  out["AccountId"] = plan.account.str();
  out["Endpoint"] = plan.endpoint;
  out["Simulated"] = plan.simulated;
  out["Regions"] = array_of(plan.regions);
  out["Complete"] = plan.complete;
  out["Errors"] = array_of(plan.errors);
  out["Policy"] = to_json(plan.policy);
  out["Facts"] = to_json(plan.facts);
  return out;
}

// One element after the other, with what `write` makes of it.
template <class Elements, class Write>
std::string list_of(const Elements& elements, Write write) {
  std::string out;
  for (const auto& element : elements) {
    if (!out.empty()) out += ',';
    out += write(element);
  }
  return out;
}

std::string canonical_text(const Plan& plan) {
  std::map<std::string, std::string> members;
  for (const auto& member : head_of(plan)) {
    members[std::string(member.key())] = canonical(member.value());
  }
  const auto one = [](const auto& unit) { return canonical(to_json(unit)); };
  members["LeftAlone"] = "[" + list_of(plan.left_alone, one) + "]";
  members["Waves"] =
      "[" +
      list_of(plan.waves,
              [&](const Wave& wave) { return "{\"Units\":[" + list_of(wave.units, one) + "]}"; }) +
      "]";
  std::string out = "{";
  for (auto& [key, text] : members) {
    if (out.size() > 1) out += ',';
    out += "\"" + key + "\":" + text;
    text = {};
  }
  return out += '}';
}

// JSON text holds line ends between its tokens only.
std::string indented(const std::string& text, std::size_t depth) {
  const std::string margin(depth, ' ');
  std::string out = "\n" + margin;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += margin;
  }
  return out;
}

template <class Elements>
std::string pretty_list(const Elements& elements, std::size_t depth) {
  if (elements.empty()) return "[]";
  const auto one = [&](const auto& unit) { return indented(pretty(to_json(unit)), depth + 2); };
  return "[" + list_of(elements, one) + "\n" + std::string(depth, ' ') + "]";
}

std::string pretty_waves(const std::vector<Wave>& waves) {
  if (waves.empty()) return "[]";
  return "[" +
         list_of(waves,
                 [](const Wave& wave) {
                   return "\n    {\n      \"Units\": " + pretty_list(wave.units, 6) + "\n    }";
                 }) +
         "\n  ]";
}

Result<void> check_digest(json::value& value) {
  auto& object = value.get_object();
  const auto* found = object.if_contains("Digest");
  const auto* text = found == nullptr ? nullptr : found->if_string();
  const auto digest = text == nullptr ? std::string() : std::string(text->data(), text->size());
  object.erase("Digest");
  if (digest == sha256_hex(canonical(value))) return {};
  return fail(ErrorCode::kConflict,
              "the plan was changed by hand, or damaged: its digest does not fit", {},
              "make a new one with: v2only plan");
}

Result<void> check_version(const json::object& object) {
  const auto* version = object.if_contains("FormatVersion");
  if (version != nullptr && *version == json::value(kPlanFormatVersion)) return {};
  const auto shown = version == nullptr ? std::string("none") : json::serialize(*version);
  return fail(ErrorCode::kUsage,
              "the plan's FormatVersion is " + one_line(shown, 40) + ", this program reads " +
                  std::string(kPlanFormatVersion),
              {}, "make a new one with: v2only plan");
}

Unexpected<Error> on(const Error& error, std::string_view path) {
  auto out = error;
  out.on = std::string(path);
  return Unexpected{std::move(out)};
}

// Takes the array `key` out of the object; an error where there is none.
Result<json::array> take_array(json::object& object, std::string_view key) {
  auto* found = object.if_contains(key);
  if (found == nullptr || !found->is_array()) {
    return fail(ErrorCode::kGarbage, "plan." + std::string(key) + " must be an array");
  }
  return std::move(found->get_array());
}

// Reads each element and lets go of it at once.
template <class T, class Read>
Result<void> read_all(json::array elements, Read read, std::vector<T>& out) {
  out.reserve(elements.size());
  for (auto& element : elements) {
    V2_TRY(auto value, read(element));
    out.push_back(std::move(value));
    element = nullptr;
  }
  return {};
}

Result<void> read_waves(json::object& object, Plan& plan) {
  V2_TRY(auto waves, take_array(object, "Waves"));
  for (auto& element : waves) {
    auto* units = element.is_object() ? element.get_object().if_contains("Units") : nullptr;
    if (units == nullptr || !units->is_array()) {
      return fail(ErrorCode::kGarbage, "plan.Waves must hold objects with Units");
    }
    Wave wave;
    auto read = read_all(std::move(units->get_array()), planned_unit_from_json, wave.units);
    if (!read) return read;
    plan.waves.push_back(std::move(wave));
  }
  return {};
}

void read_head(ObjectReader& reader, Plan& plan) {
  const auto kind = reader.text("Kind");
  if (kind != "apply" && kind != "rollback") reader.fail("Kind", "must be apply or rollback");
  plan.kind = kind == "rollback" ? PlanKind::kRollback : PlanKind::kApply;
  plan.of_run = RunId(reader.text("OfRun"));
  plan.created = reader.time("Created");
  plan.expires = reader.time("Expires");
  plan.account = AccountId(reader.text("AccountId"));
  plan.endpoint = reader.text("Endpoint");
  plan.simulated = reader.boolean("Simulated");
  plan.regions = ids_from<RegionName>(reader, "Regions");
  plan.complete = reader.boolean("Complete");
  plan.errors = texts_from(reader, "Errors");
}

}  // namespace

json::value to_json(const Plan& plan) {
  json::array waves;
  for (const auto& wave : plan.waves) {
    json::array units;
    for (const auto& unit : wave.units) units.push_back(to_json(unit));
    waves.push_back(json::object{{"Units", std::move(units)}});
  }
  json::array left_alone;
  for (const auto& unit : plan.left_alone) left_alone.push_back(to_json(unit));
  auto out = head_of(plan);
  out["Waves"] = std::move(waves);
  out["LeftAlone"] = std::move(left_alone);
  return out;
}

Result<Plan> plan_from_json(json::value value) {
  if (!value.is_object()) return fail(ErrorCode::kGarbage, "a plan is a JSON object");
  auto& object = value.get_object();
  if (const auto version = check_version(object); !version) return Unexpected{version.error()};
  Plan plan;
  if (const auto waves = read_waves(object, plan); !waves) return Unexpected{waves.error()};
  V2_TRY(auto left, take_array(object, "LeftAlone"));
  const auto rest = read_all(std::move(left), left_alone_from_json, plan.left_alone);
  if (!rest) return Unexpected{rest.error()};
  ObjectReader reader(value, "plan");
  read_head(reader, plan);
  V2_TRY(plan.policy, policy_from_json(reader.member("Policy")));
  V2_TRY(plan.facts, facts_from_json(reader.member("Facts")));
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return plan;
}

std::string digest_of(const Plan& plan) { return sha256_hex(canonical_text(plan)); }

std::string plan_text(const Plan& plan) {
  json::object first;
  first["FormatVersion"] = kPlanFormatVersion;
  first["Digest"] = digest_of(plan);
  for (auto& member : head_of(plan)) {
    if (member.key() != "FormatVersion") first[member.key()] = std::move(member.value());
  }
  auto out = pretty(json::value(std::move(first)));
  out.resize(out.size() - 2);  // the closing "\n}" comes after the lists
  out += ",\n  \"Waves\": " + pretty_waves(plan.waves);
  out += ",\n  \"LeftAlone\": " + pretty_list(plan.left_alone, 2);
  return out += "\n}\n";
}

Result<Plan> read_plan_text(std::string_view text, std::string_view path) {
  V2_TRY(auto value, parse_json(text, path));
  if (!value.is_object())
    return fail(ErrorCode::kGarbage, "a plan is a JSON object", std::string(path));
  if (const auto version = check_version(value.get_object()); !version) {
    return on(version.error(), path);
  }
  if (const auto digest = check_digest(value); !digest) return on(digest.error(), path);
  auto plan = plan_from_json(std::move(value));
  if (!plan) return on(plan.error(), path);
  return plan;
}

}  // namespace v2only::fleet
