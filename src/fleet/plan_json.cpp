#include "fleet/plan_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "core/digest.h"
#include "core/text.h"
#include "fleet/facts_json.h"
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

// The writers below append to one text: a large plan is not held in pieces beside the whole.
template <class Elements, class Write>
void append_list(std::string& out, const Elements& elements, Write write) {
  out += '[';
  bool first = true;
  for (const auto& element : elements) {
    if (!first) out += ',';
    first = false;
    write(element);
  }
  out += ']';
}

template <class Units>
void append_canonical(std::string& out, const Units& units) {
  append_list(out, units, [&](const auto& unit) { out += canonical(to_json(unit)); });
}

void append_canonical(std::string& out, const std::vector<Wave>& waves) {
  append_list(out, waves, [&](const Wave& wave) {
    out += "{\"Units\":";
    append_canonical(out, wave.units);
    out += '}';
  });
}

std::string canonical_text(const Plan& plan) {
  auto head = head_of(plan);
  std::vector<std::string> keys = {"LeftAlone", "Waves"};
  for (const auto& member : head) keys.emplace_back(member.key());
  std::sort(keys.begin(), keys.end());
  std::string out;
  for (const auto& key : keys) {
    (out += out.empty() ? "{\"" : ",\"") += key + "\":";
    if (key == "LeftAlone") {
      append_canonical(out, plan.left_alone);
    } else if (key == "Waves") {
      append_canonical(out, plan.waves);
    } else {
      out += canonical(head[key]);
    }
  }
  return out += '}';
}

// On a line of its own; JSON text holds line ends between its tokens only.
void append_indented(std::string& out, const std::string& text, std::size_t depth) {
  (out += '\n').append(depth, ' ');
  for (const char c : text) {
    out += c;
    if (c == '\n') out.append(depth, ' ');
  }
}

template <class Units>
void append_pretty(std::string& out, const Units& units, std::size_t depth) {
  append_list(out, units,
              [&](const auto& unit) { append_indented(out, pretty(to_json(unit)), depth + 2); });
  if (units.empty()) return;
  out.pop_back();
  (out += '\n').append(depth, ' ') += ']';
}

void append_pretty(std::string& out, const std::vector<Wave>& waves) {
  append_list(out, waves, [&](const Wave& wave) {
    out += "\n    {\n      \"Units\": ";
    append_pretty(out, wave.units, 6);
    out += "\n    }";
  });
  if (waves.empty()) return;
  out.pop_back();
  out += "\n  ]";
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

// A unit stands once in a plan, and an instance in one unit: else two changes would cross.
Result<void> each_once(const Plan& plan) {
  std::set<std::string> units;
  std::set<std::string> instances;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      if (unit.steps.empty()) {
        return fail(ErrorCode::kGarbage, "the unit " + unit.id.str() + " has no step");
      }
      if (!units.insert(unit.id.str()).second) {
        return fail(ErrorCode::kGarbage, "the unit " + unit.id.str() + " stands in it twice");
      }
      std::set<std::string> own;
      for (const auto& step : unit.steps) own.insert(step.instance.str());
      for (const auto& id : own) {
        if (instances.insert(id).second) continue;
        return fail(ErrorCode::kGarbage, id + " stands in two of its units");
      }
    }
  }
  return {};
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
  if (const auto once = each_once(plan); !once) return Unexpected{once.error()};
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
  out += ",\n  \"Waves\": ";
  append_pretty(out, plan.waves);
  out += ",\n  \"LeftAlone\": ";
  append_pretty(out, plan.left_alone, 2);
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
