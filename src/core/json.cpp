#include "core/json.h"

#include <algorithm>
#include <boost/json.hpp>

namespace v2only {
namespace {

void write_canonical(const json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    std::vector<const json::key_value_pair*> members;
    members.reserve(object->size());
    for (const auto& member : *object) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return a->key() < b->key(); });
    out += '{';
    for (const auto* member : members) {
      if (member != members.front()) out += ',';
      out += json::serialize(json::string(member->key()));
      out += ':';
      write_canonical(member->value(), out);
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      write_canonical((*array)[i], out);
    }
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

void write_pretty(const json::value& value, std::string& out, std::size_t depth) {
  const auto line = [&](std::size_t level) {
    out += '\n';
    out.append(level * 2, ' ');
  };
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    bool first = true;
    for (const auto& member : *object) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      out += json::serialize(json::string(member.key())) + ": ";
      write_pretty(member.value(), out, depth + 1);
    }
    line(depth);
    out += '}';
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      line(depth + 1);
      write_pretty((*array)[i], out, depth + 1);
    }
    line(depth);
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

const json::value& null_value() {
  static const json::value null;
  return null;
}

}  // namespace

std::string canonical(const json::value& value) {
  std::string out;
  write_canonical(value, out);
  return out;
}

std::string pretty(const json::value& value) {
  std::string out;
  write_pretty(value, out, 0);
  return out;
}

Result<json::value> parse_json(std::string_view text, std::string_view on) {
  json::error_code error;
  json::stream_parser parser;
  std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && used < text.size()) {
    const auto rest = text.substr(used);
    const auto extra = rest.find_first_not_of(" \t\r\n");
    if (extra != std::string_view::npos) {
      used += extra;
      error = json::error::extra_data;
    }
  }
  if (!error) parser.finish(error);
  if (error) {
    const auto before = text.substr(0, used);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return fail(ErrorCode::kGarbage, "not valid JSON: " + error.message(),
                std::string(on) + ":" + std::to_string(line));
  }
  return parser.release();
}

ObjectReader::ObjectReader(const json::value& value, std::string path)
    : object_(value.if_object()), path_(std::move(path)) {
  if (object_ == nullptr) error_ = path_ + ": an object is needed here";
}

const json::value* ObjectReader::find(std::string_view key) const {
  return object_ == nullptr ? nullptr : object_->if_contains(key);
}

const json::value* ObjectReader::need(std::string_view key) {
  const auto* found = find(key);
  if (found == nullptr) fail(key, "is missing");
  return found;
}

bool ObjectReader::has(std::string_view key) const { return find(key) != nullptr; }

std::string ObjectReader::text(std::string_view key) {
  const auto* found = need(key);
  if (found == nullptr) return {};
  if (const auto* text = found->if_string()) return std::string(text->data(), text->size());
  fail(key, "must be a string");
  return {};
}

std::string ObjectReader::text_or(std::string_view key, std::string_view fallback) {
  return has(key) ? text(key) : std::string(fallback);
}

std::int64_t ObjectReader::integer(std::string_view key) {
  const auto* found = need(key);
  if (found == nullptr) return 0;
  json::error_code error;
  const auto number = found->to_number<std::int64_t>(error);
  if (!error) return number;
  fail(key, "must be an integer");
  return 0;
}

std::int64_t ObjectReader::integer_or(std::string_view key, std::int64_t fallback) {
  return has(key) ? integer(key) : fallback;
}

bool ObjectReader::boolean(std::string_view key) {
  const auto* found = need(key);
  if (found == nullptr) return false;
  if (const auto* flag = found->if_bool()) return *flag;
  fail(key, "must be true or false");
  return false;
}

bool ObjectReader::boolean_or(std::string_view key, bool fallback) {
  return has(key) ? boolean(key) : fallback;
}

WallTime ObjectReader::time(std::string_view key) {
  const auto parsed = parse_utc(text(key));
  if (parsed) return *parsed;
  fail(key, "must be a time such as 2026-11-24T07:00:00Z");
  return {};
}

std::vector<std::string> ObjectReader::texts(std::string_view key) {
  std::vector<std::string> out;
  for (const auto& element : elements(key)) {
    if (const auto* text = element.if_string()) {
      out.emplace_back(text->data(), text->size());
    } else {
      fail(key, "must be an array of strings");
    }
  }
  return out;
}

const json::value& ObjectReader::member(std::string_view key) {
  const auto* found = need(key);
  return found == nullptr ? null_value() : *found;
}

const json::array& ObjectReader::elements(std::string_view key) {
  static const json::array kNone;
  const auto* found = find(key);
  if (found == nullptr) return kNone;
  if (const auto* array = found->if_array()) return *array;
  fail(key, "must be an array");
  return kNone;
}

void ObjectReader::fail(std::string_view key, std::string_view what) {
  if (!error_.empty()) return;
  error_ = path_ + "." + std::string(key) + " " + std::string(what);
}

Result<void> ObjectReader::status() const {
  if (error_.empty()) return {};
  return v2only::fail(ErrorCode::kGarbage, error_);
}

}  // namespace v2only
