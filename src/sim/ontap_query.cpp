#include "sim/ontap_query.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>

#include "core/percent.h"
#include "core/text.h"

namespace v2only::sim {
namespace {

constexpr std::uint64_t kMostRecords = 10'000;
constexpr std::array<std::string_view, 10> kReserved = {"fields",          "max_records",
                                                        "return_records",  "return_timeout",
                                                        "order_by",        "ignore_unknown_fields",
                                                        "return_metadata", "start",
                                                        "privilege_level", "query"};

bool is_reserved(std::string_view name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

OntapFault bad_value(std::string_view value, std::string_view field) {
  return {
      400, "262197",
      "The value \"" + one_line(value) + "\" is invalid for field \"" + std::string(field) + "\"",
      std::string(field)};
}

// Whether the dotted name is of the resource; its parts below the first are not judged.
bool is_field(const OntapResource& resource, std::string_view name) {
  const auto first = name.substr(0, name.find('.'));
  const auto in = [&](const auto& list) {
    return std::find(list.begin(), list.end(), first) != list.end();
  };
  return in(resource.fields) || in(resource.keys) || in(resource.expensive);
}

// The values at a dotted path; a list on the way stands for each of its elements.
void collect(const json::value& value, std::string_view path, std::vector<std::string>& out) {
  if (const auto* array = value.if_array()) {
    for (const auto& each : *array) collect(each, path, out);
    return;
  }
  if (path.empty()) {
    if (const auto* text = value.if_string()) {
      out.emplace_back(*text);
    } else if (!value.is_object()) {
      out.push_back(json::serialize(value));
    }
    return;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return;
  const auto dot = path.find('.');
  const auto* member = object->if_contains(path.substr(0, dot));
  if (member == nullptr) return;
  collect(*member, dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1), out);
}

std::vector<std::string> values_at(const json::object& record, std::string_view path) {
  std::vector<std::string> out;
  const auto dot = path.find('.');
  const auto* member = record.if_contains(path.substr(0, dot));
  if (member == nullptr) return out;
  collect(*member, dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1), out);
  return out;
}

// "a|b", "!a", wildcards, "<5" and ">5"; of a truth value in any case, as Python writes them.
bool value_matches(std::string_view wanted, const std::string& value) {
  if (wanted.starts_with('!')) return !value_matches(wanted.substr(1), value);
  if (wanted.starts_with('<') || wanted.starts_with('>')) {
    const auto limit = parse_number(wanted.substr(1));
    const auto number = parse_number(value);
    if (limit && number) return wanted.front() == '<' ? *number < *limit : *number > *limit;
  }
  const bool truth = value == "true" || value == "false";
  for (const auto& one : split(wanted, '|')) {
    if (matches_wildcard(one, value) || (truth && equals_ignoring_case(one, value))) return true;
  }
  return false;
}

bool matches(const json::object& record, std::string_view name, std::string_view wanted) {
  const auto values = values_at(record, name);
  return std::any_of(values.begin(), values.end(),
                     [&](const auto& value) { return value_matches(wanted, value); });
}

// Copies what the dotted path leads to.
void pick(const json::object& from, std::string_view path, json::object& to);

void pick_value(const json::value& from, std::string_view path, json::value& to) {
  if (const auto* array = from.if_array()) {
    if (!to.is_array()) to = json::array(array->size());
    auto& out = to.get_array();
    for (std::size_t i = 0; i < array->size(); ++i) pick_value((*array)[i], path, out[i]);
    return;
  }
  const auto* object = from.if_object();
  if (object == nullptr) return;
  if (!to.is_object()) to = json::object();
  pick(*object, path, to.get_object());
}

void pick(const json::object& from, std::string_view path, json::object& to) {
  const auto dot = path.find('.');
  const auto name = path.substr(0, dot);
  const auto* member = from.if_contains(name);
  if (member == nullptr) return;
  if (dot == std::string_view::npos || path.substr(dot + 1) == "*") {
    to[name] = *member;
    return;
  }
  pick_value(*member, path.substr(dot + 1), to[name]);
}

std::string self_of(const OntapResource& resource, const json::object& record) {
  const auto id = values_at(record, resource.id);
  return id.empty() ? std::string() : resource.path + "/" + id.front();
}

void add_link(json::object& record, const std::string& href) {
  if (!href.empty()) record["_links"] = json::object{{"self", {{"href", href}}}};
}

Result<std::vector<std::string>, OntapFault> read_fields(const OntapRead& read) {
  std::vector<std::string> out;
  const auto asked = read.query.get("fields");
  if (!asked) return out;
  for (const auto& name : split(*asked, ',')) {
    const auto field = std::string(trim(name));
    if (field != "*" && field != "**" && !is_field(read.resource, field)) {
      return Unexpected{bad_value(field, "fields")};
    }
    out.push_back(field);
  }
  return out;
}

bool all_fields(const std::vector<std::string>& fields) {
  return std::find(fields.begin(), fields.end(), "*") != fields.end() ||
         std::find(fields.begin(), fields.end(), "**") != fields.end();
}

json::object shown(const OntapRead& read, const json::object& record,
                   const std::vector<std::string>& fields, bool whole) {
  json::object out;
  for (const auto key : read.resource.keys) pick(record, key, out);
  if (whole || all_fields(fields)) {
    const bool costly = std::find(fields.begin(), fields.end(), "**") != fields.end();
    for (const auto& member : record) {
      const auto& hidden = read.resource.expensive;
      const std::string_view name(member.key().data(), member.key().size());
      if (!costly && std::find(hidden.begin(), hidden.end(), name) != hidden.end()) continue;
      out[member.key()] = member.value();
    }
  }
  for (const auto& field : fields) pick(record, field, out);
  if (read.links) add_link(out, self_of(read.resource, record));
  return out;
}

Result<std::vector<const json::object*>, OntapFault> filtered(const OntapRead& read,
                                                              const json::array& records) {
  for (const auto& [name, value] : read.query.all()) {
    if (is_reserved(name) || name.starts_with("start.") || is_field(read.resource, name)) continue;
    return Unexpected{OntapFault{400, "262196", "Field \"" + one_line(name) + "\" is unexpected",
                                 one_line(name)}};
  }
  std::vector<const json::object*> out;
  for (const auto& record : records) {
    const auto& object = record.get_object();
    const auto& all = read.query.all();
    const bool fits = std::all_of(all.begin(), all.end(), [&](const auto& param) {
      return is_reserved(param.first) || param.first.starts_with("start.") ||
             matches(object, param.first, param.second);
    });
    if (fits) out.push_back(&object);
  }
  return out;
}

// "name", "name asc", "name desc"; the first one decides.
Result<void, OntapFault> sort_by(const OntapRead& read, std::vector<const json::object*>& records) {
  const auto order = read.query.get("order_by");
  if (!order) return {};
  const auto words = split(trim(order->substr(0, order->find(','))), ' ');
  if (!is_field(read.resource, words.front())) return Unexpected{bad_value(*order, "order_by")};
  const bool down = words.size() > 1 && words[1] == "desc";
  std::stable_sort(records.begin(), records.end(), [&](const auto* a, const auto* b) {
    const auto left = values_at(*a, words.front());
    const auto right = values_at(*b, words.front());
    return down ? right < left : left < right;
  });
  return {};
}

Result<std::uint64_t, OntapFault> number_of(const Form& query, std::string_view name,
                                            std::uint64_t fallback, std::uint64_t least,
                                            std::uint64_t most) {
  const auto text = query.get(name);
  if (!text) return fallback;
  const auto number = parse_number(*text);
  if (!number || *number < least || *number > most) return Unexpected{bad_value(*text, name)};
  return *number;
}

// The request again, from another place on.
std::string next_href(const OntapRead& read, std::size_t from) {
  std::string out = read.resource.path + "?start=" + std::to_string(from);
  for (const auto& [name, value] : read.query.all()) {
    if (name != "start") out += "&" + name + "=" + percent_encode(value);
  }
  return out;
}

std::string own_href(const OntapRead& read) {
  std::string out = read.resource.path;
  char before = '?';
  for (const auto& [name, value] : read.query.all()) {
    out += before + name + "=" + percent_encode(value);
    before = '&';
  }
  return out;
}

}  // namespace

Result<std::string, OntapFault> answer_collection(const OntapRead& read,
                                                  const json::array& records) {
  V2_TRY(const auto fields, read_fields(read));
  V2_TRY(auto found, filtered(read, records));
  if (auto ok = sort_by(read, found); !ok) return Unexpected{ok.error()};
  V2_TRY(const auto most, number_of(read.query, "max_records", kMostRecords, 1, kMostRecords));
  V2_TRY(const auto from, number_of(read.query, "start", 0, 0, found.size()));
  V2_TRY(const auto wait, number_of(read.query, "return_timeout", 15, 0, 120));
  static_cast<void>(wait);
  json::array out;
  const auto end = std::min<std::size_t>(found.size(), from + most);
  for (auto i = static_cast<std::size_t>(from); i < end; ++i) {
    out.emplace_back(shown(read, *found[i], fields, false));
  }
  json::object answer;
  const auto count = out.size();
  if (read.query.get_or("return_records", "true") != "false") answer["records"] = std::move(out);
  answer["num_records"] = count;
  json::object links;
  if (read.links) links["self"] = json::object{{"href", own_href(read)}};
  if (end < found.size()) links["next"] = json::object{{"href", next_href(read, end)}};
  if (!links.empty()) answer["_links"] = std::move(links);
  return json::serialize(answer);
}

Result<std::string, OntapFault> answer_record(const OntapRead& read, const json::object& record) {
  V2_TRY(const auto fields, read_fields(read));
  auto out = shown(read, record, fields, fields.empty());
  // A resource of which there is one has its own address.
  if (read.links && read.resource.id.empty()) add_link(out, read.resource.path);
  return json::serialize(out);
}

std::string error_body(const OntapFault& fault) {
  json::object error = {{"message", fault.message}, {"code", fault.code}};
  if (!fault.target.empty()) error["target"] = fault.target;
  return json::serialize(json::object{{"error", std::move(error)}});
}

}  // namespace v2only::sim
