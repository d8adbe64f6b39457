#include "sim/log_json.h"

#include <boost/json.hpp>
#include <string_view>

namespace v2only::sim {
namespace {

namespace json = boost::json;

std::string_view name_of(LogEntry::Kind kind) {
  using Kind = LogEntry::Kind;
  switch (kind) {
    case Kind::kServed:
      return "served";
    case Kind::kModified:
      return "modified";
    case Kind::kApplied:
      return "applied";
    case Kind::kByOther:
      return "by-other";
    case Kind::kGone:
      return "gone";
    case Kind::kTagged:
      return "tagged";
    case Kind::kRefused:
      return "refused";
    case Kind::kStopped:
      return "stopped";
    case Kind::kStarted:
      return "started";
    case Kind::kRebooted:
      return "rebooted";
    case Kind::kTakeover:
      return "takeover";
    case Kind::kGiveback:
      return "giveback";
    case Kind::kUnserved:
      return "unserved";
    case Kind::kServedAgain:
      return "served-again";
  }
  return "unknown";
}

json::object object_of(const LogEntry& entry) {
  json::object out = {{"At", format_utc(entry.at)}, {"Kind", name_of(entry.kind)}};
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) out.emplace(key, value);
  };
  add("Region", entry.region.str());
  add("InstanceId", entry.instance.str());
  add("System", entry.system.str());
  add("Caller", entry.caller);
  add("Detail", entry.detail);
  if (!entry.before.empty()) out.emplace("Before", entry.before.to_text());
  if (!entry.after.empty()) out.emplace("After", entry.after.to_text());
  return out;
}

}  // namespace

std::string log_json(const std::vector<LogEntry>& log) {
  std::string out;
  for (const auto& entry : log) {
    if (entry.kind == LogEntry::Kind::kServed) continue;
    out += json::serialize(object_of(entry)) + "\n";
  }
  return out;
}

}  // namespace v2only::sim
